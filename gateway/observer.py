"""Writes what passes through the gateway into the mirror, aside: no call of a worker waits for Postgres."""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable

import psycopg

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Beat, Progress
from db.tasks.mirror import AttemptSeen
from db.tasks.mirror_writer import MirrorWriter

logger = logging.getLogger(__name__)

#: While Postgres is away this much is kept; the reconciler finds out what falls off the end.
_CAPACITY = 20_000
_BATCH = 200
_RETRY_SECONDS = 0.5
#: Observations that come this close together are written in one transaction; closer still while nothing was written
#: just before. One by one they were a quarter of the gateway's CPU time when hundreds came per second (*measured*).
_LINGER_SECONDS = 0.005
_BUSY_LINGER_SECONDS = 0.025


class Observer:
    """A queue of observations and the one writer that empties it, in order."""

    def __init__(self, writer: MirrorWriter, on_claim: Callable[[AttemptSeen], None] = lambda _: None) -> None:
        """``on_claim`` is told of every attempt that is handed out."""
        self._on_claim = on_claim
        self._writer = writer
        self._queue: deque[AttemptSeen] = deque(maxlen=_CAPACITY)
        self._wake = asyncio.Event()
        #: Attempts that have reported, with the progress that was told last.
        #: Those whose end nobody sees here (another gateway had it, or nobody) fall out in the end.
        self._running: OrderedDict[tuple[str, str, int], Progress | None] = OrderedDict()
        #: Attempts that ended while something was waiting to be written.
        self._over: set[tuple[str, str, int]] = set()

    def claimed(self, seen: AttemptSeen) -> None:
        self._on_claim(seen)
        self._put(seen)

    def beat(self, seen: AttemptSeen) -> None:
        """``seen`` has the status running; the first one of an attempt is what starts it."""
        self._put(seen)

    def failed(self, seen: AttemptSeen) -> None:
        self._put(seen)

    def ended(self, seen: AttemptSeen) -> None:
        """The attempt is over; its outcome is the workflow's to tell."""
        self._running.pop(_key(seen), None)
        if self._queue and len(self._over) < _CAPACITY:
            self._over.add(_key(seen))

    async def run(self) -> None:
        """Write until cancelled, and what is left on the way out."""
        written_at = 0.0
        try:
            # The first claim must not be overtaken by the end of its task only because we had yet to connect.
            with contextlib.suppress(psycopg.Error, OSError):
                await self._writer.connect()
            while True:
                await self._wake.wait()
                busy = time.monotonic() - written_at < _BUSY_LINGER_SECONDS
                await asyncio.sleep(_BUSY_LINGER_SECONDS if busy else _LINGER_SECONDS)
                self._wake.clear()
                while self._queue:
                    await self._write_next()
                self._over.clear()
                written_at = time.monotonic()
        finally:
            if self._queue:
                await self._write_next()
            await self._writer.close()

    def _put(self, seen: AttemptSeen) -> None:
        if not seen.workflow_id:  # a canary is nobody's task
            return
        self._queue.append(seen)
        self._wake.set()

    async def _write_next(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]
        try:
            await self._write(batch)
        except psycopg.DataError:
            await self._write_singly(batch)
        except asyncio.CancelledError:
            self._queue.extendleft(reversed(batch))
            raise
        except (psycopg.Error, OSError) as error:
            logger.warning("the mirror cannot be written right now, keeping %d observations: %s", len(batch), error)
            self._queue.extendleft(reversed(batch))
            await asyncio.sleep(_RETRY_SECONDS)

    async def _write_singly(self, batch: list[AttemptSeen]) -> None:
        """Something in the batch can never be written: leave that out, or nothing would be written any more."""
        for place, seen in enumerate(batch):
            try:
                await self._write([seen])
            except psycopg.DataError as error:
                logger.warning("left out of task %s what Postgres does not take: %s", seen.workflow_id, error)
            except (psycopg.Error, OSError):
                self._queue.extendleft(reversed(batch[place:]))
                return

    async def _write(self, batch: list[AttemptSeen]) -> None:
        # Of a short task what writes its end also says that it had started: that saves every second write.
        batch = [seen for seen in batch if not (_says_only_that_it_runs(seen) and _key(seen) in self._over)]
        steps = [seen for seen in batch if seen.status is not TaskStatus.RUNNING or _key(seen) not in self._running]
        beats = [seen for seen in batch if seen.status is TaskStatus.RUNNING and seen.beat]
        if batch:
            await self._writer.write(steps, [(seen, self._is_news(seen)) for seen in beats])
        for seen in steps:
            if seen.status is TaskStatus.RUNNING:
                self._running.setdefault(_key(seen), None)
                if len(self._running) > _CAPACITY:
                    self._running.popitem(last=False)
            elif seen.status is TaskStatus.PENDING:
                self._running.pop(_key(seen), None)
        for seen in beats:
            if _key(seen) in self._running and seen.beat:
                self._running[_key(seen)] = seen.beat.progress

    def _is_news(self, seen: AttemptSeen) -> bool:
        progress = seen.beat.progress if seen.beat else None
        return progress is not None and progress != self._running.get(_key(seen))


def _says_only_that_it_runs(seen: AttemptSeen) -> bool:
    return seen.status is TaskStatus.RUNNING and (seen.beat is None or seen.beat == Beat())


def _key(seen: AttemptSeen) -> tuple[str, str, int]:
    return seen.workflow_id, seen.run_id, seen.attempt
