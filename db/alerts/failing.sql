-- remember --
-- Notes the newest failures of each open alert of the rule: of one that has just begun those of its window, of others
-- what failed since shortly before the last look.
INSERT INTO alert_failures (notification_id, task_id, type, thing, failed_at)
SELECT n.id, t.id, t.type, COALESCE(t.ticker, md5(CAST(t.params AS text))), t.completed_at
FROM notifications n
CROSS JOIN LATERAL (
    SELECT id, type, ticker, params, completed_at FROM tasks
    WHERE status = 'failed' AND deleted_at IS NULL
        AND completed_at > LEAST(CAST(:looked AS timestamptz) - interval '30 seconds', CASE WHEN n.first_seen_at = now()
            THEN now() - make_interval(secs => :window) END)
        AND n.fingerprint = left(
            concat_ws(':', n.rule, type, left(COALESCE(NULLIF(error->>'type', ''), 'Error'), 100)), 300)
    ORDER BY completed_at DESC LIMIT :most
) t
WHERE n.rule = :rule AND n.state = 'firing'
ON CONFLICT (notification_id, task_id) DO UPDATE SET failed_at = EXCLUDED.failed_at, noted_at = now()
WHERE alert_failures.failed_at < EXCLUDED.failed_at

-- forget --
-- Drops what keeps no alert open any more: the same thing has succeeded since, the task succeeded or was put away by a
-- person, or newer failures of the same alert say as much. A success counts from shortly before the last look on, for
-- what has just been noted from its failure on.
WITH done AS (
    SELECT type, COALESCE(ticker, md5(CAST(params AS text))) AS thing, max(completed_at) AS at FROM tasks
    WHERE completed_at > LEAST(CAST(:looked AS timestamptz) - interval '30 seconds',
            (SELECT min(failed_at) FROM alert_failures WHERE noted_at = now()))
        AND status = 'succeeded' AND type IN (SELECT type FROM alert_failures)
        AND EXISTS (SELECT 1 FROM alert_failures)
    GROUP BY 1, 2
), known AS (
    SELECT *, row_number() OVER (PARTITION BY notification_id ORDER BY failed_at DESC, task_id) AS place
    FROM alert_failures
)
DELETE FROM alert_failures f
USING known k
    LEFT JOIN tasks t ON t.id = k.task_id AND t.deleted_at IS NULL
    LEFT JOIN done d ON d.type = k.type AND d.thing = k.thing AND d.at > k.failed_at
WHERE f.notification_id = k.notification_id AND f.task_id = k.task_id
    AND (d.at IS NOT NULL OR t.id IS NULL OR t.status IN ('succeeded', 'cancelled', 'rejected') OR k.place > :most)

-- lapse --
-- What nobody has tried again for two days keeps no alert open; of one that ends by that, what is said then.
WITH old AS (
    DELETE FROM alert_failures WHERE failed_at < now() - interval '2 days' RETURNING notification_id, task_id
)
UPDATE notifications n SET recovered_title = :said || n.title
WHERE n.state = 'firing' AND n.id IN (SELECT notification_id FROM old) AND NOT EXISTS (
    SELECT 1 FROM alert_failures f WHERE f.notification_id = n.id
        AND f.task_id NOT IN (SELECT task_id FROM old WHERE old.notification_id = n.id)
)

-- unresolved --
-- Fingerprints of the open alerts that failures keep open. Only reads.
SELECT n.fingerprint FROM notifications n
WHERE n.state = 'firing' AND EXISTS (SELECT 1 FROM alert_failures f WHERE f.notification_id = n.id)
