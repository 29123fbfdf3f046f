-- add --
-- A delivery. No row when it was looked at before: then whoever does so right now is waited for.
INSERT INTO trigger_deliveries (trigger_id, key, digest, outcome, why, payload, headers, depth, replay_of)
VALUES (:trigger_id, :key, :digest, :outcome, :why, CAST(:payload AS jsonb), CAST(:headers AS jsonb), :depth, :replay_of)
ON CONFLICT (trigger_id, key) WHERE outcome <> 'refused' DO NOTHING RETURNING id

-- find_by_key --
-- One that was looked at, for this transaction alone.
SELECT * FROM trigger_deliveries WHERE trigger_id = :trigger_id AND key = :key AND outcome <> 'refused' FOR UPDATE

-- find --
-- One delivery of a trigger, with its payload.
SELECT *, payload IS NOT NULL AS has_payload FROM trigger_deliveries WHERE trigger_id = :trigger_id AND id = :id

-- came_again --
-- It came once more, and nothing was done.
UPDATE trigger_deliveries SET repeats = repeats + 1 WHERE id = :id

-- keep_again --
-- What is carried out this time, where the delivery came before.
UPDATE trigger_deliveries SET digest = :digest, payload = CAST(:payload AS jsonb), headers = CAST(:headers AS jsonb)
WHERE id = :id

-- outcome --
-- What became of it; what it made is remembered with its depth.
WITH told AS (
    UPDATE trigger_deliveries SET outcome = :outcome, why = :why, task_ids = :task_ids, plan_id = :plan_id
    WHERE id = :id RETURNING depth
)
INSERT INTO trigger_made (id, depth)
SELECT made.id, told.depth FROM told
CROSS JOIN unnest(CAST(:task_ids AS uuid[]) || CAST(:plan_id AS uuid)) AS made (id) WHERE made.id IS NOT NULL
ON CONFLICT DO NOTHING

-- let_go --
-- Takes the payloads off the oldest deliveries with this outcome that are more than may be kept. Whoever does so at the same
-- moment takes others: nobody waits, as they hold locks of other kinds by then.
UPDATE trigger_deliveries SET payload = NULL, headers = '{}' WHERE id = ANY (ARRAY(
    SELECT id FROM trigger_deliveries
    WHERE trigger_id = :trigger_id AND outcome = :outcome AND payload IS NOT NULL AND id <= (
        SELECT id FROM trigger_deliveries WHERE trigger_id = :trigger_id AND outcome = :outcome AND payload IS NOT NULL
        ORDER BY id DESC OFFSET :most LIMIT 1
    )
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
))

-- list --
-- Those of a trigger, the newest first, without what was sent.
SELECT id, key, outcome, why, task_ids, plan_id, depth, repeats, replay_of, created_at, payload IS NOT NULL AS has_payload
FROM trigger_deliveries WHERE trigger_id = :trigger_id AND (CAST(:before AS bigint) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit
