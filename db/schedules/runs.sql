-- find --
-- What became of this moment.
SELECT * FROM schedule_runs WHERE schedule_id = :schedule_id AND due_at = :due_at

-- put --
-- What becomes of this moment. Where a run was missed or skipped, it may be made up for.
INSERT INTO schedule_runs (schedule_id, due_at, outcome, why, task_ids, plan_id, waiting_workflow, ended_at)
VALUES (:schedule_id, :due_at, :outcome, :why, :task_ids, :plan_id, :waiting_workflow,
    CASE WHEN :outcome = 'running' THEN NULL ELSE now() END)
ON CONFLICT (schedule_id, due_at) DO UPDATE SET outcome = excluded.outcome, why = excluded.why,
    task_ids = excluded.task_ids, plan_id = excluded.plan_id, waiting_workflow = excluded.waiting_workflow, created_at = now(),
    ended_at = excluded.ended_at
    WHERE schedule_runs.outcome IN ('missed', 'skipped')
RETURNING id

-- passed --
-- Moments that nobody ran: skipped where a run was not over then, else missed.
INSERT INTO schedule_runs (schedule_id, due_at, outcome, why, task_ids, ended_at)
SELECT :schedule_id, passed.at, CASE WHEN b.due_at IS NULL THEN 'missed' ELSE 'skipped' END,
    CASE WHEN b.due_at IS NULL THEN CAST(:why AS text)
        ELSE 'The run of ' || to_char(b.due_at AT TIME ZONE CAST(:zone AS text), 'YYYY-MM-DD HH24:MI:SS')
            || ' was not over.' END,
    '{}', now()
FROM unnest(CAST(:moments AS timestamptz[])) AS passed (at)
LEFT JOIN LATERAL (
    SELECT r.due_at FROM schedule_runs r
    WHERE r.schedule_id = :schedule_id AND r.created_at <= passed.at AND (r.ended_at IS NULL OR r.ended_at > passed.at)
        AND r.outcome NOT IN ('missed', 'skipped')
    LIMIT 1
) b ON true
ON CONFLICT (schedule_id, due_at) DO NOTHING

-- seen_until --
-- What is over by then has its row.
UPDATE schedules SET seen_until = GREATEST(seen_until, :until) WHERE id = :schedule_id

-- open_tasks --
-- Tasks of earlier runs that are not over.
SELECT t.id FROM schedule_runs r JOIN tasks t ON t.id = ANY(r.task_ids)
WHERE r.schedule_id = :schedule_id AND r.outcome = 'running'
    AND t.status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected')
ORDER BY t.id

-- open_tasks_of_run --
-- The same of one run.
SELECT t.id FROM schedule_runs r JOIN tasks t ON t.id = ANY(r.task_ids)
WHERE r.id = :run_id AND t.status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected') ORDER BY t.id

-- open_plans --
-- Plans of earlier runs that are not over.
SELECT p.id FROM schedule_runs r JOIN plans p ON p.id = r.plan_id
WHERE r.schedule_id = :schedule_id AND r.outcome = 'running' AND p.status = 'running' ORDER BY p.id

-- open_plans_of_run --
-- The same of one run.
SELECT p.id FROM schedule_runs r JOIN plans p ON p.id = r.plan_id
WHERE r.id = :run_id AND p.status = 'running'

-- close --
-- Ends each run whose tasks are all over, or whose plan is; what is gone counts as over. Returns those that pause their
-- schedule. Of a run that is not over no more tasks are read than up to the first open one: with every minute's runs of a
-- weekend waiting, to read all of them each second would take longer than a second.
WITH ended AS MATERIALIZED (
    SELECT id, task_ids, plan_id, run.cancelled AS ends FROM schedule_runs run
    WHERE outcome = 'running'
        AND NOT EXISTS (
            SELECT 1 FROM tasks t
            WHERE t.id = ANY(run.task_ids) AND t.status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected')
        )
        AND NOT EXISTS (SELECT 1 FROM plans p WHERE p.id = run.plan_id AND p.status = 'running')
), counted AS (
    SELECT ended.id, bool_or(p.status = 'cancelled') AS cancelled,
        -- Of a run that was to end, those that had failed before: to be cancelled is no failure.
        count(t.id) FILTER (WHERE t.status <> 'succeeded' AND NOT (ended.ends AND t.status = 'cancelled'))
            + count(p.id) FILTER (WHERE p.status <> 'succeeded' AND NOT (ended.ends AND p.status = 'cancelled')) AS failed,
        COALESCE(bool_or(ended.ends AND 'cancelled' IN (t.status, p.status)), false) AS ended_early
    FROM ended LEFT JOIN tasks t ON t.id = ANY(ended.task_ids) LEFT JOIN plans p ON p.id = ended.plan_id
    GROUP BY ended.id
), closed AS (
    UPDATE schedule_runs r SET ended_at = now(), failed = counted.failed,
        outcome = CASE WHEN counted.failed > 0 THEN 'failed' WHEN counted.ended_early THEN 'cancelled'
            ELSE 'succeeded' END,
        -- What was to end it came too late for one that had ended well.
        why = CASE WHEN counted.failed = 0 AND r.cancelled AND NOT counted.ended_early THEN NULL
            WHEN counted.failed = 0 THEN r.why
            WHEN r.plan_id IS NOT NULL
                THEN 'Its plan ' || CASE WHEN counted.cancelled THEN 'was cancelled.' ELSE 'failed.' END
            ELSE counted.failed || ' of ' || cardinality(r.task_ids) || ' did not succeed.' END
    FROM counted WHERE r.id = counted.id AND r.outcome = 'running'
    RETURNING r.schedule_id, r.outcome, r.why
)
SELECT c.schedule_id, c.why FROM closed c JOIN schedules s ON s.id = c.schedule_id
WHERE c.outcome = 'failed' AND s.deleted_at IS NULL AND s.definition @> '{"pause_on_failure": true}' AND NOT s.paused

-- cancel_others --
-- Runs of a schedule whose place the next one takes; their tasks are told to end in the same transaction.
UPDATE schedule_runs SET cancelled = true, why = 'The next run took its place.'
WHERE schedule_id = :schedule_id AND outcome = 'running'

-- cancel --
-- A run whose workflow was cancelled: by Temporal, because the next one is due, or by somebody there.
UPDATE schedule_runs SET cancelled = true, why = 'It was cancelled in Temporal, or because the next run was due.'
WHERE id = :run_id AND outcome = 'running' AND NOT cancelled

-- untold --
-- Runs that are over while their workflow still waits for that.
SELECT id, waiting_workflow, cardinality(task_ids) + CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END AS tasks, failed
FROM schedule_runs
WHERE waiting_workflow IS NOT NULL AND outcome <> 'running' ORDER BY id LIMIT :limit

-- told --
-- Their workflows know.
UPDATE schedule_runs SET waiting_workflow = NULL WHERE id = ANY(CAST(:ids AS bigint[]))

-- list --
-- The newest of a schedule.
SELECT due_at, outcome, why, task_ids, plan_id, created_at, ended_at FROM schedule_runs
WHERE schedule_id = :schedule_id ORDER BY due_at DESC LIMIT :limit
