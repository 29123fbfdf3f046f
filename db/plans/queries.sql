-- page --
-- Plans, the newest first, behind a place.
SELECT id, name, status, round, created_by, steps, open_steps, active, failure, deadline, created_at, updated_at,
    completed_at
FROM plans
WHERE (created_at, id) < (:before, :before_id) AND (CAST(:status AS text) IS NULL OR status = :status)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY created_at DESC, id DESC LIMIT :limit

-- page_there --
-- The same of a workspace that is not the default one, said in words that their index is known by.
SELECT id, name, status, round, created_by, steps, open_steps, active, failure, deadline, created_at, updated_at,
    completed_at
FROM plans
WHERE instance = :workspace AND instance <> 'default' AND (created_at, id) < (:before, :before_id)
    AND (CAST(:status AS text) IS NULL OR status = :status)
ORDER BY created_at DESC, id DESC LIMIT :limit

-- page_of_ids --
-- The same of plans whose ids lie in a range: by primary key first, whatever share of all a planner takes them for.
WITH found AS MATERIALIZED (SELECT * FROM plans WHERE id BETWEEN :first AND :last)
SELECT id, name, status, round, created_by, steps, open_steps, active, failure, deadline, created_at, updated_at,
    completed_at
FROM found
WHERE (created_at, id) < (:before, :before_id) AND (CAST(:status AS text) IS NULL OR status = :status)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY created_at DESC, id DESC LIMIT :limit

-- newest_workflows --
-- The newest plans as workflows of the coordinator: of the document no more than is shown, so no params.
SELECT id, name, status, steps, open_steps, active, created_at, completed_at, document->>'description' AS description,
    COALESCE(document->'inputs', '{}') AS inputs,
    ARRAY(
        SELECT step->>'id' FROM jsonb_array_elements(document->'steps') WITH ORDINALITY AS steps (step, place)
        WHERE step->>'for_each' IS NULL AND step->>'each_of' IS NULL ORDER BY place
    ) AS task_steps
FROM plans ORDER BY created_at DESC, id DESC LIMIT :limit

-- workflow --
-- The same of one plan. By primary key.
SELECT id, name, status, steps, open_steps, active, created_at, completed_at, document->>'description' AS description,
    COALESCE(document->'inputs', '{}') AS inputs,
    ARRAY(
        SELECT step->>'id' FROM jsonb_array_elements(document->'steps') WITH ORDINALITY AS steps (step, place)
        WHERE step->>'for_each' IS NULL AND step->>'each_of' IS NULL ORDER BY place
    ) AS task_steps
FROM plans WHERE id = :plan

-- head --
-- A plan without its document, which may be megabytes. By primary key.
SELECT id, name, status, round, created_by, steps, open_steps, active, failure, deadline, created_at, updated_at,
    completed_at
FROM plans WHERE id = :plan

-- one --
-- A plan with its document. One row, by primary key.
SELECT id, name, status, round, created_by, steps, open_steps, active, failure, deadline, created_at, updated_at,
    completed_at, document
FROM plans WHERE id = :plan

-- steps --
-- Steps of a plan behind a place, in its order, and of those that are one task how that stands.
SELECT s.step, s.ordinal, s.definition, s.family, s.compensates, s.status, s.parts, s.succeeded, s.failed, s.active,
    s.error AS step_error, p.task_id, p.error AS part_error, p.review_before, t.status AS task_status,
    t.round AS task_round
FROM plan_steps s
    LEFT JOIN plan_parts p ON p.plan_id = s.plan_id AND p.step = s.step AND p.place = 0 AND s.family IS NULL
    LEFT JOIN tasks t ON t.id = p.task_id
WHERE s.plan_id = :plan AND s.ordinal > :after ORDER BY s.ordinal LIMIT :limit

-- are_over --
-- Where these steps of a plan stand, and whether those who need them go on; by primary key.
SELECT step, status IN ('succeeded', 'skipped')
    OR (status IN ('failed', 'cancelled') AND COALESCE(definition->>'on_failure', '') = 'continue') AS over
FROM plan_steps WHERE plan_id = :plan AND step = ANY(CAST(:names AS text[]))

-- counts --
-- How many steps of a plan stand where; those that compensate only once they are wanted. Sessions are no steps.
SELECT status, count(*) FROM plan_steps
WHERE plan_id = :plan AND (status <> 'blocked' OR NOT compensates) AND NOT definition ? 'opens'
GROUP BY status

-- parts --
-- Parts of one step behind a place, and how their tasks stand.
SELECT p.place, p.status, p.entry, p.task_id, p.result, p.error, p.decided_by, p.review_before,
    t.status AS task_status, t.round AS task_round
FROM plan_parts p LEFT JOIN tasks t ON t.id = p.task_id
WHERE p.plan_id = :plan AND p.step = :step AND p.place > :after ORDER BY p.place LIMIT :limit

-- reviews --
-- Results that wait for a person, of all plans of one workspace or of all, those first whose time ends first.
SELECT p.plan_id, plans.name AS plan_name, p.step, p.place, p.entry, p.task_id, p.result, p.review_before,
    t.type AS task_type, t.ticker, t.round AS task_round
FROM plan_parts p JOIN plans ON plans.id = p.plan_id JOIN tasks t ON t.id = p.task_id
WHERE p.status = 'review' AND (CAST(:workspace AS text) IS NULL OR plans.instance = :workspace)
ORDER BY p.review_before, p.plan_id, p.step, p.place LIMIT :limit

-- shape --
-- What the time that a plan still takes is made of: each step with what it waits for and how far it is.
SELECT step, definition->>'task_type' AS task_type, needed_by, status, parts, open_parts, parallel
FROM plan_steps WHERE plan_id = :plan AND NOT compensates AND NOT definition ? 'opens' ORDER BY ordinal

-- usual_seconds --
-- How long tasks of these types took lately, the median of a hundred.
SELECT wanted.type, percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM t.completed_at - t.started_at))
FROM unnest(CAST(:types AS text[])) AS wanted (type) CROSS JOIN LATERAL (
    SELECT completed_at, started_at FROM tasks
    WHERE tasks.type = wanted.type AND status = 'succeeded' AND started_at IS NOT NULL
    ORDER BY created_at DESC LIMIT 100
) t GROUP BY wanted.type

-- costs --
-- What the results of a plan say that they cost. They may be large, and are read only where that does not stand beside.
-- Of what has none, because it failed or goes on: what its attempts have paid, by its cursor.
SELECT COALESCE(cost, result->'cost') AS cost FROM plan_parts
WHERE plan_id = :plan AND jsonb_typeof(COALESCE(cost, result->'cost')) = 'object'
UNION ALL
SELECT COALESCE(t.cursor->'paid', t.cursor #> '{result,cost}') FROM plan_parts p JOIN tasks t ON t.id = p.task_id
WHERE p.plan_id = :plan AND p.status IN ('running', 'failed', 'cancelled')
    AND jsonb_typeof(COALESCE(p.cost, p.result->'cost')) IS DISTINCT FROM 'object'
