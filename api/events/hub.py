"""Reads new task events once per process and hands them to every listener, as soon as they are committed, each once."""

import asyncio
import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import cached_property

import psycopg
from aiolimiter import AsyncLimiter

from contracts.names import EVENTS_CHANNEL
from contracts.tasks.views import EventView
from db.listen import wakeups
from db.tasks.event_places import NewEvents, Place

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
#: More that come at once are not handed out one by one: everybody is told to reload.
_MOST_AT_ONCE = 5_000
#: So many reads at once, and per second in the long run: then events wait up to 42 ms for each other, of the 60 in
#: which they shall reach a client. A read takes 1 ms of CPU time or more, however few events it brings (*measured*).
_READS_AT_ONCE, _READS_PER_SECOND = 6, 24
#: A listener that is this far behind is told to reload instead.
_QUEUE = 2_000
#: Ids below the highest at the start that open transactions may still bring. Lower ones are of a restored database.
_LOOK_BACK = 10_000
#: Events that a stream sends in one piece.
MOST_TOGETHER = 100
#: Furthest that a resumed stream is replayed from the table.
REPLAY_LIMIT = 5_000


@dataclass(frozen=True)
class Told:
    """An event, and how streams write it: that is done once, however many there are."""

    event: EventView

    @cached_property
    def line(self) -> str:
        """Its JSON, which has no line breaks."""
        return self.event.model_dump_json()


@dataclass(frozen=True)
class Heard:
    """What was told to one listener, and the place to go on from once it was taken."""

    told: Told
    place: Place

    @property
    def event(self) -> EventView:
        return self.told.event


class Listener:
    """A bounded queue of events; None in it means: you missed some, reload your state."""

    def __init__(self, task_ids: frozenset[uuid.UUID] | None) -> None:
        # One place more, for None: it takes that of no event, which whoever breaks off before it would never hear of.
        self.queue: asyncio.Queue[Heard | None] = asyncio.Queue(_QUEUE + 1)
        self._task_ids = task_ids
        self._overrun = False

    async def some(self) -> list[Heard | None]:
        """What there is, in its order; waits until there is something. To be cancelled while waiting loses nothing."""
        found = [await self.queue.get()]
        while not self.queue.empty() and len(found) < MOST_TOGETHER:
            found.append(self.queue.get_nowait())
        return found

    def is_empty(self) -> bool:
        return self.queue.empty()

    def offer(self, events: Sequence[Told], before: Place, after: Place) -> None:
        """What was read at once. Whoever breaks off in between is given all of it again."""
        mine = [each for each in events if self._task_ids is None or each.event.task_id in self._task_ids]
        for number, told in enumerate(mine, start=1):
            self._put(Heard(told, after if number == len(mine) else before))

    def overrun(self) -> None:
        """Some were left out."""
        if not self._overrun:
            self.queue.put_nowait(None)
        self._overrun = True

    def _put(self, heard: Heard) -> None:
        if self.queue.qsize() >= _QUEUE:
            self.overrun()
        else:
            self.queue.put_nowait(heard)
            self._overrun = False


class Hub:
    """One per process."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._place = Place(0, 0)
        self._above: int | None = None
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Returns once `place` means something: from then on nothing is missed."""
        await self._ready.wait()

    @property
    def place(self) -> Place:
        """Up to where events were handed out. Only once it is `ready`."""
        return self._place

    @property
    def listeners(self) -> int:
        """How many listen right now."""
        return len(self._listeners)

    async def run(self, url: str) -> None:
        """Read until cancelled."""
        reads = AsyncLimiter(_READS_AT_ONCE, _READS_AT_ONCE / _READS_PER_SECOND)
        events = NewEvents(url, process="api-events")
        async with aclosing(events), aclosing(wakeups(url, EVENTS_CHANNEL, _POLL_SECONDS)) as woken:
            async for _ in woken:
                await reads.acquire()
                try:
                    await self._read(events)
                except (psycopg.Error, OSError) as error:
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

    async def _read(self, new: NewEvents) -> None:
        if self._above is None:
            self._place, last = await new.now()
            self._above = max(last - _LOOK_BACK, 0)
        events, place = await new.since(self._place, _MOST_AT_ONCE + 1, above=self._above)
        # No await in between: whoever begins to listen has either all of these or none.
        before, self._place = self._place, place
        told = [Told(event) for event in events]
        for listener in self._listeners:
            if len(events) > _MOST_AT_ONCE:
                listener.overrun()
            else:
                listener.offer(told, before, place)
        self._ready.set()
