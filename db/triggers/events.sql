-- is_watched --
-- Whether some trigger that is not paused watches this event of rows, of the workspace of the task that collected them: no
-- other one hears of rows, also none of the default workspace. Only reads, and few rows.
SELECT EXISTS (
    SELECT 1 FROM triggers WHERE watches @> ARRAY[CAST(:event AS text)] AND NOT paused AND deleted_at IS NULL
        AND instance = (SELECT instance FROM tasks WHERE id = :subject)
)

-- note --
-- Events of one cause, in their order.
INSERT INTO trigger_events (event, subject, content)
SELECT :event, :subject, value FROM jsonb_array_elements(CAST(:contents AS jsonb)) WITH ORDINALITY AS each (value, place)
ORDER BY place

-- oldest --
-- The oldest events that are not put off. No row while another core has some, until its transaction ends: one counts them, in order. Locked, so
-- that none is seen which that one took away a moment ago.
SELECT * FROM trigger_events
WHERE (SELECT pg_try_advisory_xact_lock(7110004)) AND (next_try_at IS NULL OR next_try_at <= now())
ORDER BY id LIMIT :limit FOR UPDATE

-- try_later --
-- It could not be looked at: not before so many seconds. No row when it is gone.
UPDATE trigger_events SET tries = tries + 1, next_try_at = now() + :pause * interval '1 second'
WHERE id = :id RETURNING tries

-- forget --
-- They were looked at.
DELETE FROM trigger_events WHERE id = ANY(CAST(:ids AS bigint[]))

-- watching --
-- Triggers that our own events set off, unless they are paused, in the order in which all of them are looked at.
SELECT * FROM triggers WHERE watches <> '{}' AND NOT paused AND deleted_at IS NULL ORDER BY created_at, id

-- workspace --
-- To which a task or plan belongs; no row when it is gone.
SELECT instance FROM tasks WHERE id = :id UNION ALL SELECT instance FROM plans WHERE id = :id LIMIT 1

-- task --
-- What an expression may know of a task.
SELECT id, type, instance AS workspace, ticker, status, params, result, error, tags, priority, created_by,
    parent_task_id, plan_id, plan_step, round, attempt, worker_name, created_at, completed_at
FROM tasks WHERE id = :id

-- plan --
-- What an expression may know of a plan.
SELECT id, name, instance AS workspace, status, inputs, created_by, failure, created_at, completed_at FROM plans WHERE id = :id

-- depth --
-- The depth of what some trigger made of: the task itself, its plan, or one that it follows.
WITH RECURSIVE above AS (
    SELECT CAST(:id AS uuid) AS id, 0 AS steps
    UNION
    SELECT next.id, above.steps + 1 FROM above JOIN tasks t ON t.id = above.id
    CROSS JOIN LATERAL (VALUES (t.parent_task_id), (t.plan_id)) AS next (id)
    WHERE next.id IS NOT NULL AND above.steps < 100
)
SELECT max(made.depth) FROM above JOIN trigger_made made ON made.id = above.id

-- count --
-- Counts a moment with those before it that are near enough. Returns how many.
INSERT INTO trigger_counts AS known (trigger_id, subject, moments)
VALUES (:trigger_id, :subject, ARRAY[CAST(:at AS timestamptz)])
ON CONFLICT (trigger_id, subject) DO UPDATE SET moments = ARRAY(
    SELECT each FROM unnest(known.moments) AS each WHERE each > CAST(:at AS timestamptz) - make_interval(secs => :within)
) || CAST(:at AS timestamptz)
RETURNING cardinality(moments)

-- counted_out --
-- Nothing is counted any more.
DELETE FROM trigger_counts WHERE trigger_id = :trigger_id AND subject = :subject
