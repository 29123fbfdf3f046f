-- attempt --
-- One step of one attempt: claimed, running, or failed and waiting for the next.
-- Moves the row and writes the attempt and the event, or does nothing. Monotone: a late or doubled step changes
-- nothing, and one of a run that the row does not follow is dropped, so that writers need no order among them. Locks
-- one row, found by its workflow_id, which is unique. Until the reconciler looks (reconcile_after): held by a worker,
-- its heartbeat timeout and 2 seconds; waiting, what the caller says (look_in; null: it rests).
WITH moved AS (
    UPDATE tasks SET
        status = CASE WHEN state_order = 2000000000 THEN status ELSE :status END,
        state_order = GREATEST(state_order, :state_order), attempt = :attempt, run_id = :run_id,
        worker_id = COALESCE(CAST(:worker_id AS uuid), worker_id),
        worker_name = COALESCE(:worker_name, worker_name),
        claimed_at = CASE WHEN :claims THEN now() ELSE COALESCE(claimed_at, now()) END,
        started_at = CASE WHEN :runs OR state_order = 2000000000 THEN COALESCE(started_at, clock_timestamp())
            ELSE started_at END,
        last_heartbeat_at = CASE WHEN :runs THEN now() ELSE last_heartbeat_at END,
        progress = CASE WHEN :claims THEN NULL ELSE COALESCE(CAST(:progress AS jsonb), progress) END,
        cursor = COALESCE(CAST(:cursor AS jsonb), cursor),
        reason = :reason, next_attempt_at = :next_attempt_at, updated_at = now(),
        reconcile_after = CASE WHEN state_order = 2000000000 THEN NULL
            WHEN :waits THEN now() + interval '1 second' * CAST(:look_in AS float)
            ELSE now() + interval '1 second' * CAST(timeouts->>'heartbeat_seconds' AS float)
                + interval '2 seconds' END
    WHERE workflow_id = :workflow_id AND (run_id = :run_id OR (run_id IS NULL AND round = :round))
        -- A claim that comes after the end (the outcome overtook it) still says who did it.
        AND (state_order < :state_order OR (state_order = 2000000000 AND :claims AND attempt = 0))
    RETURNING id, status, round, state_order = 2000000000 AS is_over, completed_at
), attempted AS (
    INSERT INTO task_attempts
        (task_id, round, run_id, attempt, worker_id, worker_name, status, claimed_at, started_at, ended_at, error)
    SELECT id, round, :run_id, :attempt, CAST(:worker_id AS uuid), :worker_name,
        CASE WHEN is_over THEN status ELSE :attempt_status END, now(),
        CASE WHEN :runs OR is_over THEN now() END,
        CASE WHEN is_over THEN completed_at WHEN :waits THEN now() END, CAST(:error AS jsonb)
    FROM moved
    ON CONFLICT (task_id, round, run_id, attempt) DO UPDATE SET
        status = EXCLUDED.status,
        worker_id = COALESCE(task_attempts.worker_id, EXCLUDED.worker_id),
        worker_name = COALESCE(task_attempts.worker_name, EXCLUDED.worker_name),
        started_at = COALESCE(task_attempts.started_at, EXCLUDED.started_at),
        ended_at = EXCLUDED.ended_at, error = EXCLUDED.error
), closed AS (
    -- An earlier attempt that nobody saw end (its worker was killed) ended no later than now.
    UPDATE task_attempts SET status = 'lost', ended_at = now()
    WHERE task_id IN (SELECT id FROM moved) AND ended_at IS NULL AND :claims
        AND (run_id <> :run_id OR attempt < :attempt)
)
INSERT INTO task_events (task_id, type, status, round, attempt, worker_id, details)
SELECT id, :event, status, round, :attempt, CAST(:worker_id AS uuid), CAST(:details AS jsonb) FROM moved

-- beat --
-- A heartbeat of the attempt that runs; with `tell` it also becomes a progress event.
-- Only of the very attempt that the row stands at; it changes nothing once that has moved on. One row, found by its
-- workflow_id.
WITH moved AS (
    UPDATE tasks SET
        last_heartbeat_at = now(), updated_at = now(),
        progress = COALESCE(CAST(:progress AS jsonb), progress),
        cursor = COALESCE(CAST(:cursor AS jsonb), cursor),
        reconcile_after = now() + interval '1 second' * CAST(timeouts->>'heartbeat_seconds' AS float)
            + interval '2 seconds'
    WHERE workflow_id = :workflow_id AND run_id = :run_id AND state_order = :state_order
    RETURNING id, round
)
INSERT INTO task_events (task_id, type, status, round, attempt, worker_id, details)
SELECT id, 'progress', 'running', round, :attempt, CAST(:worker_id AS uuid), CAST(:progress AS jsonb)
FROM moved WHERE :tell

