-- runs --
-- What the newest tasks of each ticker and type brought and cost, whether one is open, and the agent's last success. Of
-- the default workspace: what others collect is not there for who reads this.
-- A result is whatever a worker said: only numbers are read as numbers, and none is believed to be endless.
WITH runs AS (SELECT wanted.ticker, task.type, bool_or(task.is_open) AS in_hand,
    CAST(avg(task.rows) FILTER (WHERE task.success AND task.place <= :newest_runs) AS float8) AS rows_per_run,
    CAST(avg(task.usd) FILTER (WHERE task.success AND task.place <= :newest_runs) AS float8) AS usd_per_run,
    (array_agg(task.id ORDER BY task.created_at DESC) FILTER (WHERE task.success AND task.is_agents))[1] AS agents_id,
    max(task.created_at) FILTER (WHERE task.success AND task.is_agents) AS agents_run_at,
    CAST(sum(task.rows) FILTER (WHERE task.success AND task.completed_at > COALESCE(task.scored_at, '-infinity'))
        AS float8) AS rows_unscored
FROM unnest(CAST(:tickers AS text[])) AS wanted (ticker)
CROSS JOIN LATERAL (
    SELECT newest.id, newest.created_at, newest.type, newest.success, newest.is_open, newest.is_agents,
        newest.completed_at,
        LEAST(GREATEST(newest.rows, 0), 1e9) AS rows, LEAST(GREATEST(newest.usd, 0), 1e6) AS usd,
        max(newest.completed_at) FILTER (WHERE newest.success AND newest.type = 'ai_sentiment') OVER () AS scored_at,
        row_number() OVER (PARTITION BY newest.type, newest.success ORDER BY newest.created_at DESC, newest.id) AS place
    FROM (
        SELECT t.id, t.type, t.created_at, t.completed_at, t.status = 'succeeded' AS success,
            t.created_by = :agent AS is_agents,
            t.status <> ALL(CAST(:terminal AS text[])) AND t.deleted_at IS NULL AS is_open,
            CASE WHEN jsonb_typeof(t.result -> 'new') = 'number' THEN CAST(t.result ->> 'new' AS numeric) END AS rows,
            CASE WHEN jsonb_typeof(t.result #> '{cost,usd}') = 'number'
                THEN CAST(t.result #>> '{cost,usd}' AS numeric) END AS usd
        FROM tasks t WHERE t.ticker = wanted.ticker AND t.instance = 'default' ORDER BY t.created_at DESC, t.id DESC LIMIT :newest_tasks
    ) newest
) task
WHERE task.type = ANY(CAST(:types AS text[]))
GROUP BY wanted.ticker, task.type
)
SELECT runs.*, COALESCE(did.strategy = 'smaller', false) AS agents_was_smaller
FROM runs LEFT JOIN LATERAL (
    SELECT d.choice ->> 'strategy' AS strategy FROM agent_reservations r JOIN agent_decisions d ON d.id = r.decision_id
    WHERE r.task_id = runs.agents_id LIMIT 1
) did ON true
