"""Admits workers to the queues of sessions: only the one that has a session open, for as long as it has.

Postgres says which one that is. A session that was opened anew elsewhere is another *generation*: what was handed out
for an older one is not taken back as the task's result, and begins again where the session is now.
"""

import asyncio
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import grpc
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import session_of_queue
from contracts.task_types import TASK_TYPES
from contracts.tasks.work import Lease
from db.engine import one_by_one
from db.plans.sessions import generation_held
from gateway.keyring import REFRESH_SECONDS, Visitor
from runtime.refused import Refused, not_yours

#: For heartbeats, which come often; results are asked about each time.
_KNOWN_SECONDS = 1.0
#: A worker that lost its session asks once more before it knows; it is answered so much later.
_PAUSE_SECONDS = 1.0
_REMEMBERED = 5_000
#: A capability that a worker was given is known here by then.
_KNOWN_BY_THEN_SECONDS = 1.5 * REFRESH_SECONDS


#: The generation of a session, by its task and a worker that may have it open; None: that one has not.
Find = Callable[[uuid.UUID, str], Awaitable[int | None]]


def in_postgres(engine: AsyncEngine) -> Find:
    """Finds what the API has written down. Raises Refused while Postgres does not answer."""

    async def find(session: uuid.UUID, worker_id: str) -> int | None:
        try:
            async with one_by_one(engine).connect() as connection:
                return await generation_held(connection, session, worker_id)
        except (SQLAlchemyError, OSError):
            raise cannot_look() from None

    return find


def cannot_look() -> Refused:
    """Said while Postgres is away: the worker's SDK tries again."""
    return Refused(grpc.StatusCode.UNAVAILABLE, "Sessions cannot be looked up right now.")


class SessionQueues:
    """Which sessions workers have had open."""

    def __init__(self, find: Find) -> None:
        self._find = find
        #: (worker, session) -> the generation, if it still has it, and when that was asked.
        self._held: OrderedDict[tuple[str, str], tuple[int | None, float]] = OrderedDict()
        #: (worker, session) -> the generation that brought what the worker may no longer do.
        self._refused: OrderedDict[tuple[str, str], int] = OrderedDict()

    def knows(self, queue: str, visitor: Visitor) -> bool:
        """Whether this is the queue of a session that the worker has or had."""
        session = session_of_queue(queue)
        return session is not None and (visitor.worker_id, str(session)) in self._held

    async def admit(self, session: uuid.UUID, queue: str, visitor: Visitor) -> bool:
        """Whether the worker may ask for the tasks of a session; False: no longer.

        Raises:
            Refused: it never had it open, may not do what runs in it, or that cannot be asked right now.
        """
        generation = await self._generation(str(session), visitor)
        if generation is not None:
            if self._refused.get((visitor.worker_id, str(session))) == generation:
                raise not_yours(queue)
            return True
        if not self.knows(queue, visitor):
            raise not_yours(queue)
        await asyncio.sleep(_PAUSE_SECONDS)
        return False

    async def lease_in(self, session: uuid.UUID, lease: Lease, visitor: Visitor) -> Lease | None:
        """The lease of what was brought for a session, with its generation; None: it is no longer this worker's."""
        try:
            generation = await self._generation(str(session), visitor)
        except Refused:
            # It goes back at once, instead of when its heartbeat times out.
            generation = None
        if generation is None:
            return None
        return lease.model_copy(update={"session": str(session), "generation": generation})

    def refuse(self, lease: Lease, visitor: Visitor) -> None:
        """Let the worker ask no more in this generation: it was brought what its key does not allow any more.

        Otherwise it would be brought the same again and again, as long as it says that it has the session open.
        """
        self._refused[visitor.worker_id, lease.session] = lease.generation
        if len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)

    async def check(self, lease: Lease, visitor: Visitor, *, for_certain: bool) -> None:
        """Raises Refused, as Temporal does for an attempt that is not the worker's any more."""
        if not lease.session:
            return
        known, at = self._held.get((visitor.worker_id, lease.session), (None, 0.0))
        if for_certain or time.monotonic() - at > _KNOWN_SECONDS:
            try:
                known = await self._generation(lease.session, visitor)
            except Refused:
                # A heartbeat changes nothing that a result is not asked about again; without it the attempt is lost.
                if for_certain or known is None:
                    raise
        if known != lease.generation:
            raise Refused(grpc.StatusCode.NOT_FOUND, "The session of this task is not this worker's any more.")

    async def _generation(self, session: str, visitor: Visitor) -> int | None:
        held = await self._find(uuid.UUID(session), visitor.worker_id)
        key = visitor.worker_id, session
        if held is not None or key in self._held:
            self._held[key] = held, time.monotonic()
            self._held.move_to_end(key)
            if len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return held


async def may_do(lease: Lease, visitor: Visitor) -> bool:
    """Whether its key allows what a session has brought; of a type that is not known here, the API was asked."""
    row = TASK_TYPES.get(lease.task_type)
    if row is None or row.capability in visitor.owner.capabilities:
        return True
    withdrawn = visitor.withdrawn.get(row.capability)
    if withdrawn is None or not withdrawn.is_set():
        # The API, which let it open the session, may know sooner of what it was given a moment ago.
        await asyncio.sleep(_KNOWN_BY_THEN_SECONDS)
    return row.capability in visitor.owner.capabilities
