-- list --
-- Groups as the tasks make them that the caller sees: for members of workspaces, of whom policies show only theirs. Of the
-- newest failures so many; the largest group first. The same columns as of `failures`.
WITH failed AS MATERIALIZED (
    SELECT id, cause, type, ticker, error, worker_name, params, created_at, completed_at FROM tasks
    WHERE status = 'failed' AND deleted_at IS NULL AND instance <> 'default' AND cause IS NOT NULL
        AND (CAST(:task_type AS text) IS NULL OR type = :task_type) AND starts_with(cause, :beginning)
    ORDER BY completed_at DESC LIMIT :most
), parts AS (
    SELECT cause, min(type) AS task_type, count(*) AS count, min(created_at) AS created_after,
        min(completed_at) AS first_at, max(completed_at) AS last_at,
        (array_agg(id ORDER BY created_at DESC, id DESC))[1:CAST(:examples AS int)] AS task_ids,
        (array_agg(id ORDER BY completed_at DESC, id DESC))[1] AS newest
    FROM failed GROUP BY cause
), found AS (
    SELECT *, count AS seen, sum(count) OVER () AS looked_at FROM parts
    WHERE CAST(:since AS timestamptz) IS NULL OR last_at >= :since ORDER BY count DESC, cause LIMIT :limit
)
SELECT found.*, COALESCE(NULLIF(left(f.error->>'type', 200), ''), 'Error') AS error_type,
    failure_message(COALESCE(f.error->>'message', ''), f.ticker) AS message, left(f.error->>'message', 300) AS example,
    NULLIF(left(f.error->>'place', 200), '') AS place, 'open' AS state_now, NULL AS state_by, NULL AS state_at,
    NULL AS muted_until, 0 AS reopened,
    COALESCE((
        SELECT jsonb_object_agg(worker_name, times) FROM (
            SELECT worker_name, count(*) AS times FROM failed
            WHERE cause = found.cause AND worker_name IS NOT NULL GROUP BY worker_name ORDER BY times DESC, 1 LIMIT 20
        ) at
    ), '{}') AS workers,
    (
        SELECT jsonb_object_agg(key, value) FROM (
            SELECT key, value FROM failed, jsonb_each(CASE WHEN jsonb_typeof(params) = 'object' THEN params END)
            WHERE cause = found.cause AND length(CAST(value AS text)) <= 200 AND value <> 'null'
            GROUP BY key, value HAVING count(*) = found.count
        ) each
    ) AS shared
FROM found JOIN failed f ON f.id = found.newest ORDER BY found.count DESC, found.cause

-- failed_since --
-- How many tasks of a group that the caller sees have failed since a moment.
SELECT count(*) FROM tasks
WHERE cause = :cause AND status = 'failed' AND deleted_at IS NULL AND completed_at > :since

-- one_by_one --
-- Whoever begins a release of a group waits for whoever of the same person does so. Until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('release:' || :cause || ':' || :user, 0))