-- outcomes --
-- How runs ended, each of another task: row, last attempt and events, and follow-ups with their commands to Temporal;
-- all of it or nothing.
-- An end that brings its attempt is the gateway's: it also writes the claim of that attempt, if nobody has.
-- Monotone: an end moves a row once; with `correct`, which says that Temporal itself was asked, also from another end.
-- Whoever repeats it makes no second follow-up. Rows are found by primary key and locked in its order, as all do who
-- write several tasks in one transaction: so nobody waits for somebody who waits for them. Returns a row for each end
-- that moved one.
WITH ended AS (
    SELECT * FROM jsonb_to_recordset(CAST(:outcomes AS jsonb))
        AS o (task_id uuid, run_id text, round int, status text, result jsonb, error jsonb, by_worker boolean,
            attempt int, worker_id uuid, worker_name text, claimed_ago float)
), locked AS (
    SELECT tasks.id, COALESCE(ended.attempt > tasks.attempt, false) AS claims,
        now() - interval '1 second' * ended.claimed_ago AS claimed_at
    FROM tasks JOIN ended ON ended.task_id = tasks.id ORDER BY tasks.id FOR UPDATE OF tasks
), moved AS (
    UPDATE tasks SET
        status = ended.status, state_order = 2000000000, run_id = ended.run_id,
        result = ended.result, error = ended.error,
        progress = CASE WHEN locked.claims THEN NULL
            WHEN ended.status = 'succeeded' AND jsonb_typeof(progress) = 'object' THEN progress || '{"percent": 100}'
            ELSE progress END,
        attempt = CASE WHEN locked.claims THEN ended.attempt ELSE tasks.attempt END,
        worker_id = CASE WHEN locked.claims THEN ended.worker_id ELSE tasks.worker_id END,
        worker_name = CASE WHEN locked.claims THEN ended.worker_name ELSE tasks.worker_name END,
        claimed_at = CASE WHEN locked.claims THEN locked.claimed_at ELSE tasks.claimed_at END,
        started_at = CASE WHEN locked.claims THEN COALESCE(started_at, locked.claimed_at)
            WHEN tasks.attempt > 0 THEN COALESCE(started_at, tasks.claimed_at) END,
        completed_at = now(), updated_at = now(), reason = NULL, next_attempt_at = NULL, reconcile_after = NULL
    FROM ended JOIN locked ON locked.id = ended.task_id
    WHERE tasks.id = locked.id
        AND (tasks.run_id = ended.run_id OR (tasks.run_id IS NULL AND tasks.round = ended.round))
        AND (state_order < 2000000000 OR (:correct AND tasks.status <> ended.status))
        -- Who did it has not been written yet: see workers.core.activities.mirror.
        AND (tasks.attempt > 0 OR NOT ended.by_worker)
    RETURNING tasks.id, tasks.attempt, tasks.worker_id, tasks.worker_name, tasks.claimed_at, locked.claims,
        -- That the attempt runs was not written before it ended.
        tasks.attempt > 0 AND COALESCE(locked.claims OR tasks.last_heartbeat_at < tasks.claimed_at, true)
            AS ended_at_once,
        tasks.type AS task_type, tasks.ticker, tasks.params,
        -- What a range of time counts back from: it waited for its time.
        GREATEST(tasks.created_at, tasks.run_at) AS created_at,
        ended.run_id, ended.status, tasks.round, ended.result, ended.error,
        tasks.follow_ups, tasks.created_by, tasks.instance
), followed AS (
    -- The id follows from parent, round and place: an end that is written twice makes no second child.
    INSERT INTO tasks (
        id, workflow_id, type, capability, params, ticker, priority, tags, created_by, instance, parent_task_id,
        words, status, retry, timeouts, follow_ups, approval, created_at
    )
    SELECT child.id, child.id::text, next.type, next.capability, next.params, next.ticker, next.priority,
        ARRAY(SELECT jsonb_array_elements_text(next.tags)), moved.created_by, moved.instance, moved.id,
        next.words, CASE WHEN next.approval IS NULL THEN 'pending' ELSE 'awaiting_approval' END, next.retry,
        next.timeouts, next.follow_ups, next.approval || jsonb_build_object(
            'before', now() + interval '1 second' * CAST(next.approval->>'seconds' AS float)),
        -- Brothers keep their order in lists.
        now() + planned.place * interval '1 microsecond'
    FROM moved
        CROSS JOIN LATERAL jsonb_array_elements(moved.follow_ups) WITH ORDINALITY AS planned (content, place)
        CROSS JOIN LATERAL jsonb_to_record(planned.content) AS next (
            type text, capability text, params jsonb, ticker text, priority int, tags jsonb, words text,
            retry jsonb, timeouts jsonb, follow_ups jsonb, approval jsonb, condition text
        )
        CROSS JOIN LATERAL (
            SELECT CAST(md5(moved.id || ':' || moved.round || ':' || planned.place) AS uuid) AS id
        ) child
    WHERE next.condition = moved.status OR (next.condition = 'ended' AND moved.status IN ('succeeded', 'failed'))
    ON CONFLICT DO NOTHING
    RETURNING id, created_by, parent_task_id, type, status
), commanded AS (
    INSERT INTO outbox (task_id, command) SELECT id, 'start' FROM followed
), closed AS (
    -- ON CONFLICT also sees an attempt that was committed after this statement began; an UPDATE would not.
    INSERT INTO task_attempts
        (task_id, round, run_id, attempt, worker_id, worker_name, status, claimed_at, started_at, ended_at, error)
    SELECT id, round, run_id, attempt, worker_id, worker_name, status, COALESCE(claimed_at, now()),
        COALESCE(claimed_at, now()), now(), error
    FROM moved WHERE attempt > 0
    ON CONFLICT (task_id, round, run_id, attempt) DO UPDATE SET
        status = EXCLUDED.status, ended_at = EXCLUDED.ended_at, error = EXCLUDED.error,
        started_at = COALESCE(task_attempts.started_at, EXCLUDED.started_at)
    WHERE task_attempts.ended_at IS NULL
), lost AS (
    -- As with any claim: an earlier attempt that nobody saw end.
    UPDATE task_attempts SET status = 'lost', ended_at = now()
    FROM moved
    WHERE moved.claims AND task_attempts.task_id = moved.id AND task_attempts.ended_at IS NULL
        AND (task_attempts.run_id <> moved.run_id OR task_attempts.attempt < moved.attempt)
), told AS (
    INSERT INTO task_events (task_id, type, status, round, attempt, worker_id, details)
    SELECT id, type, event_status, round, NULLIF(attempt, 0), worker_id, details FROM (
        SELECT 0 AS place, 'claimed' AS type, 'claimed' AS event_status, NULL::jsonb AS details, moved.*
        FROM moved WHERE claims
        UNION ALL
        -- The end of an attempt is a report, too.
        SELECT 1, 'started', 'running', NULL, moved.*
        FROM moved WHERE ended_at_once
        UNION ALL
        SELECT 2, status, status, COALESCE(error, jsonb_build_object('result', result)), moved.* FROM moved
        UNION ALL
        SELECT 3, 'followed_up', moved.status,
            jsonb_build_object('task_id', followed.id, 'task_type', followed.type), moved.*
        FROM followed JOIN moved ON moved.id = followed.parent_task_id
    ) event ORDER BY place
), linked AS (
    INSERT INTO task_events (task_id, type, status, round, actor, details)
    SELECT id, 'created', status, 0, created_by, jsonb_build_object('follow_up_of', parent_task_id) FROM followed
)
-- The rest is for db.records.freshness; params and results, which may be large, only of types that it looks at.
SELECT id, task_type, ticker, instance AS workspace, attempt, status, created_at, error->>'message' AS message,
    CASE WHEN task_type = ANY(:collecting) THEN params END AS params,
    CASE WHEN task_type = ANY(:collecting) THEN result END AS result
