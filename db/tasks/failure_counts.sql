-- take_turn --
-- Whether it is this transaction's turn to count. Two side by side could take "failed no longer" before the group of
-- that failure is there, and it would count as failed for ever.
SELECT pg_try_advisory_xact_lock(hashtextextended('failure_changes', 0))

-- take --
-- The oldest changes; they are gone with this transaction. With each failure the params of
-- its task, as far as they are short: what its group has in common.
WITH gone AS (
    DELETE FROM failure_changes WHERE id = ANY (ARRAY(
        SELECT id FROM failure_changes ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    )) RETURNING *
)
SELECT gone.id, gone.cause, gone.delta, gone.failed_at, gone.failure, (
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(CASE WHEN jsonb_typeof(t.params) = 'object' THEN t.params END)
    WHERE length(CAST(value AS text)) <= 200 AND value <> 'null'
) AS params
FROM gone LEFT JOIN tasks t ON t.id = gone.task_id AND gone.delta > 0 ORDER BY gone.id

-- leave_out_oldest --
-- The oldest change is gone, and is counted nowhere. Returns its task.
DELETE FROM failure_changes WHERE id = (
    SELECT id FROM failure_changes ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING task_id

-- lock --
-- The groups that are there already, for this transaction, in the order in which all lock several of them.
SELECT * FROM failure_groups WHERE cause = ANY(:causes) ORDER BY cause FOR NO KEY UPDATE

-- begin --
-- Groups that are new, unless another core has just begun them: then that one is waited for, and this does nothing.
INSERT INTO failure_groups (cause, task_type, error_type, message, example, place, first_at, last_at, created_after)
SELECT cause, task_type, error_type, message, example, place, first_at, first_at, created_after
FROM jsonb_to_recordset(CAST(:groups AS jsonb)) AS g (cause text, task_type text, error_type text, message text,
    example text, place text, first_at timestamptz, created_after timestamptz)
ORDER BY cause ON CONFLICT DO NOTHING

-- save --
-- Groups as they are after these changes; the caller has locked them.
UPDATE failure_groups SET open = g.open, seen = g.seen, first_at = g.first_at, last_at = g.last_at,
    created_after = g.created_after, workers = g.workers, shared = g.shared, state = g.state, state_by = g.state_by,
    state_at = CASE WHEN g.state = failure_groups.state THEN failure_groups.state_at ELSE now() END,
    reopened = g.reopened
FROM jsonb_to_recordset(CAST(:groups AS jsonb)) AS g (cause text, open bigint, seen bigint, first_at timestamptz,
    last_at timestamptz, created_after timestamptz, workers jsonb, shared jsonb, state text, state_by text, reopened int)
WHERE failure_groups.cause = g.cause

-- tell --
-- What has happened to groups.
INSERT INTO failure_events (cause, type, details)
SELECT cause, type, details FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS e (cause text, type text, details jsonb)

-- go_over --
-- Some failures of before there were groups: the trigger finds their cause, and notes them as if they had just failed.
UPDATE tasks SET cause = '' WHERE id = ANY (ARRAY(
    SELECT id FROM tasks WHERE status = 'failed' AND cause IS NULL ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
))
