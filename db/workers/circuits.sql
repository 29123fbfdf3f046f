-- open_failing --
-- Opens the circuits of sources at which so many different tasks failed within the window, with no success since.
-- Looks at failures first, through ix_task_attempts_status_ended_at, and for a success only where there are enough of
-- them. A circuit that is not closed stays as it is, so of two cores one opens it; each opening is in the audit log.
-- Returns what it opened.
WITH failed AS MATERIALIZED (
    SELECT t.capability, a.task_id, a.ended_at, a.error->>'message' AS message
    FROM task_attempts a JOIN tasks t ON t.id = a.task_id
    WHERE a.status = 'failed' AND a.ended_at > now() - make_interval(secs => :window)
        AND a.error->>'type' = ANY(:faults)
), suspect AS (
    SELECT capability FROM failed GROUP BY capability HAVING count(DISTINCT task_id) >= :failures
), since AS (
    SELECT s.capability, GREATEST(c.closed_at, (
        SELECT max(a.ended_at) FROM task_attempts a JOIN tasks t ON t.id = a.task_id
        WHERE a.status = 'succeeded' AND a.ended_at > now() - make_interval(secs => :window)
            AND t.capability = s.capability
    )) AS at
    FROM suspect s LEFT JOIN circuits c ON c.capability = s.capability WHERE COALESCE(c.state, 'closed') = 'closed'
), counted AS (
    SELECT f.capability, (array_agg(f.message ORDER BY f.ended_at DESC))[1] AS message
    FROM failed f JOIN since ON since.capability = f.capability
    WHERE since.at IS NULL OR f.ended_at > since.at
    GROUP BY f.capability HAVING count(DISTINCT f.task_id) >= :failures
), opened AS (
    INSERT INTO circuits (capability, state, reason, openings, opened_at, probe_at)
    SELECT capability, 'open', COALESCE(message, 'no reason was given'), 1, now(),
        now() + make_interval(secs => :cooldown)
    FROM counted
    ON CONFLICT (capability) DO UPDATE SET state = 'open', reason = EXCLUDED.reason, openings = 1,
        opened_at = now(), probe_at = EXCLUDED.probe_at, probing_since = NULL, probe_task_id = NULL, probed = '{}'
        WHERE circuits.state = 'closed'
    RETURNING capability, reason
), noted AS (
    INSERT INTO audit_log (actor, action, object, details)
    SELECT :system, 'circuit.open', capability, jsonb_build_object('reason', reason) FROM opened
)
SELECT capability, reason FROM opened

-- begin_probes --
-- Half-opens the circuits whose time has come. Whoever repeats it changes nothing.
UPDATE circuits SET state = 'half_open', probing_since = now(), probe_task_id = NULL
WHERE state = 'open' AND probe_at <= now()

-- note_probes --
-- Notes as the probe of each half-open circuit the first attempt that was claimed since; one that is noted stays. And
-- that its queue has had its turn: whatever the probe tells, or if it tells nothing, the next one comes through another.
-- Finds it through ix_task_attempts_claimed_at.
UPDATE circuits SET probe_task_id = first.task_id, probe_round = first.round, probe_run_id = first.run_id,
    probe_attempt = first.attempt, probed = CASE WHEN first.session_id IS NOT NULL THEN circuits.probed
        ELSE array_append(array_remove(circuits.probed, first.queue), first.queue) END
FROM (
    SELECT c.capability, a.* FROM circuits c CROSS JOIN LATERAL (
        SELECT a.task_id, a.round, a.run_id, a.attempt, t.session_id, COALESCE(t.queue, t.capability) AS queue
        FROM task_attempts a JOIN tasks t ON t.id = a.task_id
        WHERE a.claimed_at >= c.probing_since AND t.capability = c.capability ORDER BY a.claimed_at LIMIT 1
    ) a WHERE c.state = 'half_open' AND c.probe_task_id IS NULL
) first
WHERE circuits.capability = first.capability

-- probes --
-- The probes that are noted, with how their attempt stands: all null when its task was deleted.
-- Locks the circuits until the transaction ends, so that only one core judges a probe.
SELECT c.capability, c.openings, a.status, a.ended_at, a.error->>'type' AS error_type, a.error->>'message' AS message,
    now() - a.claimed_at AS age
FROM circuits c LEFT JOIN task_attempts a ON a.task_id = c.probe_task_id AND a.round = c.probe_round
    AND a.run_id = c.probe_run_id AND a.attempt = c.probe_attempt
WHERE c.state = 'half_open' AND c.probe_task_id IS NOT NULL
FOR UPDATE OF c

-- close --
-- Closes a circuit and says so in the audit log. Returns no row, and changes nothing, when it was not open.
WITH closed AS (
    UPDATE circuits SET state = 'closed', openings = 0, closed_at = now() WHERE capability = :capability
        AND state <> 'closed' RETURNING capability
)
INSERT INTO audit_log (actor, action, object, details)
SELECT :actor, 'circuit.close', capability, jsonb_build_object('reason', CAST(:reason AS text)) FROM closed RETURNING id

-- reopen --
-- Opens a circuit again after its probe, for `cooldown` seconds. The caller holds its lock (`probes`).
UPDATE circuits SET state = 'open', reason = COALESCE(:reason, reason), openings = openings + 1,
    probe_at = now() + make_interval(secs => :cooldown), probing_since = NULL, probe_task_id = NULL
WHERE capability = :capability

-- probe_again --
-- Forgets the probe: the next attempt that is claimed is another one. The caller holds the lock (`probes`).
UPDATE circuits SET probing_since = clock_timestamp(), probe_task_id = NULL WHERE capability = :capability

-- any_probing --
-- Whether a circuit is half open.
SELECT EXISTS (SELECT 1 FROM circuits WHERE state = 'half_open')
