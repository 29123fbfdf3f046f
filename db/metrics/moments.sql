-- note --
-- Writes down once for this minute how many tasks wait and are in hands, and how many tickers of sources are fresh: all
-- together, by source, and by queue for the longest ones. Reads what is open by `ix_tasks_waiting_by_queue` and by
-- status.
WITH seen AS (
    SELECT capability, 1 AS waiting, 0 AS held FROM tasks WHERE status = 'pending' AND deleted_at IS NULL
    UNION ALL
    SELECT capability, 0, 1 FROM tasks WHERE status IN ('claimed', 'running') AND deleted_at IS NULL
), queue AS (
    SELECT capability, sum(waiting) AS waiting, sum(held) AS held,
        row_number() OVER (ORDER BY count(*) DESC, capability) AS place
    FROM seen GROUP BY capability
), source AS (
    SELECT data_source, count(*) AS tickers, count(*) FILTER (
        WHERE last_error IS NULL AND last_success_at IS NOT NULL
            AND CASE WHEN covered IS NULL THEN last_success_at ELSE fresh_to END
                > now() - make_interval(hours => :fresh_hours)
    ) AS fresh
    FROM ticker_data_freshness GROUP BY data_source
)
INSERT INTO metrics_moments (at, waiting, held, tickers, fresh, queues, sources)
SELECT date_trunc('minute', now()), queues.waiting, queues.held, sources.tickers, sources.fresh, queues.named,
    sources.named
FROM (
    SELECT COALESCE(sum(waiting), 0) AS waiting, COALESCE(sum(held), 0) AS held, COALESCE(
        jsonb_object_agg(capability, jsonb_build_array(waiting, held)) FILTER (WHERE place <= :most), '{}'
    ) AS named FROM queue
) queues CROSS JOIN (
    SELECT COALESCE(sum(tickers), 0) AS tickers, COALESCE(sum(fresh), 0) AS fresh,
        COALESCE(jsonb_object_agg(data_source, jsonb_build_array(tickers, fresh)), '{}') AS named FROM source
) sources
ON CONFLICT (at) DO NOTHING

-- history --
-- A row per minute, hour, day or week, the oldest first and without gaps: means of the minutes of it that were written
-- down, of which `moments` says how many; 0: core was not there.
WITH moment AS (
    SELECT date_trunc(:per, at, 'UTC') AS start, waiting, held, tickers, fresh, queues, sources FROM metrics_moments
    WHERE at >= date_trunc(:per, now(), 'UTC') - (CAST(:last AS int) - 1) * CAST('1 ' || :per AS interval)
), total AS (
    SELECT start, count(*) AS moments, CAST(avg(waiting) AS float) AS waiting, max(waiting) AS most_waiting,
        CAST(avg(held) AS float) AS held, CAST(sum(fresh) AS float) / NULLIF(sum(tickers), 0) AS fresh
    FROM moment GROUP BY start
), queue AS (
    SELECT start, jsonb_object_agg(
        name, jsonb_build_object('waiting', counted.waiting / moments, 'held', counted.held / moments)
    ) AS queues
    FROM (
        SELECT start, name, sum(CAST(numbers ->> 0 AS float)) AS waiting, sum(CAST(numbers ->> 1 AS float)) AS held
        FROM moment CROSS JOIN jsonb_each(queues) AS of_queue (name, numbers) GROUP BY start, name
    ) counted JOIN total USING (start) GROUP BY start
), source AS (
    SELECT start, jsonb_object_agg(name, counted.fresh / NULLIF(counted.tickers, 0)) AS sources
    FROM (
        SELECT start, name, sum(CAST(numbers ->> 0 AS float)) AS tickers, sum(CAST(numbers ->> 1 AS float)) AS fresh
        FROM moment CROSS JOIN jsonb_each(sources) AS of_source (name, numbers) GROUP BY start, name
    ) counted GROUP BY start
)
SELECT start, COALESCE(moments, 0) AS moments, waiting, most_waiting, held, fresh, COALESCE(queues, '{}') AS queues,
    COALESCE(sources, '{}') AS sources
FROM generate_series(
    date_trunc(:per, now(), 'UTC') - (CAST(:last AS int) - 1) * CAST('1 ' || :per AS interval), now(),
    CAST('1 ' || :per AS interval)
) AS bucket (start) LEFT JOIN total USING (start) LEFT JOIN queue USING (start) LEFT JOIN source USING (start)
ORDER BY start
