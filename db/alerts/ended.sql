-- failed --
-- Tasks that failed, by type and error, each with its newest. Of what an alert is open about: since that began, so that
-- its count goes on. Otherwise within the window, or since the last look if that is longer ago, and without what has
-- succeeded since: the same task, or another of its type for the same ticker (without a ticker, with the same params).
-- However long core was away, ends of more than a day ago are no news. Only reads.
WITH opened AS (
    SELECT fingerprint, first_seen_at - make_interval(secs => :window) AS since FROM notifications
    WHERE rule = :rule AND state = 'firing'
), recent AS (
    SELECT LEAST(now() - make_interval(secs => :window), :looked) AS since
), failures AS (
    SELECT id, type, left(COALESCE(NULLIF(error->>'type', ''), 'Error'), 100) AS error,
        left(error->>'message', 1000) AS message, ticker, COALESCE(ticker, md5(CAST(params AS text))) AS thing,
        attempt, result, retry, completed_at, started_at
    FROM tasks
    WHERE completed_at > GREATEST(
            LEAST((SELECT since FROM recent), (SELECT min(since) FROM opened)), now() - interval '24 hours')
        AND status = 'failed' AND deleted_at IS NULL
        AND (cardinality(CAST(:types AS text[])) = 0 OR type = ANY(CAST(:types AS text[])))
), ended AS (
    SELECT f.*, o.fingerprint IS NOT NULL AS is_open FROM failures f
    LEFT JOIN opened o ON o.fingerprint = left(concat_ws(':', CAST(:rule AS text), f.type, f.error), 300)
    WHERE f.completed_at > COALESCE(o.since, (SELECT since FROM recent))
), done AS (
    SELECT type, COALESCE(ticker, md5(CAST(params AS text))) AS thing, max(completed_at) AS at FROM tasks
    WHERE completed_at > (SELECT min(completed_at) FROM ended WHERE NOT is_open) AND status = 'succeeded'
        AND type IN (SELECT type FROM ended WHERE NOT is_open)
    GROUP BY 1, 2
), counted AS (
    SELECT e.*, count(*) OVER same AS tasks, row_number() OVER (same ORDER BY completed_at DESC, id) AS place
    FROM ended e LEFT JOIN done d ON d.type = e.type AND d.thing = e.thing AND d.at > e.completed_at
    WHERE e.is_open OR d.at IS NULL
    WINDOW same AS (PARTITION BY e.type, e.error)
)
SELECT * FROM counted WHERE place = 1 ORDER BY tasks DESC, type, error LIMIT :most

-- succeeded --
-- Tasks that succeeded, by type, each with its newest: since the alert about them began, otherwise within the window, or
-- since the last look if that is longer ago; none of more than a day ago. One whose result a person looks at has
-- succeeded when that is approved of. Only reads.
WITH opened AS (
    SELECT fingerprint, first_seen_at - make_interval(secs => :window) AS since FROM notifications
    WHERE rule = :rule AND state = 'firing'
), recent AS (
    SELECT LEAST(now() - make_interval(secs => :window), :looked) AS since
), earliest AS (
    SELECT GREATEST(
        LEAST((SELECT since FROM recent), (SELECT min(since) FROM opened)), now() - interval '24 hours') AS at
), ended AS (
    SELECT id, type, '' AS error, '' AS message, ticker, attempt, result, retry, completed_at, started_at FROM tasks
    WHERE completed_at > (SELECT at FROM earliest) AND status = 'succeeded' AND deleted_at IS NULL
        AND (cardinality(CAST(:types AS text[])) = 0 OR type = ANY(CAST(:types AS text[])))
        AND (plan_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM plan_steps s WHERE s.plan_id = tasks.plan_id AND s.step = tasks.plan_step
                AND s.definition->'needs_review' = 'true'))
    UNION ALL
    SELECT t.id, t.type, '', '', t.ticker, t.attempt, t.result, t.retry, p.updated_at,
        -- It took as long as it took, however long that was looked at.
        p.updated_at - (t.completed_at - t.started_at)
    FROM plan_parts p JOIN plan_steps s ON s.plan_id = p.plan_id AND s.step = p.step JOIN tasks t ON t.id = p.task_id
    WHERE p.updated_at > (SELECT at FROM earliest) AND p.decided_by IS NOT NULL AND p.status = 'succeeded'
        AND s.definition->'needs_review' = 'true'
        -- And not one that a person gave instead.
        AND t.status = 'succeeded' AND t.result IS NOT DISTINCT FROM p.result AND t.deleted_at IS NULL
        AND (cardinality(CAST(:types AS text[])) = 0 OR t.type = ANY(CAST(:types AS text[])))
), counted AS (
    SELECT e.*, count(*) OVER same AS tasks, row_number() OVER (same ORDER BY completed_at DESC, id) AS place
    FROM ended e LEFT JOIN opened o ON o.fingerprint = left(concat_ws(':', CAST(:rule AS text), e.type), 300)
    WHERE e.completed_at > COALESCE(o.since, (SELECT since FROM recent))
    WINDOW same AS (PARTITION BY e.type)
)
SELECT * FROM counted WHERE place = 1 ORDER BY tasks DESC, type LIMIT :most

