-- changes --
-- Notes the states that have changed since they were last noted, with since when, and appends an event for each change
-- that people care about.
-- What is known of a worker (its state, and why) is the same query in each statement of this file; a test compares
-- them. Workers that somebody else has locked are left for the next look, so that two cores never tell the same change
-- twice. Returns the events.
WITH now_is AS (
    SELECT w.id, COALESCE(on_hand.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
        CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
            WHEN w.held IS NOT NULL THEN w.held
            WHEN w.leaving_since IS NOT NULL THEN 'draining'
            WHEN known.deaf_because IS NOT NULL THEN 'deaf'
            WHEN on_hand.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
    FROM workers w
    LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
    LEFT JOIN (
        SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
    ) on_hand ON on_hand.worker_id = w.id
    LEFT JOIN LATERAL (
        -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a
        -- task takes the claim for the beginning of an attempt that never reported.)
        SELECT count(*) FILTER (
            WHERE (status = 'lost' OR error->>'type' = 'WorkerLost')
                AND COALESCE(started_at, claimed_at) = claimed_at
        ) AS unheard
        FROM (
            SELECT status, error, claimed_at, started_at FROM task_attempts a
            WHERE a.worker_id = w.id AND a.ended_at IS NOT NULL
            ORDER BY a.ended_at DESC LIMIT :deaf_lost
        ) newest WHERE newest.claimed_at > w.online_since - interval '5 seconds'
    ) last ON w.online_since IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.canary_misses >= :deaf_misses THEN 'canaries'
            WHEN last.unheard >= :deaf_lost THEN 'tasks' END AS deaf_because,
        CASE WHEN w.last_seen_at IS NULL OR w.left_at IS NOT NULL THEN 'stopped'
            WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds)
                THEN 'no_gateway'
            WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
                -- A gateway that has just started gives those who were there the time to come back.
                AND (w.status = 'offline'
                    OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
                THEN 'silent'
            END AS offline_because
    ) known
), before AS (
    -- Locked, so that two cores never tell the same change twice.
    SELECT w.id, w.status, now_is.state, now_is.deaf_because, now_is.offline_because
    FROM workers w JOIN now_is ON now_is.id = w.id
    WHERE w.status <> now_is.state FOR UPDATE OF w SKIP LOCKED
), moved AS (
    UPDATE workers w SET status = before.state, status_since = now(),
        online_since = CASE WHEN before.state = 'offline' THEN NULL
            WHEN before.status = 'offline' THEN now() ELSE w.online_since END,
        canary_queue_at = CASE WHEN before.state = 'offline' THEN NULL ELSE w.canary_queue_at END,
        canary_misses = CASE WHEN 'offline' IN (before.state, before.status) THEN 0 ELSE w.canary_misses END,
        leaving_since = CASE WHEN before.state = 'offline' THEN NULL ELSE w.leaving_since END
    FROM before WHERE w.id = before.id
    RETURNING w.id, before.status AS was, before.state, before.deaf_because, before.offline_because
), told AS (
    SELECT id, CASE
        WHEN state IN ('offline', 'paused', 'draining', 'deaf') THEN state
        WHEN was = 'offline' THEN 'online' WHEN was IN ('paused', 'draining') THEN 'resumed'
        WHEN was = 'deaf' THEN 'hears'
        END AS type,
        CASE state WHEN 'offline' THEN jsonb_build_object('because', offline_because)
            WHEN 'deaf' THEN jsonb_build_object('because', deaf_because) ELSE '{}' END AS details
    FROM moved
)
INSERT INTO worker_events (worker_id, type, details) SELECT id, type, details FROM told WHERE type IS NOT NULL
RETURNING worker_id, type, details

-- list_workers --
-- Workers with all that is shown of them: one by its id, or all by name when the id is null. Only reads.
-- Where the noted state is a moment behind, the change is as old as what is known of it.
SELECT w.id, w.name, w.capabilities, w.serves, w.polling, w.max_concurrency,
    LEAST(w.slots, w.max_concurrency) AS slots, w.registered_at, w.details, w.version,
    w.last_seen_at AS last_heartbeat, w.online_since, w.vitals, w.vitals_at, w.canary_heard_at, w.canary_misses,
    known.state AS status, known.current_tasks, known.deaf_because, known.offline_because,
    w.held, w.held_by, w.held_reason, w.held_at,
    CASE WHEN w.status = known.state THEN w.status_since ELSE now() END AS since
