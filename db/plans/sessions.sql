-- asked --
-- The session that a task is to hold open: of which plan, how it is shared, and what its worker has to offer, which are
-- the capabilities of the types that run in it. No row: the task is none of a plan, or its step opens nothing.
SELECT t.plan_id, s.definition->'opens' AS opens,
    ARRAY(SELECT DISTINCT other.definition->>'task_type' FROM plan_steps other
        WHERE other.plan_id = s.plan_id AND other.definition->>'session' = s.step) AS types,
    (SELECT capabilities FROM workers WHERE id = :worker) AS capabilities
FROM tasks t JOIN plan_steps s ON s.plan_id = t.plan_id AND s.step = t.plan_step
WHERE t.id = :task AND s.definition ? 'opens'

-- open --
-- Has this attempt hold the session from now on. Said twice it is one opening; of an older attempt than the one that has
-- it, no row comes back.
INSERT INTO plan_sessions AS s (task_id, plan_id, worker_id, round, run_id, attempt, generation)
VALUES (:task, :plan, :worker, :round, :run_id, :attempt, 1)
ON CONFLICT (task_id) DO UPDATE SET
    generation = s.generation + CAST((s.round, s.run_id, s.attempt) <> (:round, :run_id, :attempt) AS int),
    worker_id = :worker, round = :round, run_id = :run_id, attempt = :attempt,
    opened_at = CASE WHEN (s.round, s.run_id, s.attempt) = (:round, :run_id, :attempt) THEN s.opened_at ELSE now() END
WHERE s.run_id <> :run_id OR s.attempt <= :attempt
RETURNING generation, opened_at = now() AS is_new

-- opening --
-- Of an attempt at a task: whether that may begin only once, whether it opens a session for a plan, and whether this
-- attempt has had it open.
SELECT COALESCE(t.retry->>'max_attempts', '') = '1' AS once, s.step IS NOT NULL AS opens, EXISTS (
    SELECT 1 FROM plan_sessions p
    WHERE p.task_id = t.id AND p.round = :round AND p.run_id = :run_id AND p.attempt = :attempt
) AS was_open
FROM tasks t LEFT JOIN plan_steps s ON s.plan_id = t.plan_id AND s.step = t.plan_step AND s.definition ? 'opens'
WHERE t.id = :task

-- tell --
-- A line of the plan's history.
INSERT INTO task_events (task_id, plan_id, type, status, round, actor, details)
SELECT p.id, p.id, 'session_opened', 'running', p.round, 'worker:' || CAST(:worker AS text),
    jsonb_build_object('step', t.plan_step, 'task_id', t.id, 'worker', CAST(:worker AS text),
        'generation', CAST(:generation AS int))
FROM tasks t JOIN plans p ON p.id = t.plan_id WHERE t.id = :task

-- held --
-- How often a session was opened, if this worker has it open now: whose task is over has none.
SELECT s.generation FROM plan_sessions s JOIN tasks t ON t.id = s.task_id
WHERE s.task_id = :task AND s.worker_id = :worker AND s.round = t.round
    AND t.status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected')