-- attempts --
-- Attempts that failed and after which another one follows or followed, by type and error, each with its newest: within
-- the window, or since the last look if that is longer ago; none of more than a day ago. Only reads.
WITH ended AS (
    SELECT t.id, t.type, left(COALESCE(NULLIF(a.error->>'type', ''), 'Error'), 100) AS error,
        left(a.error->>'message', 1000) AS message, t.ticker, a.attempt, t.retry, a.ended_at AS completed_at
    FROM task_attempts a JOIN tasks t ON t.id = a.task_id
    WHERE a.status = 'failed'
        -- What was handed back in good order has not failed.
        AND COALESCE(a.error->>'type', '') NOT IN ('HandedBack', 'WorkerLeft')
        AND a.ended_at > GREATEST(LEAST(now() - make_interval(secs => :window), :looked), now() - interval '24 hours')
        AND (t.status <> 'failed' OR t.round > a.round OR t.attempt > a.attempt) AND t.deleted_at IS NULL
        AND (cardinality(CAST(:types AS text[])) = 0 OR t.type = ANY(CAST(:types AS text[])))
), counted AS (
    SELECT *, count(*) OVER same AS tasks, row_number() OVER (same ORDER BY completed_at DESC, id) AS place
    FROM ended WINDOW same AS (PARTITION BY type, error)
)
SELECT *, CAST(NULL AS jsonb) AS result, CAST(NULL AS timestamptz) AS started_at
FROM counted WHERE place = 1 ORDER BY tasks DESC, type, error LIMIT :most

-- changed_pages --
-- Watched pages that a task found changed within the window, or since the last look if that is longer ago; none of more
-- than a day ago. Each with its newest change, and how many changes there were. Only reads.
WITH changed AS (
    SELECT id, params->>'url' AS url, left(result->>'title', 200) AS title, result, completed_at,
        count(*) OVER page AS times, row_number() OVER (page ORDER BY completed_at DESC, id) AS place
    FROM tasks
    WHERE completed_at > GREATEST(LEAST(now() - make_interval(secs => :window), :looked), now() - interval '24 hours')
        AND status = 'succeeded' AND type = 'web_monitor' AND result->'changed' = 'true' AND deleted_at IS NULL
    WINDOW page AS (PARTITION BY params->>'url')
)
SELECT id AS task_id, url, title, times, COALESCE(CAST(result->>'added_lines' AS int), 0) AS added,
    COALESCE(CAST(result->>'removed_lines' AS int), 0) AS removed
FROM changed WHERE place = 1 ORDER BY completed_at DESC, url LIMIT :most
