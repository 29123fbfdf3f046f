-- forget --
-- Previews that nobody has used in time, and actions that ended a month ago.
DELETE FROM bulk_actions WHERE created_at < now() - interval '10 minutes'
    AND (state = 'previewed' OR ended_at < now() - interval '30 days')

-- preview --
-- Keeps what was counted, to be done within ten minutes or not at all.
INSERT INTO bulk_actions (action, arguments, filter, frozen, actor, count, capped, cause, phase, reason, skipped,
    user_id, scope, expires_at)
VALUES (:action, CAST(:arguments AS jsonb), CAST(:filter AS jsonb), CAST(:frozen AS jsonb), :actor, :count, :capped,
    :cause, :phase, :reason, :skipped, :user_id, CAST(:scope AS text[]), now() + interval '10 minutes')
RETURNING *

-- begin --
-- One that begins at once: for a group of failures, whose row the caller has locked.
INSERT INTO bulk_actions (action, arguments, filter, frozen, actor, count, capped, cause, phase, canary_task_id,
    canary_round, user_id, scope, state, started_at, expires_at)
VALUES (:action, CAST(:arguments AS jsonb), CAST(:filter AS jsonb), CAST(:frozen AS jsonb), :actor, :count, :capped,
    :cause, :phase, :canary_task_id, :canary_round, :user_id, CAST(:scope AS text[]), 'running', now(), now())
RETURNING *

-- of_group --
-- Whether a release of a group of failures runs, and when a canary of it succeeded last. Those of members of workspaces are
-- about their tasks alone: they count for them alone, whom policies show no others.
SELECT (
        SELECT id FROM bulk_actions WHERE cause = :cause AND action = 'release' AND state = 'running'
            AND (scope IS NOT NULL) = :of_member LIMIT 1
    ) AS running,
    (SELECT max(canary_at) FROM bulk_actions WHERE cause = :cause AND canary_ok AND (scope IS NOT NULL) = :of_member)
        AS canary_at

-- start --
-- Returns no row when it is not that actor's preview, is over its time, or has begun before.
UPDATE bulk_actions SET state = 'running', started_at = now(), moved_at = now(), next_at = now(), skipped = 0, reason = NULL
WHERE id = :id AND actor = :actor AND state = 'previewed' AND expires_at > now() RETURNING *

-- one_by_one --
-- Who begins an action waits for what the same person begins at the same moment: both would see the same room. Until the end
-- of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('bulk actions of ' || :person, 0))

-- running_of --
-- How many actions of a person run. Not counted are releases, of which a group of failures has one at a time, at its pace.
SELECT count(*) FROM bulk_actions
WHERE state = 'running' AND action <> 'release' AND COALESCE(CAST(user_id AS text), actor) = :person

-- stop --
-- Waits for the batch that is being done; what was done stays. Returns no row when it does not run.
UPDATE bulk_actions SET state = 'stopped', ended_at = now() WHERE id = :id AND state = 'running' RETURNING *

-- show --
-- One action.
SELECT * FROM bulk_actions WHERE id = :id

-- list --
-- The newest that have begun, of those whose ids lie in a range.
SELECT * FROM bulk_actions WHERE state <> 'previewed' AND id BETWEEN :first AND :last
ORDER BY created_at DESC LIMIT :limit

-- take --
-- The one that has waited longest for its next batch; it is this transaction's, also from other processes.
SELECT * FROM bulk_actions WHERE state = 'running' AND next_at <= now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED

-- move --
-- How far it is, in the transaction of the batch, and when the next one goes. Without a place it is done.
UPDATE bulk_actions SET done = done + :done, skipped = skipped + :skipped, moved_at = clock_timestamp(),
    next_at = clock_timestamp() + :rest * interval '1 second', reason = NULL,
    place_at = COALESCE(:place_at, place_at), place_id = COALESCE(:place_id, place_id),
    state = CASE WHEN CAST(:place_id AS uuid) IS NULL THEN 'done' ELSE state END,
    ended_at = CASE WHEN CAST(:place_id AS uuid) IS NULL THEN now() END
WHERE id = :id

-- check --
-- How far it has been checked; its first mistake stays.
UPDATE bulk_actions SET skipped = skipped + :skipped, reason = COALESCE(reason, :reason), moved_at = clock_timestamp(),
    next_at = clock_timestamp(), place_at = :place_at, place_id = :place_id
WHERE id = :id

-- postpone --
-- What it waits for; it is looked at again after so many seconds.
UPDATE bulk_actions SET next_at = clock_timestamp() + :rest * interval '1 second', reason = :reason WHERE id = :id

-- go_on --
-- What had to be sure is sure: from now on it is done, from the newest task on.
UPDATE bulk_actions SET phase = 'doing', place_at = NULL, place_id = NULL, next_at = clock_timestamp(), reason = NULL,
    arguments = arguments || CAST(:arguments AS jsonb), canary_ok = CAST(:canary_ok AS boolean),
    canary_at = CASE WHEN CAST(:canary_ok AS boolean) THEN clock_timestamp() END
WHERE id = :id

-- finish --
-- The end of one that does nothing more, and why.
UPDATE bulk_actions SET state = :state, reason = :reason, ended_at = now(), skipped = COALESCE(:skipped, skipped),
    canary_ok = COALESCE(CAST(:canary_ok AS boolean), canary_ok),
    canary_at = CASE WHEN CAST(:canary_ok AS boolean) THEN clock_timestamp() ELSE canary_at END
WHERE id = :id
