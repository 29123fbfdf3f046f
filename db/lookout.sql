-- causes --
-- Which loops of core have something to do: small tables, and partial indexes that are empty at rest.
SELECT
    EXISTS (SELECT 1 FROM task_notifications WHERE state = 'pending' AND handed_over_at IS NULL) AS messages,
    EXISTS (SELECT 1 FROM bulk_actions WHERE state = 'running') AS bulk,
    EXISTS (SELECT 1 FROM circuits WHERE state <> 'closed') OR EXISTS (
        SELECT 1 FROM task_attempts WHERE status = 'failed' AND ended_at > now() - make_interval(secs => :window)
    ) AS circuits,
    EXISTS (
        SELECT 1 FROM workers WHERE canary_queue_at IS NOT NULL AND left_at IS NULL AND leaving_since IS NULL
            AND status <> 'offline' AND (canary_next_at IS NULL OR canary_next_at <= now())
    ) AS canaries,
    EXISTS (SELECT 1 FROM tasks WHERE reconcile_after <= now()) AS quiet_rows
