-- lock --
-- The plan, locked until the transaction ends: whoever advances or steers it does so one after another.
SELECT id, name, inputs, status, round, created_by, instance, deadline, parallel, stopping, cancelling, cancelled_by, failure,
    steps, open_steps, open_compensations, active, stopped_by, document->'priority' AS priority, document->'tags' AS tags,
    CAST(EXTRACT(EPOCH FROM deadline - now()) AS float) AS seconds_left,
    ARRAY(SELECT jsonb_object_keys(document->'sessions')) AS sessions
FROM plans WHERE id = :plan FOR NO KEY UPDATE

-- take_ends --
-- What ended, or began again, since the last advance, each task once as it stands now, and whether it was over before.
-- Who comes later sees the rest.
WITH taken AS (
    DELETE FROM plan_ends WHERE id IN (
        SELECT id FROM plan_ends WHERE plan_id = :plan ORDER BY id LIMIT :limit
    ) RETURNING task_id, was_over
)
SELECT t.plan_step, t.plan_place, t.status, t.result, t.error, t.cancel_requested_at IS NOT NULL AS told_to_end, told.was_over
FROM (SELECT task_id, bool_or(was_over) AS was_over FROM taken GROUP BY task_id) told JOIN tasks t ON t.id = told.task_id
ORDER BY t.completed_at, t.id

-- steps --
-- Steps of a plan by their names, with their counters.
SELECT step, ordinal, definition, needed_by, family, members, compensates, compensations, status, waits_for, ran, parts,
    open_parts, ready, active, succeeded, failed, error
FROM plan_steps WHERE plan_id = :plan AND step = ANY(CAST(:names AS text[]))

-- beginning --
-- Steps of a new plan that wait for nothing.
SELECT step FROM plan_steps WHERE plan_id = :plan AND parts IS NULL AND status = 'blocked' AND waits_for = 0
    AND NOT compensates AND (family IS NULL OR family = step) ORDER BY ordinal

-- parts --
-- Parts of a plan by step and place, those that there are.
SELECT p.step, p.place, p.status, p.waits_for, p.ran, p.told, p.entry, p.task_id, p.result, p.error, p.ending, p.overdue,
    p.stops, p.decided_by
FROM unnest(CAST(:steps AS text[]), CAST(:places AS int[])) AS wanted (step, place)
    JOIN plan_parts p ON p.plan_id = :plan AND p.step = wanted.step AND p.place = wanted.place

-- parts_in --
-- Parts of one step that stand so, in the order of its entries.
SELECT step, place, status, waits_for, ran, told, entry, task_id, result, error, ending, overdue, stops, decided_by
FROM plan_parts WHERE plan_id = :plan AND step = :step AND status = ANY(CAST(:statuses AS text[])) ORDER BY place

-- size_of_results --
-- How large the results of one step are together, before they are read.
SELECT COALESCE(sum(octet_length(CAST(result AS text))), 0) AS size FROM plan_parts WHERE plan_id = :plan AND step = :step

-- results --
-- What the tasks of one step made, in the order of its entries.
SELECT result FROM plan_parts WHERE plan_id = :plan AND step = :step ORDER BY place

-- count_parts --
-- How many tasks the lists of a plan make, as far as they are known.
SELECT COALESCE(sum(parts), 0) AS count FROM plan_steps WHERE plan_id = :plan

-- stopped --
-- Parts of a plan that failed or were cancelled, in the order of its steps.
SELECT p.step, p.place, p.status, p.waits_for, p.ran, p.told, p.entry, p.task_id, p.result, p.error, p.ending, p.overdue,
    p.stops, p.decided_by
FROM plan_parts p JOIN plan_steps s ON s.plan_id = p.plan_id AND s.step = p.step
WHERE p.plan_id = :plan AND p.status IN ('failed', 'cancelled') AND (p.stops OR NOT p.told)
ORDER BY s.ordinal, p.place

-- stopped_steps --
-- Steps that failed before they had parts.
SELECT step FROM plan_steps WHERE plan_id = :plan AND error IS NOT NULL AND parts IS NULL ORDER BY ordinal

-- under_way --
-- Parts whose tasks run, or which a person has to look at, and which were not told to end; no sessions.
SELECT step, place, status, waits_for, ran, told, entry, task_id, result, error, ending, overdue, stops, decided_by
FROM plan_parts
WHERE plan_id = :plan AND status IN ('running', 'review') AND NOT ending AND step <> ALL(CAST(:sessions AS text[]))
ORDER BY task_id LIMIT :limit

