"""Workers: registering, who is online, who offers what."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Worker

#: A worker that was not seen for this long is offline. The gateway writes its presence every 4 s.
ONLINE_SECONDS = 15

_LIST = text("""
SELECT w.id, w.name, w.capabilities, w.polling, w.max_concurrency, w.registered_at, w.details,
    w.last_seen_at AS last_heartbeat, COALESCE(held.tasks, 0) AS current_tasks,
    w.held, w.held_by, w.held_reason, w.held_at,
    CASE WHEN w.last_seen_at IS NULL OR w.last_seen_at < now() - make_interval(secs => :online_seconds) THEN 'offline'
        WHEN w.held IS NOT NULL THEN w.held
        WHEN COALESCE(held.tasks, 0) > 0 THEN 'busy' ELSE 'idle' END AS status
FROM workers w
LEFT JOIN (
    SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
) held ON held.worker_id = w.id
ORDER BY w.name
""").bindparams(online_seconds=ONLINE_SECONDS)

_OFFERING = text("""
SELECT capability, count(*) FILTER (WHERE there AND held IS NULL) AS online,
    count(*) FILTER (WHERE there AND held IS NOT NULL) AS held,
    max(last_seen_at) AS last_seen
FROM (
    SELECT polling, last_seen_at, held, last_seen_at > now() - make_interval(secs => :online_seconds) AS there
    FROM workers
) w, unnest(w.polling) AS capability
GROUP BY capability
""").bindparams(online_seconds=ONLINE_SECONDS)

_HELD = text("""
SELECT name, held, held_by, held_reason, held_at FROM workers
WHERE held IS NOT NULL AND :capability = ANY(polling)
    AND last_seen_at > now() - make_interval(secs => :online_seconds)
ORDER BY held_at DESC LIMIT 1
""").bindparams(online_seconds=ONLINE_SECONDS)

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
    return (await connection.execute(_LIST)).mappings().all()


async def offering(connection: AsyncConnection) -> dict[str, RowMapping]:
    """Per capability that was ever asked for: workers that take it now, those that are held, when one was last seen."""
    rows = (await connection.execute(_OFFERING)).mappings().all()
    return {row["capability"]: row for row in rows}


async def held_worker(connection: AsyncConnection, capability: str) -> RowMapping | None:
    """The worker for a capability that was paused or drained last, of those that are there."""
    return (await connection.execute(_HELD, {"capability": capability})).mappings().first()


async def hold(connection: AsyncConnection, worker_id: uuid.UUID, held: str, by: str, reason: str) -> str | None:
    """``paused`` or ``draining``: give the worker nothing new. Returns its name, or None if there is no such worker."""
    values = {"id": worker_id, "held": held, "by": by, "reason": reason}
    return (await connection.execute(_HOLD, values)).scalar()


async def release(connection: AsyncConnection, worker_id: uuid.UUID) -> str | None:
    """End that. Returns the worker's name, or None if there is no such worker."""
    values = {"id": worker_id, "held": None, "by": None, "reason": None}
    return (await connection.execute(_HOLD, values)).scalar()
