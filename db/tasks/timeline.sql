-- begun --
-- Attempts that began in the window, the latest first; of so many that were looked at. By the index of claims.
SELECT a.task_id, t.type AS task_type, t.ticker, a.status, t.status AS task_status, a.round, a.attempt, a.worker_id,
    a.worker_name AS worker, COALESCE(a.started_at, a.claimed_at) AS start, COALESCE(a.ended_at,
        CASE WHEN t.status NOT IN ('claimed', 'running') THEN COALESCE(t.completed_at, t.updated_at) END) AS "end"
FROM (
    SELECT * FROM task_attempts WHERE claimed_at >= :since AND claimed_at < :until ORDER BY claimed_at DESC LIMIT :most
) a JOIN tasks t ON t.id = a.task_id AND t.deleted_at IS NULL
WHERE (CAST(:worker AS text) IS NULL OR a.worker_name = :worker) AND (CAST(:ticker AS text) IS NULL OR t.ticker = :ticker)
    AND (CAST(:task_type AS text) IS NULL OR t.type = :task_type)
    AND (CAST(:workspace AS text) IS NULL OR t.instance = :workspace)
ORDER BY a.claimed_at DESC

-- reaching_in --
-- Attempts of the hours before the window that ended in it, and those that go on, however long ago they began.
WITH before AS (
    (SELECT * FROM task_attempts
    WHERE claimed_at >= CAST(:since AS timestamptz) - interval '1 hour' AND claimed_at < :since
        AND (ended_at > :since OR ended_at IS NULL)
    ORDER BY claimed_at DESC LIMIT :most)
    UNION ALL
    SELECT a.* FROM tasks t JOIN task_attempts a ON a.task_id = t.id
    WHERE t.status IN ('claimed', 'running') AND t.deleted_at IS NULL
        AND a.claimed_at < CAST(:since AS timestamptz) - interval '1 hour' AND a.ended_at IS NULL
)
SELECT a.task_id, t.type AS task_type, t.ticker, a.status, t.status AS task_status, a.round, a.attempt, a.worker_id,
    a.worker_name AS worker, COALESCE(a.started_at, a.claimed_at) AS start, COALESCE(a.ended_at,
        CASE WHEN t.status NOT IN ('claimed', 'running') THEN COALESCE(t.completed_at, t.updated_at) END) AS "end"
FROM before a JOIN tasks t ON t.id = a.task_id AND t.deleted_at IS NULL
WHERE (a.ended_at > :since OR (a.ended_at IS NULL AND t.status IN ('claimed', 'running')))
    AND (CAST(:worker AS text) IS NULL OR a.worker_name = :worker) AND (CAST(:ticker AS text) IS NULL OR t.ticker = :ticker)
    AND (CAST(:task_type AS text) IS NULL OR t.type = :task_type)
    AND (CAST(:workspace AS text) IS NULL OR t.instance = :workspace)
ORDER BY start DESC LIMIT :most

-- scheduled --
-- Tasks that are to start in the window. By an index of what is scheduled.
SELECT id AS task_id, type AS task_type, ticker, status, status AS task_status, round, NULL AS attempt,
    NULL AS worker_id, NULL AS worker, run_at AS start, NULL AS "end"
FROM tasks WHERE status = 'scheduled' AND deleted_at IS NULL AND run_at >= :since AND run_at < :until
    AND CAST(:worker AS text) IS NULL AND (CAST(:ticker AS text) IS NULL OR ticker = :ticker)
    AND (CAST(:task_type AS text) IS NULL OR type = :task_type)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY run_at LIMIT :most