-- stranded --
-- Parts that run in sessions which are lost, and were not told to end.
SELECT p.step, p.place, p.status, p.waits_for, p.ran, p.told, p.entry, p.task_id, p.result, p.error, p.ending, p.overdue,
    p.stops, p.decided_by
FROM plan_parts p JOIN plan_steps s ON s.plan_id = p.plan_id AND s.step = p.step
WHERE p.plan_id = :plan AND p.status = 'running' AND NOT p.ending
    AND s.definition->>'session' = ANY(CAST(:sessions AS text[]))
ORDER BY p.task_id LIMIT :limit

-- in_session --
-- Of the steps that run in a session: how many are not over, and how many of their parts are under way.
SELECT count(*) FILTER (WHERE status NOT IN ('succeeded', 'failed', 'skipped', 'cancelled')) AS to_come,
    COALESCE(sum(active), 0) AS under_way
FROM plan_steps WHERE plan_id = :plan AND definition->>'session' = :session

-- restore --
-- A task of this plan that somebody deleted is there again, because it is to run again.
UPDATE tasks SET deleted_at = NULL WHERE id = :task AND plan_id = :plan AND deleted_at IS NOT NULL

-- overdue --
-- Parts whose tasks run longer than their deadline allows and were not told to end.
SELECT step, place, status, waits_for, ran, told, entry, task_id, result, error, ending, overdue, stops, decided_by
FROM plan_parts
WHERE plan_id = :plan AND status = 'running' AND deadline <= now() AND NOT ending ORDER BY task_id LIMIT :limit

-- unreviewed --
-- Parts whose results nobody has looked at in time.
SELECT step, place, status, waits_for, ran, told, entry, task_id, result, error, ending, overdue, stops, decided_by
FROM plan_parts
WHERE plan_id = :plan AND status = 'review' AND review_before <= now() ORDER BY review_before LIMIT :limit

-- next_deadline --
-- The next deadline of a part under way, or of a review, and how long that is.
SELECT at, CAST(EXTRACT(EPOCH FROM at - now()) AS float) AS seconds FROM (SELECT LEAST(
    (SELECT min(deadline) FROM plan_parts WHERE plan_id = :plan AND status = 'running' AND NOT ending),
    (SELECT min(review_before) FROM plan_parts WHERE plan_id = :plan AND status = 'review')
) AS at) next

-- rounds --
-- How often the tasks of these parts have run.
SELECT id, round FROM tasks WHERE id = ANY(CAST(:tasks AS uuid[]))

-- review_ends --
-- When the reviews of these entries of a step end: each result has a time of its own.
SELECT review_before FROM plan_parts WHERE plan_id = :plan AND step = :step AND place = ANY(CAST(:places AS int[]))

-- ready --
-- Parts that wait for room and have it, in the order of the steps, then of the entries.
SELECT p.step, p.place, p.status, p.waits_for, p.ran, p.told, p.entry, p.task_id, p.result, p.error, p.ending, p.overdue,
    p.stops, p.decided_by
FROM plan_steps s CROSS JOIN LATERAL (
    SELECT * FROM plan_parts
    WHERE plan_id = s.plan_id AND step = s.step AND status = 'pending'
    ORDER BY place LIMIT LEAST(:limit, COALESCE(s.parallel - s.active, :limit))
) p
WHERE s.plan_id = :plan AND s.ready > 0 AND (s.parallel IS NULL OR s.active < s.parallel)
    AND (s.compensates OR NOT :compensating)
ORDER BY s.ordinal, p.place LIMIT :limit

-- release --
-- Has the blocked parts of a step wait for room that wait for no entry of others.
UPDATE plan_parts SET status = 'pending', updated_at = now()
WHERE plan_id = :plan AND step = :step AND status = 'blocked' AND waits_for = 0

-- add_parts --
-- The parts of a step, once its entries are known.
INSERT INTO plan_parts (plan_id, step, place, status, waits_for, entry)
SELECT :plan, step, place, 'blocked', waits_for, entry
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (step text, place int, waits_for int, entry jsonb)

-- write_parts --
-- What an advance made of parts; of those that begin, or are done anew, the deadline runs from now, and so does the time
-- to look at a result, also where the one before waited for that: no two results have the same.
UPDATE plan_parts p SET
    status = r.status, waits_for = r.waits_for, ran = r.ran, told = r.told, task_id = r.task_id, result = r.result,
    cost = COALESCE(r.result->'cost', 'null'), error = r.error, ending = r.ending, overdue = r.overdue, stops = r.stops,
    decided_by = r.decided_by,
    awaits_start = p.awaits_start OR r.begun,
    deadline = CASE WHEN r.runs_anew THEN now() + interval '1 second' * r.deadline_seconds ELSE p.deadline END,
    review_before = CASE WHEN r.status <> 'review' THEN NULL
        WHEN p.status = 'review' AND NOT r.reviewed_anew THEN p.review_before
        ELSE now() + interval '1 second' * r.review_seconds END,
    updated_at = now()
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
    step text, place int, status text, waits_for int, ran boolean, told boolean, task_id uuid, result jsonb,
    error jsonb, ending boolean, overdue boolean, stops boolean, decided_by text, begun boolean, runs_anew boolean,
    deadline_seconds float, reviewed_anew boolean, review_seconds float
)
WHERE p.plan_id = :plan AND p.step = r.step AND p.place = r.place

