-- list --
-- Groups, the largest first, each with its newest tasks; and how many tasks are failed in all of them. Reads the groups,
-- however many tasks they stand for. A mute that is over is none.
WITH found AS (
    SELECT *, GREATEST(open, 0) AS count, CASE WHEN state = 'muted' AND muted_until <= now() THEN 'open' ELSE state END
        AS state_now
    FROM failure_groups
    WHERE (open > 0 OR :empty) AND (CAST(:since AS timestamptz) IS NULL OR last_at >= :since)
        AND (CAST(:task_type AS text) IS NULL OR task_type = :task_type) AND starts_with(cause, :beginning)
), shown AS (
    SELECT *, sum(count) OVER () AS looked_at FROM found
    WHERE state_now = ANY(CAST(:states AS text[])) ORDER BY open DESC, cause LIMIT :limit
)
SELECT shown.*, ARRAY(
    SELECT id FROM tasks WHERE tasks.cause = shown.cause AND status = 'failed' AND deleted_at IS NULL
    ORDER BY created_at DESC, id DESC LIMIT :examples
) AS task_ids FROM shown ORDER BY open DESC, cause

-- show --
-- One group, like those of the list.
SELECT g.*, GREATEST(open, 0) AS count,
    CASE WHEN state = 'muted' AND muted_until <= now() THEN 'open' ELSE state END AS state_now, ARRAY(
        SELECT id FROM tasks WHERE tasks.cause = g.cause AND status = 'failed' AND deleted_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT :examples
    ) AS task_ids
FROM failure_groups g WHERE cause = :cause

-- lock --
-- One group, for this transaction.
SELECT cause, state FROM failure_groups WHERE cause = :cause FOR NO KEY UPDATE

-- set_state --
-- What people think of a group from now on; the caller has locked it.
UPDATE failure_groups SET state = :state, state_by = :actor, state_at = clock_timestamp(), muted_until = :until
WHERE cause = :cause

-- tell --
-- Something has happened to a group.
INSERT INTO failure_events (cause, type, actor, text, details)
VALUES (:cause, :type, :actor, :text, CAST(:details AS jsonb)) RETURNING *

-- events --
-- What happened to a group, the newest first.
SELECT * FROM failure_events WHERE cause = :cause ORDER BY id DESC LIMIT :limit
