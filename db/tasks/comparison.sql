-- differ --
-- Of runs that Temporal lists, the workflow ids of those that the mirror does not have as they are: unknown ones, open
-- ones of another run than the row follows, ended ones whose row has not ended or has another end, and ended ones that
-- the row does not follow and never did, as far as its attempts tell: a reset may be over before anybody saw it run.
-- Rows are found by workflow_id, which is unique, attempts by their primary key. Only asks.
SELECT DISTINCT seen.workflow_id
FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS seen (workflow_id text, run_id text, ends text[])
LEFT JOIN tasks t ON t.workflow_id = seen.workflow_id
WHERE t.id IS NULL
    OR (seen.ends IS NULL AND t.run_id <> seen.run_id)
    OR (seen.ends IS NOT NULL AND COALESCE(t.run_id, seen.run_id) = seen.run_id AND t.status <> ALL (seen.ends))
    -- A row without a run ('') was cancelled before its start had left: the run before it is over, and stays so.
    OR (seen.ends IS NOT NULL AND t.run_id NOT IN ('', seen.run_id) AND NOT EXISTS (
        SELECT 1 FROM task_attempts a WHERE a.task_id = t.id AND a.run_id = seen.run_id
    ))

-- not_succeeded --
-- Of runs that succeeded, the workflow ids of those whose row does not say so: there is none, it follows another run, or
-- it stands elsewhere. Rows are found by workflow_id, which is unique. Only asks.
SELECT DISTINCT seen.workflow_id
FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS seen (workflow_id text, run_id text)
LEFT JOIN tasks t ON t.workflow_id = seen.workflow_id
WHERE t.id IS NULL OR t.run_id IS DISTINCT FROM seen.run_id OR t.status <> 'succeeded'

-- marks --
-- How far each question to Temporal has been compared with the mirror, by Temporal's own time.
SELECT question, seen_until FROM watch_marks

-- set_mark --
-- Moves the mark of a question, also backwards: a Temporal whose clock was put right is followed.
INSERT INTO watch_marks (question, seen_until) VALUES (:question, :seen_until)
ON CONFLICT (question) DO UPDATE SET seen_until = EXCLUDED.seen_until

-- count_open --
-- How many workflows should be open in Temporal: rows that are, but for those whose start is still in the outbox.
-- By the index of what waits or is on hand, a status at a time; as many steps as there are open rows.
SELECT count(*) FROM tasks t
WHERE status = ANY (CAST(:open AS text[]))
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = t.id AND o.command = 'start')

-- waiting --
-- The next page of rows of one status that rest, newest first. Not those that somebody will ask about anyway
-- (reconcile_after), that changed a moment ago, whose start is still in the outbox, or that wait for their own time.
-- By ix_tasks_status_created_at.
SELECT id, workflow_id, created_at FROM tasks t
WHERE status = :status AND (created_at, id) < (:created_at, CAST(:id AS uuid))
    AND reconcile_after IS NULL AND (run_at IS NULL OR run_at <= now())
    AND updated_at < now() - interval '1 second' * CAST(:quiet AS float)
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = t.id AND o.command = 'start')
ORDER BY created_at DESC, id DESC LIMIT :limit