-- write_steps --
-- What an advance made of steps.
UPDATE plan_steps s SET
    status = r.status, waits_for = r.waits_for, ran = r.ran, parts = r.parts, open_parts = r.open_parts,
    ready = r.ready, active = r.active, succeeded = r.succeeded, failed = r.failed, error = r.error
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
    step text, status text, waits_for int, ran boolean, parts int, open_parts int, ready int, active int,
    succeeded int, failed int, error jsonb
)
WHERE s.plan_id = :plan AND s.step = r.step

-- add_steps --
-- The steps of a new plan.
INSERT INTO plan_steps (
    plan_id, step, ordinal, definition, needed_by, family, members, compensates, compensations, status, waits_for, ran,
    parallel
)
SELECT :plan, step, ordinal, definition, needed_by, family, members, compensates, compensations, status, waits_for,
    false, parallel
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
    step text, ordinal int, definition jsonb, needed_by text[], family text, members text[], compensates boolean,
    compensations text[], status text, waits_for int, parallel int
)

-- write_plan --
-- What an advance made of a plan.
UPDATE plans SET
    status = :status, stopping = :stopping, cancelling = :cancelling, failure = CAST(:failure AS jsonb),
    open_steps = :open_steps, open_compensations = :open_compensations, active = :active, stopped_by = :stopped_by,
    updated_at = now(),
    completed_at = CASE WHEN :status = 'running' THEN NULL ELSE COALESCE(completed_at, now()) END
WHERE id = :plan

-- note_stuck --
-- An advance of a plan is refused again and again. Unless it has a failure of its own; the next advance takes it away.
UPDATE plans SET failure = CAST(:failure AS jsonb), updated_at = now()
WHERE id = :plan AND status = 'running' AND failure IS NULL

-- tell --
-- Lines of a plan's history, in the order of its events.
INSERT INTO task_events (task_id, plan_id, type, status, round, actor, details)
SELECT :plan, :plan, line->>'type', line->>'status', :round, line->>'actor', line->'details'
FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS told (line, place) ORDER BY place

-- unstarted --
-- Tasks of a plan whose workflows it has still to start, with their commands in the outbox: those that no relay has
-- taken. No notes: they are of a failure, and none of these has begun yet.
SELECT o.id, o.command, o.payload, o.tries, t.id AS task_id, t.workflow_id, t.round, t.created_by,
    t.ticker, t.type, t.params, t.capability, t.priority, t.retry, t.timeouts, t.created_at, t.run_at,
    t.start_deadline, t.cursor, t.feedback, t.approval, t.instance, t.session_id, t.queue, t.status,
    CASE WHEN t.instance <> 'default' THEN (SELECT w.weight FROM workspaces w WHERE w.name = t.instance) END AS weight,
    CAST(NULL AS text[]) AS notes
FROM plan_parts p JOIN tasks t ON t.id = p.task_id AND t.round = 0
    JOIN outbox o ON o.task_id = t.id AND o.command = 'start' AND o.tries = 0
WHERE p.plan_id = :plan AND p.awaits_start ORDER BY o.id LIMIT :limit

-- started --
-- Their workflows are there: whoever carries commands need not start them. Other commands to them may go out now.
WITH mine AS (
    UPDATE plan_parts SET awaits_start = false
    WHERE plan_id = :plan AND awaits_start AND task_id = ANY(CAST(:tasks AS uuid[]))
)
DELETE FROM outbox WHERE id = ANY(CAST(:commands AS bigint[])) AND command = 'start'

-- wake --
-- Has the plan's workflow look at it, once this is committed.
INSERT INTO plan_ends (plan_id) VALUES (:plan)

-- another_round --
-- A person has it go on; a deadline that has passed holds no more.
UPDATE plans SET round = round + 1, cancelled_by = NULL,
    deadline = CASE WHEN deadline > now() THEN deadline END
WHERE id = :plan

-- cancelled_by --
-- Who cancels it.
UPDATE plans SET cancelled_by = :actor WHERE id = :plan
