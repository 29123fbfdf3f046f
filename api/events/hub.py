"""Reads new task events once per process and hands them to every listener, in order and without gaps."""

import asyncio
import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager

from aiolimiter import AsyncLimiter
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.events.event_order import InOrder
from contracts.names import EVENTS_CHANNEL
from contracts.tasks.views import EventView
from db.engine import one_by_one
from db.listen import wakeups
from db.tasks.events import events_after, last_event_id

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_BATCH = 1_000
#: So many reads at once, and per second in the long run: then events wait up to 80 ms for each other. A read takes 1 ms
#: of CPU time or more, however few events it brings (*measured*).
_READS_AT_ONCE, _READS_PER_SECOND = 6, 12
#: A listener that is this far behind is told to reload instead.
_QUEUE = 2_000
_LOOK_BACK = 200
#: Furthest that a resumed stream is replayed from the table.
REPLAY_LIMIT = 5_000


class Listener:
    """A bounded queue of events; None in it means: you missed some, reload your state."""

    def __init__(self, task_ids: frozenset[uuid.UUID] | None) -> None:
        self.queue: asyncio.Queue[EventView | None] = asyncio.Queue(_QUEUE)
        self._task_ids = task_ids
        self._overrun = False

    def offer(self, event: EventView) -> None:
        if self._task_ids is not None and event.task_id not in self._task_ids:
            return
        try:
            self.queue.put_nowait(event)
            self._overrun = False
        except asyncio.QueueFull:
            if not self._overrun:
                self.queue.get_nowait()
                self.queue.put_nowait(None)
            self._overrun = True


class Hub:
    """One per process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._listeners: set[Listener] = set()
        self._order: InOrder | None = None
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Returns once `position` means something: from then on nothing is missed."""
        await self._ready.wait()

    @property
    def position(self) -> int:
        """Id of the last event that was handed out."""
        return self._order.position if self._order else 0

    @property
    def listeners(self) -> int:
        """How many listen right now."""
        return len(self._listeners)

    async def run(self, url: str) -> None:
        """Read until cancelled."""
        reads = AsyncLimiter(_READS_AT_ONCE, _READS_AT_ONCE / _READS_PER_SECOND)
        async with aclosing(wakeups(url, EVENTS_CHANNEL, _POLL_SECONDS)) as woken:
            async for _ in woken:
                await reads.acquire()
                try:
                    while await self._read() == _BATCH:
                        pass
                except (SQLAlchemyError, OSError) as error:
                    logger.warning("events cannot be read right now: %s", error)

    @contextmanager
    def listen(self, task_ids: Sequence[uuid.UUID] | None = None) -> Iterator[Listener]:
        """Events of these tasks (or of all) from now on."""
        listener = Listener(frozenset(task_ids) if task_ids is not None else None)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _read(self) -> int:
        async with one_by_one(self._engine).connect() as connection:
            if self._order is None:
                # Somewhat earlier than the last one: a lower id may be about to be committed.
                self._order = InOrder(max(await last_event_id(connection) - _LOOK_BACK, 0))
            rows = await events_after(connection, self._order.position, _BATCH)
        for event in self._order.take(rows):
            for listener in self._listeners:
                listener.offer(event)
        if self._order.is_waiting:
            # Somebody is about to commit an event with a lower id: look again without waiting to be woken.
            await asyncio.sleep(0.005)
            return _BATCH
        self._ready.set()
        return len(rows)