FROM workers w JOIN (
    SELECT w.id, COALESCE(on_hand.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
        CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
            WHEN w.held IS NOT NULL THEN w.held
            WHEN w.leaving_since IS NOT NULL THEN 'draining'
            WHEN known.deaf_because IS NOT NULL THEN 'deaf'
            WHEN on_hand.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
    FROM workers w
    LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
    LEFT JOIN (
        SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
    ) on_hand ON on_hand.worker_id = w.id
    LEFT JOIN LATERAL (
        -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a
        -- task takes the claim for the beginning of an attempt that never reported.)
        SELECT count(*) FILTER (
            WHERE (status = 'lost' OR error->>'type' = 'WorkerLost')
                AND COALESCE(started_at, claimed_at) = claimed_at
        ) AS unheard
        FROM (
            SELECT status, error, claimed_at, started_at FROM task_attempts a
            WHERE a.worker_id = w.id AND a.ended_at IS NOT NULL
            ORDER BY a.ended_at DESC LIMIT :deaf_lost
        ) newest WHERE newest.claimed_at > w.online_since - interval '5 seconds'
    ) last ON w.online_since IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.canary_misses >= :deaf_misses THEN 'canaries'
            WHEN last.unheard >= :deaf_lost THEN 'tasks' END AS deaf_because,
        CASE WHEN w.last_seen_at IS NULL OR w.left_at IS NOT NULL THEN 'stopped'
            WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds)
                THEN 'no_gateway'
            WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
                -- A gateway that has just started gives those who were there the time to come back.
                AND (w.status = 'offline'
                    OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
                THEN 'silent'
            END AS offline_because
    ) known
) known ON known.id = w.id
WHERE w.retired_at IS NULL AND (CAST(:id AS uuid) IS NULL OR w.id = :id)
ORDER BY w.name

-- offering --
-- Per task queue that any worker polls, and per capability with all its queues: how many take it now, how many are
-- online but paused or draining, and when one was last seen. Only reads. The names of queues: contracts/names.py.
SELECT asked.name, asked.is_queue, count(*) FILTER (WHERE known.state NOT IN ('offline', 'deaf', 'paused', 'draining')) AS online,
    count(*) FILTER (WHERE known.state <> 'offline' AND w.held IS NOT NULL) AS paused,
    max(w.last_seen_at) AS last_seen
FROM workers w JOIN (
    SELECT w.id, COALESCE(on_hand.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
        CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
            WHEN w.held IS NOT NULL THEN w.held
            WHEN w.leaving_since IS NOT NULL THEN 'draining'
            WHEN known.deaf_because IS NOT NULL THEN 'deaf'
            WHEN on_hand.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
    FROM workers w
    LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
    LEFT JOIN (
        SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
    ) on_hand ON on_hand.worker_id = w.id
    LEFT JOIN LATERAL (
        -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a
        -- task takes the claim for the beginning of an attempt that never reported.)
        SELECT count(*) FILTER (
            WHERE (status = 'lost' OR error->>'type' = 'WorkerLost')
                AND COALESCE(started_at, claimed_at) = claimed_at
        ) AS unheard
        FROM (
            SELECT status, error, claimed_at, started_at FROM task_attempts a
            WHERE a.worker_id = w.id AND a.ended_at IS NOT NULL
            ORDER BY a.ended_at DESC LIMIT :deaf_lost
        ) newest WHERE newest.claimed_at > w.online_since - interval '5 seconds'
    ) last ON w.online_since IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.canary_misses >= :deaf_misses THEN 'canaries'
            WHEN last.unheard >= :deaf_lost THEN 'tasks' END AS deaf_because,
        CASE WHEN w.last_seen_at IS NULL OR w.left_at IS NOT NULL THEN 'stopped'
            WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds)
                THEN 'no_gateway'
            WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
                -- A gateway that has just started gives those who were there the time to come back.
                AND (w.status = 'offline'
                    OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
                THEN 'silent'
            END AS offline_because
    ) known
) known ON known.id = w.id CROSS JOIN LATERAL (
    SELECT queue AS name, true AS is_queue FROM unnest(w.polling) AS queue
    UNION SELECT CASE WHEN queue LIKE 'workspace:%' THEN split_part(queue, ':', 3) ELSE queue END, false
    FROM unnest(w.polling) AS queue
) asked
GROUP BY asked.name, asked.is_queue

