-- lock --
-- Tasks that are not deleted, locked until the transaction ends, in the order of all who write several: by id.
SELECT id, status, approval FROM tasks WHERE id = ANY(CAST(:ids AS uuid[])) AND deleted_at IS NULL ORDER BY id FOR UPDATE

-- begin --
-- Has them run once more: nothing of the run before is left but the place of a crawl that did not succeed. With their
-- commands and a line in the history of each.
WITH given AS (
    SELECT id, approval, waits FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id uuid, approval jsonb, waits boolean)
), again AS (
    UPDATE tasks t SET
        round = t.round + 1, status = CASE WHEN given.waits THEN 'awaiting_approval' ELSE 'pending' END,
        approval = given.approval, feedback = :feedback, attempt = 0, state_order = 0, updated_at = now(),
        cursor = CASE WHEN t.status = 'succeeded' THEN NULL ELSE t.cursor END, reconcile_after = NULL,
        run_id = NULL, reason = NULL, next_attempt_at = NULL, worker_id = NULL, worker_name = NULL, progress = NULL,
        result = NULL, error = NULL, claimed_at = NULL, started_at = NULL, completed_at = NULL,
        last_heartbeat_at = NULL, cancel_requested_at = NULL, run_at = NULL, start_deadline = NULL
    FROM given WHERE t.id = given.id
    RETURNING t.id, t.round, t.status
), commanded AS (
    INSERT INTO outbox (task_id, command) SELECT id, 'start' FROM again ORDER BY id
), told AS (
    INSERT INTO task_events (task_id, type, status, round, actor)
    SELECT id, 'retried', status, round, :actor FROM again ORDER BY id
)
SELECT id, round, status FROM again
