-- tasks --
-- Tasks that ended so long ago, with attempts, notes and events. One that a command is on its way for stays.
WITH old AS (
    SELECT id FROM tasks WHERE completed_at < now() - make_interval(days => :days)
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.task_id = tasks.id)
    ORDER BY completed_at, id LIMIT :most FOR UPDATE SKIP LOCKED
), told AS (
    DELETE FROM task_events USING old WHERE task_events.task_id = old.id
)
DELETE FROM tasks USING old WHERE tasks.id = old.id

-- deleted_tasks --
-- The same of tasks that a person deleted so long ago, and that are over.
WITH old AS (
    SELECT id FROM tasks WHERE completed_at IS NOT NULL AND deleted_at < now() - make_interval(days => :days)
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.task_id = tasks.id)
    ORDER BY deleted_at LIMIT :most FOR UPDATE SKIP LOCKED
), told AS (
    DELETE FROM task_events USING old WHERE task_events.task_id = old.id
)
DELETE FROM tasks USING old WHERE tasks.id = old.id

-- progress --
-- Progress events of tasks that ended so long ago. Goes on where it was, task by task in the order of their ends: to
-- look for such events in all would read every event. Moves one row, the place, unless all is done.
WITH ended AS (
    SELECT id, completed_at FROM tasks
    WHERE completed_at < now() - make_interval(days => :days)
        AND completed_at > (SELECT COALESCE(max(at), '-infinity') FROM service_beats WHERE name = 'progress deleted')
    ORDER BY completed_at FETCH FIRST (:most) ROWS WITH TIES
), gone AS (
    DELETE FROM task_events USING ended WHERE task_events.task_id = ended.id AND task_events.type = 'progress'
)
INSERT INTO service_beats (name, started_at, at)
SELECT 'progress deleted', now(), max(completed_at) FROM ended HAVING count(*) > 0
ON CONFLICT (name) DO UPDATE SET at = GREATEST(service_beats.at, excluded.at)

-- plans --
-- Plans that ended so long ago, with steps, parts and events.
WITH old AS (
    SELECT id FROM plans WHERE completed_at < now() - make_interval(days => :days)
    ORDER BY completed_at LIMIT :most FOR UPDATE SKIP LOCKED
), told AS (
    DELETE FROM task_events USING old WHERE task_events.task_id = old.id
)
DELETE FROM plans USING old WHERE plans.id = old.id

-- idempotency_keys --
-- Answers that were given so long ago.
DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(days => :days)
    LIMIT :most FOR UPDATE SKIP LOCKED
))

-- audit --
-- Lines that are so old.
DELETE FROM audit_log WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM audit_log WHERE at < now() - make_interval(days => :days)
    ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- agent --
-- Rounds that are so old, unless a decision of theirs is still open, which the figures of its day wait for.
DELETE FROM agent_rounds WHERE number = ANY (ARRAY(
    SELECT number FROM agent_rounds r WHERE at < now() - make_interval(days => :days)
        AND NOT EXISTS (SELECT 1 FROM agent_decisions d WHERE d.round = r.number AND d.outcome = 'pending')
    ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- schedules --
-- Runs that ended so long ago, and schedules that were deleted then, whose runs are gone.
WITH gone AS (
    DELETE FROM schedules s WHERE deleted_at < now() - make_interval(days => :days)
        AND NOT EXISTS (SELECT 1 FROM schedule_runs r WHERE r.schedule_id = s.id)
)
DELETE FROM schedule_runs WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM schedule_runs WHERE ended_at < now() - make_interval(days => :days)
    ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- triggers --
-- What was delivered so long ago, and triggers that were deleted then, whose deliveries are gone. What they made is no
-- link of a chain any more.
WITH gone AS (
    DELETE FROM triggers t WHERE deleted_at < now() - make_interval(days => :days)
        AND NOT EXISTS (SELECT 1 FROM trigger_deliveries d WHERE d.trigger_id = t.id)
), forgotten AS (
    DELETE FROM trigger_made WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM trigger_made WHERE created_at < now() - make_interval(days => :days)
        ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED
    ))
)
DELETE FROM trigger_deliveries WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM trigger_deliveries WHERE created_at < now() - make_interval(days => :days)
    ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- bot_leases --
-- What bots were handed: a day after its outcome was acknowledged, which nobody reports again by then; else after 8
-- days, since no attempt lasts longer than 7 (`TimeoutSettings`).
DELETE FROM bot_leases WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM bot_leases WHERE claimed_at < now() - interval '1 day'
        AND (acknowledged_at < now() - interval '1 day' OR claimed_at < now() - interval '8 days')
    ORDER BY claimed_at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- sessions --
-- Sessions that are over by time.
DELETE FROM sessions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sessions WHERE expires_at <= now() LIMIT :most FOR UPDATE SKIP LOCKED
))

-- failure_groups --
-- Groups of which no task is failed any more, and which nobody has seen for 90 days, with their notes.
DELETE FROM failure_groups WHERE cause = ANY (ARRAY(
    SELECT cause FROM failure_groups WHERE last_at < now() - interval '90 days' AND open <= 0
        AND (muted_until IS NULL OR muted_until <= now())
    ORDER BY last_at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- trigger_counts --
-- What was counted and set nothing off: no trigger counts things together that lie more than 30 days apart.
DELETE FROM trigger_counts WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM trigger_counts WHERE moments[cardinality(moments)] < now() - interval '30 days'
    LIMIT :most FOR UPDATE SKIP LOCKED
))

-- schedule_events --
-- What happened to schedules more than a day ago: it was for those who listened then, and their history is elsewhere.
DELETE FROM task_events WHERE id = ANY (ARRAY(
    SELECT e.id FROM schedules s JOIN task_events e ON e.task_id = s.id WHERE e.created_at < now() - interval '1 day'
    LIMIT :most FOR UPDATE OF e SKIP LOCKED
))

-- metrics_moments --
-- Minutes of queues and freshness that are older than a year, and of those older than a week all but the first of their
-- hour.
DELETE FROM metrics_moments WHERE at = ANY (ARRAY(
    SELECT at FROM metrics_moments m WHERE at < now() - interval '366 days' OR (
        at < now() - interval '7 days' AND EXISTS (
            SELECT 1 FROM metrics_moments first WHERE first.at >= date_trunc('hour', m.at, 'UTC') AND first.at < m.at
        )
    ) ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
))

-- workspace_costs --
-- What was paid more than two days ago: limits look at one. Looks at the oldest only, which were written first.
DELETE FROM workspace_costs WHERE ctid = ANY (ARRAY(
    SELECT place FROM (
        SELECT ctid AS place, at FROM workspace_costs ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ) oldest WHERE at < now() - interval '2 days'
))