-- paused_worker --
-- Of the workers that ask a queue and are there and paused or draining, the one told so last. Only reads.
SELECT w.name, w.held, w.held_by, w.held_reason, w.held_at
FROM workers w JOIN (
    SELECT w.id, COALESCE(on_hand.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
        CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
            WHEN w.held IS NOT NULL THEN w.held
            WHEN w.leaving_since IS NOT NULL THEN 'draining'
            WHEN known.deaf_because IS NOT NULL THEN 'deaf'
            WHEN on_hand.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
    FROM workers w
    LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
    LEFT JOIN (
        SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
    ) on_hand ON on_hand.worker_id = w.id
    LEFT JOIN LATERAL (
        -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a
        -- task takes the claim for the beginning of an attempt that never reported.)
        SELECT count(*) FILTER (
            WHERE (status = 'lost' OR error->>'type' = 'WorkerLost')
                AND COALESCE(started_at, claimed_at) = claimed_at
        ) AS unheard
        FROM (
            SELECT status, error, claimed_at, started_at FROM task_attempts a
            WHERE a.worker_id = w.id AND a.ended_at IS NOT NULL
            ORDER BY a.ended_at DESC LIMIT :deaf_lost
        ) newest WHERE newest.claimed_at > w.online_since - interval '5 seconds'
    ) last ON w.online_since IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.canary_misses >= :deaf_misses THEN 'canaries'
            WHEN last.unheard >= :deaf_lost THEN 'tasks' END AS deaf_because,
        CASE WHEN w.last_seen_at IS NULL OR w.left_at IS NOT NULL THEN 'stopped'
            WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds)
                THEN 'no_gateway'
            WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
                -- A gateway that has just started gives those who were there the time to come back.
                AND (w.status = 'offline'
                    OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
                THEN 'silent'
            END AS offline_because
    ) known
) known ON known.id = w.id
WHERE w.held IS NOT NULL AND :queue = ANY(w.polling) AND known.state <> 'offline'
ORDER BY w.held_at DESC LIMIT 1

-- waiting --
-- Per task queue with tasks that wait: how many, since when, and how many workers for it are not offline; with the
-- workspace whose own it is, if it is one's. Only reads; the tasks are found through ix_tasks_waiting_by_queue.
SELECT waiting.capability, waiting.workspace, waiting.tasks, waiting.oldest_at, COALESCE(offering.online, 0) AS online
FROM (
    SELECT capability, CASE WHEN queue IS NOT NULL THEN instance END AS workspace,
        COALESCE(queue, capability) AS queue, count(*) AS tasks, min(created_at) AS oldest_at FROM tasks
    WHERE status = 'pending' AND deleted_at IS NULL GROUP BY 1, 2, 3
) waiting
LEFT JOIN (
    SELECT queue, count(*) FILTER (WHERE known.state <> 'offline') AS online
    FROM workers w JOIN (
        SELECT w.id, COALESCE(on_hand.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
            CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
                WHEN w.held IS NOT NULL THEN w.held
                WHEN w.leaving_since IS NOT NULL THEN 'draining'
                WHEN known.deaf_because IS NOT NULL THEN 'deaf'
                WHEN on_hand.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
        FROM workers w
        LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
        LEFT JOIN (
            SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
        ) on_hand ON on_hand.worker_id = w.id
        LEFT JOIN LATERAL (
            -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a
            -- task takes the claim for the beginning of an attempt that never reported.)
            SELECT count(*) FILTER (
                WHERE (status = 'lost' OR error->>'type' = 'WorkerLost')
                    AND COALESCE(started_at, claimed_at) = claimed_at
            ) AS unheard
            FROM (
                SELECT status, error, claimed_at, started_at FROM task_attempts a
                WHERE a.worker_id = w.id AND a.ended_at IS NOT NULL
                ORDER BY a.ended_at DESC LIMIT :deaf_lost
            ) newest WHERE newest.claimed_at > w.online_since - interval '5 seconds'
        ) last ON w.online_since IS NOT NULL
        CROSS JOIN LATERAL (
            SELECT CASE WHEN w.canary_misses >= :deaf_misses THEN 'canaries'
                WHEN last.unheard >= :deaf_lost THEN 'tasks' END AS deaf_because,
            CASE WHEN w.last_seen_at IS NULL OR w.left_at IS NOT NULL THEN 'stopped'
                WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds)
                    THEN 'no_gateway'
                WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
                    -- A gateway that has just started gives those who were there the time to come back.
                    AND (w.status = 'offline'
                        OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
                    THEN 'silent'
                END AS offline_because
        ) known
    ) known ON known.id = w.id CROSS JOIN unnest(w.polling) AS queue
    GROUP BY queue
) offering USING (queue)
