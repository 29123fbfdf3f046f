-- forget --
-- Previews that nobody has used in time, and actions that ended a month ago.
DELETE FROM bulk_actions WHERE created_at < now() - interval '10 minutes'
    AND (state = 'previewed' OR ended_at < now() - interval '30 days')

-- preview --
-- Keeps what was counted, to be done within ten minutes or not at all.
INSERT INTO bulk_actions (action, arguments, filter, frozen, actor, count, capped, expires_at)
VALUES (:action, CAST(:arguments AS jsonb), CAST(:filter AS jsonb), CAST(:frozen AS jsonb), :actor, :count, :capped,
    now() + interval '10 minutes')
RETURNING *

-- start --
-- Returns no row when it is not that actor's preview, is over its time, or has begun before.
UPDATE bulk_actions SET state = 'running', started_at = now(), moved_at = now(), next_at = now()
WHERE id = :id AND actor = :actor AND state = 'previewed' AND expires_at > now() RETURNING *

-- stop --
-- Waits for the batch that is being done; what was done stays. Returns no row when it does not run.
UPDATE bulk_actions SET state = 'stopped', ended_at = now() WHERE id = :id AND state = 'running' RETURNING *

-- show --
-- One action.
SELECT * FROM bulk_actions WHERE id = :id

-- list --
-- The newest that have begun.
SELECT * FROM bulk_actions WHERE state <> 'previewed' ORDER BY created_at DESC LIMIT :limit

-- take --
-- The one that has waited longest for its next batch; it is this transaction's, also from other processes.
SELECT * FROM bulk_actions WHERE state = 'running' AND next_at <= now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED

-- move --
-- How far it is, in the transaction of the batch. Without a place it is done.
UPDATE bulk_actions SET done = done + :done, skipped = skipped + :skipped, moved_at = clock_timestamp(),
    next_at = clock_timestamp(),
    place_at = COALESCE(:place_at, place_at), place_id = COALESCE(:place_id, place_id),
    state = CASE WHEN CAST(:place_id AS uuid) IS NULL THEN 'done' ELSE state END,
    ended_at = CASE WHEN CAST(:place_id AS uuid) IS NULL THEN now() END
WHERE id = :id
