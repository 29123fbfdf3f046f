"""Workers: registering, who is online, who offers what."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Worker
from db.workers.states import with_states

#: Where the noted state is a moment behind, the change is as old as what is known of it.
_LIST = with_states("""
SELECT w.id, w.name, w.capabilities, w.polling, w.max_concurrency,
    LEAST(w.slots, w.max_concurrency) AS slots, w.registered_at, w.details, w.version,
    w.last_seen_at AS last_heartbeat, w.online_since, w.vitals, w.vitals_at, w.canary_heard_at, w.canary_misses,
    known.state AS status, known.current_tasks, known.deaf_because, known.offline_because,
    w.held, w.held_by, w.held_reason, w.held_at,
    CASE WHEN w.status = known.state THEN w.status_since ELSE now() END AS since
FROM workers w JOIN ({states}) known ON known.id = w.id
WHERE w.retired_at IS NULL AND (CAST(:id AS uuid) IS NULL OR w.id = :id)
ORDER BY w.name
""")

_OFFERING = with_states("""
SELECT capability, count(*) FILTER (WHERE known.state NOT IN ('offline', 'deaf', 'paused', 'draining')) AS online,
    count(*) FILTER (WHERE known.state <> 'offline' AND w.held IS NOT NULL) AS held,
    max(w.last_seen_at) AS last_seen
FROM workers w JOIN ({states}) known ON known.id = w.id CROSS JOIN unnest(w.polling) AS capability
GROUP BY capability
""")

_HELD = text("""
SELECT id, type AS task_type, ticker, status, COALESCE(claimed_at, updated_at) AS claimed_at,
    CAST(progress->>'percent' AS float) AS percent
FROM tasks WHERE worker_id = :id AND status IN ('claimed', 'running') ORDER BY claimed_at LIMIT 200
""")

_EVENTS = """
SELECT e.id, e.worker_id, w.name AS worker, e.type, e.details, e.created_at
FROM worker_events e JOIN workers w ON w.id = e.worker_id
"""
_EVENTS_OF = text(_EVENTS + "WHERE e.worker_id = :id ORDER BY e.id DESC LIMIT :limit")
_EVENTS_AFTER = text(_EVENTS + "WHERE e.id > :after ORDER BY e.id LIMIT :limit")
_NEWEST_EVENTS = text(_EVENTS + "ORDER BY e.id DESC LIMIT :limit")

_HELD_BACK = with_states("""
SELECT w.name, w.held, w.held_by, w.held_reason, w.held_at
FROM workers w JOIN ({states}) known ON known.id = w.id
WHERE w.held IS NOT NULL AND :capability = ANY(w.polling) AND known.state <> 'offline'
ORDER BY w.held_at DESC LIMIT 1
""")

_HOLD = text("""
UPDATE workers SET held = :held, held_by = :by, held_reason = :reason,
    held_at = CASE WHEN CAST(:held AS text) IS NULL THEN NULL ELSE now() END
WHERE id = :id RETURNING name
""")


async def register(connection: AsyncConnection, values: dict[str, Any]) -> uuid.UUID:
    """Insert a worker and return its id; an existing name is an IntegrityError."""
    made = await connection.execute(insert(Worker).values(values).returning(Worker.id))
    id_: uuid.UUID = made.scalar_one()
    return id_


async def list_workers(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_LIST, {"id": None})).mappings().all()


async def get_worker(connection: AsyncConnection, worker_id: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_LIST, {"id": worker_id})).mappings().one_or_none()


async def held_tasks(connection: AsyncConnection, worker_id: uuid.UUID) -> Sequence[RowMapping]:
    """The tasks that a worker has in hand, the oldest first."""
    return (await connection.execute(_HELD, {"id": worker_id})).mappings().all()


async def events_of(connection: AsyncConnection, worker_id: uuid.UUID, limit: int) -> Sequence[RowMapping]:
    """The newest events of a worker, the newest first."""
    return (await connection.execute(_EVENTS_OF, {"id": worker_id, "limit": limit})).mappings().all()


async def worker_events(connection: AsyncConnection, after: int | None, limit: int) -> Sequence[RowMapping]:
    """Events of all workers in their order: those behind the id ``after``, or the newest."""
    if after is not None:
        return (await connection.execute(_EVENTS_AFTER, {"after": after, "limit": limit})).mappings().all()
    newest = (await connection.execute(_NEWEST_EVENTS, {"limit": limit})).mappings().all()
    return newest[::-1]


async def offering(connection: AsyncConnection) -> dict[str, RowMapping]:
    """Per capability that was ever asked for: workers that take it now, those that are held, when one was last seen."""
    rows = (await connection.execute(_OFFERING)).mappings().all()
    return {row["capability"]: row for row in rows}


async def held_worker(connection: AsyncConnection, capability: str) -> RowMapping | None:
    """The worker for a capability that was paused or drained last, of those that are there."""
    return (await connection.execute(_HELD_BACK, {"capability": capability})).mappings().first()


async def hold(connection: AsyncConnection, worker_id: uuid.UUID, held: str, by: str, reason: str) -> str | None:
    """``paused`` or ``draining``: give the worker nothing new. Returns its name, or None if there is no such worker."""
    values = {"id": worker_id, "held": held, "by": by, "reason": reason}
    return (await connection.execute(_HOLD, values)).scalar()


async def release(connection: AsyncConnection, worker_id: uuid.UUID) -> str | None:
    """End that. Returns the worker's name, or None if there is no such worker."""
    values = {"id": worker_id, "held": None, "by": None, "reason": None}
    return (await connection.execute(_HOLD, values)).scalar()
