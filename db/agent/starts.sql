-- unstarted --
-- Tasks of a round with their commands in the outbox: those that no relay has taken. No notes: they are of a failure,
-- and none of these has begun yet.
SELECT o.id, o.command, o.payload, o.tries, t.id AS task_id, t.workflow_id, t.round, t.created_by,
    t.ticker, t.type, t.params, t.capability, t.priority, t.retry, t.timeouts, t.created_at, t.run_at,
    t.start_deadline, t.cursor, t.feedback, t.approval, t.instance, t.session_id, t.queue, t.status,
    CASE WHEN t.instance <> 'default' THEN (SELECT w.weight FROM workspaces w WHERE w.name = t.instance) END AS weight,
    CAST(NULL AS text[]) AS notes
FROM agent_decisions d JOIN agent_reservations r ON r.decision_id = d.id
    JOIN tasks t ON t.id = r.task_id AND t.round = 0
    JOIN outbox o ON o.task_id = t.id AND o.command = 'start' AND o.tries = 0 AND o.payload ? 'child'
WHERE d.round = :round ORDER BY o.id LIMIT :limit

-- started --
-- Their workflows are there: whoever carries commands need not start them. Other commands to them may go out now.
DELETE FROM outbox
WHERE id = ANY(CAST(:commands AS bigint[])) AND task_id = ANY(CAST(:tasks AS uuid[])) AND command = 'start'