FROM moved

-- drop_follow_ups --
-- What was to follow the end of a task is forgotten. One row, by primary key.
UPDATE tasks SET follow_ups = '[]' WHERE id = :task_id

-- status --
-- A step that only the workflow sees: from waiting for its time, for a person or for others, to another of those.
-- Does nothing to a row that has gone on, follows another run, or stands there already. It rests from then on. One row,
-- by primary key.
WITH moved AS (
    UPDATE tasks SET status = :status, run_id = :run_id, updated_at = now(), reason = NULL,
        reconcile_after = NULL
    WHERE id = :task_id AND (run_id = :run_id OR (run_id IS NULL AND round = :round))
        AND status IN ('scheduled', 'blocked', 'awaiting_approval') AND status <> :status
    RETURNING id, round
)
INSERT INTO task_events (task_id, type, status, round) SELECT id, :status, :status, round FROM moved

-- note_run --
-- The run that a row follows, if it follows none yet; changes nothing else. One row, by primary key.
UPDATE tasks SET run_id = :run_id WHERE id = :task_id AND round = :round AND run_id IS NULL

-- adopt --
-- Has a row follow another run, from its beginning: position, worker, times and outcome of the earlier one are gone.
-- The only way to another run, and only to one of the same or a later round; the caller has asked Temporal which one is
-- current. Does nothing when the row follows it already. One that was deleted is there again: work that runs is seen. One
-- row, by primary key.
WITH moved AS (
    UPDATE tasks SET
        run_id = :run_id, round = :round, status = 'pending', state_order = 0, attempt = 0,
        result = NULL, error = NULL, completed_at = NULL, claimed_at = NULL, started_at = NULL, progress = NULL,
        worker_id = NULL, worker_name = NULL, reason = NULL, next_attempt_at = NULL, deleted_at = NULL,
        -- A run that begins anew after a success has paid nothing yet.
        cursor = CASE WHEN status = 'succeeded' THEN NULL ELSE cursor END,
        updated_at = now(), reconcile_after = now()
    WHERE id = :task_id AND round <= :round AND run_id <> :run_id
    RETURNING id
)
INSERT INTO task_events (task_id, type, status, round, details)
SELECT id, 'new_run', 'pending', :round, jsonb_build_object('run_id', CAST(:run_id AS text)) FROM moved

-- say_paused --
-- Why a row that waits is given to no worker, as the Temporal side has it; null: no more. One row, by its workflow_id.
UPDATE tasks SET reason = :reason, next_attempt_at = NULL, updated_at = now()
WHERE workflow_id = :workflow_id AND run_id = :run_id AND status = 'pending'
    AND reason IS DISTINCT FROM CAST(:reason AS text)
