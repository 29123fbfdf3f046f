"""The state of every worker, as one query over what is known of it. It only reads; `db.workers.roster` notes changes.

Silence is measured against the gateway's own writing (`service_beats`), not against the clock: while the gateway or
Postgres is away, or has just come back, nobody is called offline because nobody wrote that they are there.
"""

from sqlalchemy import TextClause, text

from contracts.workers.states import DEAF_AFTER_LOST, DEAF_AFTER_MISSES

#: A worker that was not seen for this long is offline. The gateway writes its presence every 4 s.
ONLINE_SECONDS = 15
#: Without a gateway for this long, no worker can be reached: all are offline.
GATEWAY_SECONDS = 60

#: One row per worker: id, state, current_tasks, deaf_because, offline_because.
_STATES = """
SELECT w.id, COALESCE(held.tasks, 0) AS current_tasks, known.deaf_because, known.offline_because,
    CASE WHEN known.offline_because IS NOT NULL THEN 'offline'
        WHEN w.held IS NOT NULL THEN w.held
        WHEN w.leaving_since IS NOT NULL THEN 'draining'
        WHEN known.deaf_because IS NOT NULL THEN 'deaf'
        WHEN held.tasks > 0 THEN 'busy' ELSE 'idle' END AS state
FROM workers w
LEFT JOIN service_beats gateway ON gateway.name = 'gateway'
LEFT JOIN (
    SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
) held ON held.worker_id = w.id
LEFT JOIN LATERAL (
    -- The last attempts since it is online; one that was begun tells nothing about being deaf. (The end of a task
    -- takes the claim for the beginning of an attempt that never reported.)
    SELECT count(*) FILTER (
        WHERE (status = 'lost' OR error->>'type' = 'WorkerLost') AND COALESCE(started_at, claimed_at) = claimed_at
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
        WHEN gateway.at IS NULL OR gateway.at < now() - make_interval(secs => :gateway_seconds) THEN 'no_gateway'
        WHEN w.last_seen_at < gateway.at - make_interval(secs => :online_seconds)
            -- A gateway that has just started gives those who were there the time to come back.
            AND (w.status = 'offline' OR gateway.started_at < gateway.at - make_interval(secs => :online_seconds))
            THEN 'silent'
        END AS offline_because
) known
"""


def with_states(statement: str) -> TextClause:
    """The statement, with ``{states}`` replaced by the query."""
    return text(statement.replace("{states}", _STATES)).bindparams(
        deaf_lost=DEAF_AFTER_LOST,
        deaf_misses=DEAF_AFTER_MISSES,
        online_seconds=ONLINE_SECONDS,
        gateway_seconds=GATEWAY_SECONDS,
    )
