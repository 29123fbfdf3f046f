-- waiting --
-- Task queues with a task that could begin now, the one with the most urgent first: those of capabilities, and those that
-- workspaces have of their own. From one name in an index to the next, and of each queue its first task.
WITH RECURSIVE queue AS (
    (SELECT capability FROM tasks WHERE status = 'pending' AND deleted_at IS NULL ORDER BY capability LIMIT 1)
    UNION ALL
    SELECT (
        SELECT capability FROM tasks
        WHERE status = 'pending' AND deleted_at IS NULL AND capability > queue.capability ORDER BY capability LIMIT 1
    ) FROM queue WHERE queue.capability IS NOT NULL
), own AS (
    (SELECT t.queue FROM tasks t
    WHERE t.status = 'pending' AND t.deleted_at IS NULL AND t.queue IS NOT NULL ORDER BY t.queue LIMIT 1)
    UNION ALL
    SELECT (
        SELECT t.queue FROM tasks t
        WHERE t.status = 'pending' AND t.deleted_at IS NULL AND t.queue > own.queue ORDER BY t.queue LIMIT 1
    ) FROM own WHERE own.queue IS NOT NULL
)
SELECT first.name FROM (
    SELECT queue.capability AS name, first.* FROM queue, LATERAL (
        SELECT priority, created_at FROM tasks
        WHERE status = 'pending' AND deleted_at IS NULL AND capability = queue.capability AND tasks.queue IS NULL
            AND (next_attempt_at IS NULL OR next_attempt_at <= now())
        ORDER BY priority, created_at LIMIT 1
    ) AS first
    UNION ALL
    SELECT own.queue, first.* FROM own, LATERAL (
        SELECT priority, created_at FROM tasks
        WHERE status = 'pending' AND deleted_at IS NULL AND tasks.queue = own.queue
            AND (next_attempt_at IS NULL OR next_attempt_at <= now())
        ORDER BY priority, created_at LIMIT 1
    ) AS first
) AS first
ORDER BY first.priority, first.created_at
