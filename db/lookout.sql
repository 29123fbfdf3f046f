-- causes --
-- Which loops of core have something to do: small tables, and partial indexes that are empty at rest.
SELECT
    EXISTS (SELECT 1 FROM task_notifications WHERE state = 'pending' AND handed_over_at IS NULL) AS messages,
    EXISTS (SELECT 1 FROM bulk_actions WHERE state = 'running' AND next_at <= now()) AS bulk,
    EXISTS (SELECT 1 FROM circuits WHERE state <> 'closed') OR EXISTS (
        SELECT 1 FROM task_attempts WHERE status = 'failed' AND ended_at > now() - make_interval(secs => :window)
    ) AS circuits,
    EXISTS (
        SELECT 1 FROM workers WHERE canary_queue_at IS NOT NULL AND left_at IS NULL AND leaving_since IS NULL
            AND status <> 'offline' AND (canary_next_at IS NULL OR canary_next_at <= now())
    ) AS canaries,
    EXISTS (SELECT 1 FROM failure_changes) OR EXISTS (
        SELECT 1 FROM tasks WHERE status = 'failed' AND cause IS NULL
    ) AS failures,
    EXISTS (SELECT 1 FROM schedule_runs WHERE outcome = 'running')
        OR EXISTS (SELECT 1 FROM schedule_runs WHERE waiting_workflow IS NOT NULL)
        OR EXISTS (SELECT 1 FROM schedules WHERE again_at <= now() AND deleted_at IS NULL) AS schedules,
    EXISTS (SELECT 1 FROM trigger_events WHERE next_try_at IS NULL OR next_try_at <= now()) AS triggers,
    EXISTS (SELECT 1 FROM tasks WHERE reconcile_after <= now()) AS quiet_rows
