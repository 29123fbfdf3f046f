-- parts --
-- Signs of life of the parts, and what is overdue: one row, from small tables and the heads of indexes.
SELECT now() AS now,
    (SELECT at FROM service_beats WHERE name = 'gateway') AS gateway_at,
    -- The second one lags while core counts days that are long past.
    (SELECT max(at) FROM service_beats WHERE name IN ('alerts', 'metrics')) AS core_at,
    (SELECT min(created_at) FROM outbox) AS unsent_since,
    (SELECT min(reconcile_after) FROM tasks WHERE reconcile_after <= now()) AS unmirrored_since,
    (SELECT count(*) FROM notifications WHERE state = 'firing') AS alerts_firing

-- workers --
-- How many workers are in each state.
SELECT status, count(*) AS workers FROM workers WHERE retired_at IS NULL GROUP BY status

-- activity --
-- Per worker and period what ended in it, of the newest attempts of each. By the index of a worker's ends.
SELECT w.id AS worker_id, w.name AS worker, ended.period, ended.succeeded, ended.failed
FROM workers w LEFT JOIN LATERAL (
    SELECT CAST(floor(extract(epoch FROM newest.ended_at - :since) / :seconds) AS int) AS period,
        count(*) FILTER (WHERE newest.status = 'succeeded') AS succeeded,
        count(*) FILTER (WHERE newest.status IN ('failed', 'lost')) AS failed
    FROM (
        SELECT status, ended_at FROM task_attempts
        WHERE worker_id = w.id AND ended_at >= :since AND ended_at < :until ORDER BY ended_at DESC LIMIT :most
    ) newest GROUP BY 1
) ended ON true
WHERE w.retired_at IS NULL ORDER BY w.name, ended.period
