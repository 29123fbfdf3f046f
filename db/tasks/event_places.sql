-- since --
-- Events of transactions that had not ended at a place (`following` and later ones, and the `open` ones before it) and
-- have by `until` (null: now), by id, with the place of now. Finds them through ix_task_events_xact_id, two ranges.
-- A row of nulls with the place when there are none.
WITH fresh AS MATERIALIZED (
    (
        SELECT id, task_id, plan_id, type, status, round, attempt, worker_id, actor, details, created_at FROM task_events
        WHERE xact_id >= CAST(CAST(:following AS text) AS xid8) AND id > :above
            AND pg_visible_in_snapshot(xact_id, COALESCE(CAST(CAST(:until AS text) AS pg_snapshot), pg_current_snapshot()))
            AND (CAST(:task_ids AS uuid[]) IS NULL OR task_id = ANY(CAST(:task_ids AS uuid[])))
        ORDER BY xact_id LIMIT :limit
    ) UNION ALL (
        SELECT id, task_id, plan_id, type, status, round, attempt, worker_id, actor, details, created_at FROM task_events
        WHERE xact_id = ANY(CAST(CAST(:open AS text[]) AS xid8[])) AND id > :above
            AND pg_visible_in_snapshot(xact_id, COALESCE(CAST(CAST(:until AS text) AS pg_snapshot), pg_current_snapshot()))
            AND (CAST(:task_ids AS uuid[]) IS NULL OR task_id = ANY(CAST(:task_ids AS uuid[])))
        ORDER BY xact_id LIMIT :limit
    )
)
SELECT now.place, fresh.* FROM (SELECT CAST(pg_current_snapshot() AS text) AS place) now LEFT JOIN fresh ON true
ORDER BY fresh.id LIMIT :limit

-- behind --
-- Events with a higher id that have ended by `until`, by id: for callers who know the number of an event, and no place.
SELECT id, task_id, plan_id, type, status, round, attempt, worker_id, actor, details, created_at FROM task_events
WHERE id > :after AND pg_visible_in_snapshot(xact_id, CAST(CAST(:until AS text) AS pg_snapshot))
    AND (CAST(:task_ids AS uuid[]) IS NULL OR task_id = ANY(CAST(:task_ids AS uuid[])))
ORDER BY id LIMIT :limit
