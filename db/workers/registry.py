"""Registers, lists, pauses and resumes workers, and counts the workers of each capability."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.workers.own_queues import OwnQueues
from db.models import Worker
from db.workers.own_queues import own_queues
from db.workers.states import OFFERING, PAUSED_WORKER, WORKERS

_ON_HAND = text("""
SELECT id, type AS task_type, ticker, status, COALESCE(claimed_at, updated_at) AS claimed_at,
    CAST(progress->>'percent' AS float) AS percent
FROM tasks WHERE worker_id = :id AND status IN ('claimed', 'running') ORDER BY claimed_at LIMIT 200
""")

_EVENTS_OF = text("""
SELECT e.id, e.worker_id, w.name AS worker, e.type, e.details, e.created_at
FROM worker_events e JOIN workers w ON w.id = e.worker_id
WHERE e.worker_id = :id ORDER BY e.id DESC LIMIT :limit
""")

_EVENTS_AFTER = text("""
SELECT e.id, e.worker_id, w.name AS worker, e.type, e.details, e.created_at
FROM worker_events e JOIN workers w ON w.id = e.worker_id
WHERE e.id > :after ORDER BY e.id LIMIT :limit
""")

_NEWEST_EVENTS = text("""
SELECT e.id, e.worker_id, w.name AS worker, e.type, e.details, e.created_at
FROM worker_events e JOIN workers w ON w.id = e.worker_id
ORDER BY e.id DESC LIMIT :limit
""")


_PAUSE = text("""
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
    return (await connection.execute(WORKERS, {"id": None})).mappings().all()


async def get_worker(connection: AsyncConnection, worker_id: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(WORKERS, {"id": worker_id})).mappings().one_or_none()


async def tasks_on_hand(connection: AsyncConnection, worker_id: uuid.UUID) -> Sequence[RowMapping]:
    """The tasks that a worker has on hand, the oldest first."""
    return (await connection.execute(_ON_HAND, {"id": worker_id})).mappings().all()


async def events_of(connection: AsyncConnection, worker_id: uuid.UUID, limit: int) -> Sequence[RowMapping]:
    """The newest events of a worker, the newest first."""
    return (await connection.execute(_EVENTS_OF, {"id": worker_id, "limit": limit})).mappings().all()


async def worker_events(connection: AsyncConnection, after: int | None, limit: int) -> Sequence[RowMapping]:
    """Events of all workers in their order: those behind the id ``after``, or the newest."""
    if after is not None:
        return (await connection.execute(_EVENTS_AFTER, {"after": after, "limit": limit})).mappings().all()
    newest = (await connection.execute(_NEWEST_EVENTS, {"limit": limit})).mappings().all()
    return newest[::-1]


@dataclass(frozen=True)
class Offers:
    """What was ever asked for: workers that take it (``online``), that are ``paused``, when one was ``last_seen``."""

    by_queue: Mapping[str, RowMapping]
    #: Whatever workspaces a worker serves.
    by_capability: Mapping[str, RowMapping]
    own: OwnQueues

    def to(self, workspace: str, capability: str) -> RowMapping | None:
        """What is offered to tasks of a workspace."""
        return self.by_queue.get(self.own.queue_of(workspace, capability))

    def online_to(self, workspace: str, capability: str) -> int:
        found = self.to(workspace, capability)
        return int(found["online"]) if found else 0


async def offering(connection: AsyncConnection) -> Offers:
    rows = (await connection.execute(OFFERING)).mappings().all()
    return Offers(
        by_queue={row["name"]: row for row in rows if row["is_queue"]},
        by_capability={row["name"]: row for row in rows if not row["is_queue"]},
        own=await own_queues(connection),
    )


async def paused_worker(connection: AsyncConnection, queue: str) -> RowMapping | None:
    """Of the workers that ask a queue and are there, the one that was paused or drained last."""
    return (await connection.execute(PAUSED_WORKER, {"queue": queue})).mappings().first()


async def pause(connection: AsyncConnection, worker_id: uuid.UUID, held: str, by: str, reason: str) -> str | None:
    """``paused`` or ``draining``: give the worker nothing new. Returns its name, or None if there is no such worker."""
    values = {"id": worker_id, "held": held, "by": by, "reason": reason}
    return (await connection.execute(_PAUSE, values)).scalar()


async def resume(connection: AsyncConnection, worker_id: uuid.UUID) -> str | None:
    """End its pause or draining. Returns the worker's name, or None if there is no such worker."""
    values = {"id": worker_id, "held": None, "by": None, "reason": None}
    return (await connection.execute(_PAUSE, values)).scalar()
