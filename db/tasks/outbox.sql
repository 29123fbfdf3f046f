-- take --
-- The oldest due commands, now leased, each with the task that it is about. Commands of one task go out in order: only its
-- oldest one may be taken. Only a cancel need not wait for a new priority, a decision or another queue, which may be
-- refused again and again. A task that is started or moved gets into the queue where its workers ask now: which workers
-- serve its workspace may have changed since its row was written. Not a start that may have reached Temporal already, by
-- us or its parent: Temporal takes it once, so the row goes on saying which queue that named, and a move can follow.
WITH due AS (
    SELECT id FROM outbox o
    WHERE next_try_at <= now()
        AND NOT EXISTS (
            SELECT 1 FROM outbox e
            WHERE e.task_id = o.task_id AND e.id < o.id AND (o.command <> 'cancel' OR e.command IN ('start', 'cancel'))
        )
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE outbox SET tries = tries + 1, next_try_at = now() + interval '1 second' * :lease
    FROM due WHERE outbox.id = due.id
    RETURNING outbox.id, outbox.command, outbox.payload, outbox.tries, outbox.task_id
), own AS (
    SELECT t.id, own_queue(t.instance, t.capability) AS queue FROM taken JOIN tasks t ON t.id = taken.task_id
    WHERE (taken.command = 'move' OR taken.command = 'start' AND taken.tries = 1 AND NOT taken.payload ? 'child')
        AND t.session_id IS NULL
), locked AS (
    -- By id, as all do who write several tasks. What somebody else holds is passed over: the next look at what waits
    -- in another queue than it should finds it, and no start of others waits for it here.
    SELECT t.id, own.queue FROM own JOIN tasks t ON t.id = own.id
    WHERE t.queue IS DISTINCT FROM own.queue ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
), put AS (
    UPDATE tasks t SET queue = locked.queue FROM locked WHERE t.id = locked.id
)
SELECT taken.id, taken.command, taken.payload, taken.tries, t.id AS task_id, t.workflow_id, t.round, t.created_by,
    t.ticker, t.type, t.params, t.capability, t.priority, t.retry, t.timeouts, t.created_at, t.run_at,
    t.start_deadline, t.cursor, t.feedback, t.approval, t.instance, t.session_id, t.status,
    -- What the row says from now on, also where it was passed over: nobody compares Temporal's queue with the row's.
    CASE WHEN locked.id IS NULL THEN t.queue ELSE locked.queue END AS queue,
    COALESCE(own.queue IS DISTINCT FROM t.queue AND own.id IS NOT NULL AND locked.id IS NULL, false) AS passed_over,
    CASE WHEN t.instance <> 'default' THEN (SELECT w.weight FROM workspaces w WHERE w.name = t.instance) END AS weight,
    CASE WHEN t.cause IS NOT NULL THEN ARRAY(
        SELECT text FROM (
            SELECT id, text FROM failure_events WHERE cause = t.cause AND type = 'note' ORDER BY id DESC LIMIT 5
        ) newest ORDER BY id
    ) END AS notes
FROM taken JOIN tasks t ON t.id = taken.task_id LEFT JOIN own ON own.id = t.id LEFT JOIN locked ON locked.id = t.id
ORDER BY taken.id
