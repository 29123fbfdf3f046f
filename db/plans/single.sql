-- add --
-- Plans of one step that is one task, which is written with them: its result waits for a person. Each begins as one does
-- whose task has just been made: its workflow has to start that.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        plan_id uuid, task_id uuid, name text, document jsonb, definition jsonb, created_by text, created_at timestamptz,
        instance text
    )
), plan AS (
    INSERT INTO plans (id, name, document, inputs, status, created_by, steps, open_steps, active, created_at, instance)
    SELECT plan_id, name, document, '{}', 'running', created_by, 1, 1, 1, created_at, instance FROM given
), step AS (
    INSERT INTO plan_steps (
        plan_id, step, ordinal, definition, needed_by, members, compensates, compensations, status, waits_for, ran,
        parts, open_parts, active
    )
    SELECT plan_id, :step, 0, definition, '{}', '{}', false, '{}', 'running', 0, false, 1, 1, 1 FROM given
), part AS (
    INSERT INTO plan_parts (plan_id, step, place, status, waits_for, task_id, awaits_start)
    SELECT plan_id, :step, 0, 'running', 0, task_id, true FROM given
), told AS (
    INSERT INTO task_events (task_id, plan_id, type, status, actor, details)
    SELECT plan_id, plan_id, 'plan_created', 'running', created_by, jsonb_build_object('name', name) FROM given
)
INSERT INTO plan_ends (plan_id) SELECT plan_id FROM given
