-- waiting --
-- Task queues with a task that could begin now, the one with the most urgent first: those of capabilities, and those that
-- workspaces have of their own. From one name in ix_tasks_waiting_by_queue to the next, and of each queue its first task: a
-- backlog of one costs the others nothing.
WITH RECURSIVE queue AS (
    (SELECT t.capability, COALESCE(t.queue, t.capability) AS name FROM tasks t
    WHERE t.status = 'pending' AND t.deleted_at IS NULL ORDER BY t.capability, COALESCE(t.queue, t.capability) LIMIT 1)
    UNION ALL
    SELECT following.* FROM queue CROSS JOIN LATERAL (
        SELECT t.capability, COALESCE(t.queue, t.capability) FROM tasks t
        WHERE t.status = 'pending' AND t.deleted_at IS NULL
            AND (t.capability, COALESCE(t.queue, t.capability)) > (queue.capability, queue.name)
        ORDER BY t.capability, COALESCE(t.queue, t.capability) LIMIT 1
    ) AS following
)
SELECT queue.name FROM queue CROSS JOIN LATERAL (
    SELECT t.priority, t.created_at FROM tasks t
    WHERE t.status = 'pending' AND t.deleted_at IS NULL AND t.capability = queue.capability
        AND COALESCE(t.queue, t.capability) = queue.name AND (t.next_attempt_at IS NULL OR t.next_attempt_at <= now())
    ORDER BY t.priority, t.created_at LIMIT 1
) AS first
ORDER BY first.priority, first.created_at
