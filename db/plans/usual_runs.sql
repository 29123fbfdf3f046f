-- usual_runs --
-- Of each of these types the last successes among its newest tasks: how long they took and what their results say that
-- they used. Bounded by the number of types, through ix_tasks_type_created_at. Only reads.
SELECT named.type, run.seconds, run.requests, run.cost
FROM unnest(CAST(:types AS text[])) AS named(type)
CROSS JOIN LATERAL (
    SELECT CAST(extract(epoch FROM completed_at - started_at) AS float) AS seconds,
        result->'requests' AS requests, result->'cost' AS cost
    FROM (
        SELECT status, started_at, completed_at, result FROM tasks
        WHERE type = named.type AND deleted_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT 200
    ) newest
    WHERE status = 'succeeded' AND started_at IS NOT NULL AND completed_at >= started_at
    LIMIT 50
) run
