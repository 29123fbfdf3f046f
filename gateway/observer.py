"""Writes what passes through the gateway into the mirror, aside: no call of a worker waits for Postgres."""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Container, Sequence
from dataclasses import replace

import psycopg

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Beat, Progress
from db.tasks.mirror import AttemptSeen
from db.tasks.mirror_writer import REFUSED, MirrorWriter, is_for_now

logger = logging.getLogger(__name__)

#: Workflow, run, attempt.
_Key = tuple[str, str, int]

#: While Postgres is away this much is kept; the reconciler finds out what falls off the end.
_CAPACITY = 20_000
#: And no more if there are results among it, of up to 256 KB each.
_MOST_WITH_ENDS = 500
_BATCH = 200
_RETRY_SECONDS = 0.5
#: Observations that come this close together are written in one transaction; closer still while nothing was written
#: just before. One by one they were a quarter of the gateway's CPU time when hundreds came per second (*measured*).
_LINGER_SECONDS = 0.005
_BUSY_LINGER_SECONDS = 0.025
#: A claim waits for what follows: of a task that is over by then, claim and end are one write instead of two.
_CLAIM_LINGER_SECONDS = 0.05
#: What a worker waits at most with a failure that ends its task, for its claim to be written.
_MOST_SECONDS_FOR_A_CLAIM = 0.3


class Observer:
    """A queue of observations and the one writer that empties it, in order."""

    def __init__(self, writer: MirrorWriter, on_claim: Callable[[AttemptSeen], None] = lambda _: None) -> None:
        """``on_claim`` is told of every attempt that is handed out."""
        self._on_claim = on_claim
        self._writer = writer
        self._queue: deque[AttemptSeen] = deque(maxlen=_CAPACITY)
        #: Taken out of the queue, and not written yet.
        self._writing: Sequence[AttemptSeen] = ()
        self._wake = asyncio.Event()
        #: Attempts that have reported, with the progress that was told last.
        #: Those whose end nobody sees here (another gateway had it, or nobody) fall out in the end.
        self._running: OrderedDict[_Key, Progress | None] = OrderedDict()
        #: Attempts that ended while something was waiting to be written.
        self._over: set[_Key] = set()

    def claimed(self, seen: AttemptSeen) -> None:
        self._on_claim(seen)
        self._put(seen)

    def beat(self, seen: AttemptSeen) -> None:
        """``seen`` has the status running; the first one of an attempt is what starts it."""
        self._put(seen)

    def failed(self, seen: AttemptSeen) -> None:
        """The attempt is over, and another one will follow."""
        if _key(seen) not in self._running:
            # That it ended is a report, too; a short one has made no other.
            self._put(replace(seen, status=TaskStatus.RUNNING, beat=Beat(), failure=None, next_attempt_at=None))
        self._put(seen)

    def succeeded(self, seen: AttemptSeen) -> None:
        """The attempt is over, and with it the task: its workflow leaves that to us."""
        if len(self._queue) < _MOST_WITH_ENDS:
            self._put(seen)
        else:
            # Results may be large, and core finds out by itself.
            self.ended(seen)

    async def claim_is_written(self, seen: AttemptSeen) -> None:
        """Returns once the claim of this attempt is written, or cannot be soon.

        For a failure that ends the task: the workflow writes that down as soon as Temporal has it, and a claim that
        comes later would be left out.
        """
        if len(self._queue) > _MOST_WITH_ENDS:
            return
        self._over.add(_key(seen))
        self._wake.set()
        deadline = time.monotonic() + _MOST_SECONDS_FOR_A_CLAIM
        while any(_key(each) == _key(seen) for each in (*self._queue, *self._writing)):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(_LINGER_SECONDS)

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
                while batch := self._due():
                    await self._write_next(batch)
                    written_at = time.monotonic()
                self._over.clear()
                if self._queue:
                    asyncio.get_running_loop().call_later(_CLAIM_LINGER_SECONDS, self._wake.set)
        finally:
            if self._queue:
                await self._write_next(self._next())
            await self._writer.close()

    def _put(self, seen: AttemptSeen) -> None:
        if not seen.workflow_id:  # a canary is nobody's task
            return
        self._queue.append(seen)
        self._wake.set()

    def _next(self) -> list[AttemptSeen]:
        return [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]

    def _due(self) -> list[AttemptSeen]:
        """What is to be written now, but for claims that nothing has followed yet: those stay for a moment."""
        batch = self._next()
        followed = self._over.union(_key(seen) for seen in batch if seen.status is not TaskStatus.CLAIMED)
        since = time.monotonic() - _CLAIM_LINGER_SECONDS
        waiting = [seen for seen in batch if seen.at > since and _key(seen) not in followed]
        self._queue.extendleft(reversed(waiting))
        return [seen for seen in batch if seen.at <= since or _key(seen) in followed]

    async def _write_next(self, batch: list[AttemptSeen]) -> None:
        self._writing = batch
        try:
            await self._write(batch)
        except REFUSED as error:
            if is_for_now(error):
                await self._keep(batch, error)
            else:
                await self._write_singly(batch)
        except asyncio.CancelledError:
            self._queue.extendleft(reversed(batch))
            raise
        except (psycopg.Error, OSError) as error:
            await self._keep(batch, error)
        finally:
            self._writing = ()

    async def _keep(self, batch: list[AttemptSeen], error: BaseException) -> None:
        logger.warning("the mirror cannot be written right now, keeping %d observations: %s", len(batch), error)
        self._queue.extendleft(reversed(batch))
        await asyncio.sleep(_RETRY_SECONDS)

    async def _write_singly(self, batch: list[AttemptSeen]) -> None:
        """Something in the batch can never be written: leave that out, or nothing would be written any more."""
        for place, seen in enumerate(batch):
            try:
                await self._write([seen])
            except REFUSED as error:
                if is_for_now(error):
                    self._queue.extendleft(reversed(batch[place:]))
                    return
                logger.warning("left out of task %s what Postgres does not take: %s", seen.workflow_id, error)
            except (psycopg.Error, OSError):
                self._queue.extendleft(reversed(batch[place:]))
                return

    async def _write(self, batch: list[AttemptSeen]) -> None:
        # Of a short task what writes its end also says that it had started: that saves every second write.
        batch = [seen for seen in batch if not (_says_only_that_it_runs(seen) and _key(seen) in self._over)]
        ends = {_key(seen): seen for seen in batch if seen.status is TaskStatus.SUCCEEDED}
        claimed_at = {_key(seen): seen.at for seen in batch if seen.status is TaskStatus.CLAIMED and _key(seen) in ends}
        batch = _without_what_the_end_says(batch, ends)
        steps = [seen for seen in batch if seen.status is not TaskStatus.RUNNING or _key(seen) not in self._running]
        # What starts an attempt is a heartbeat, too, and written as one.
        starts = {id(seen) for seen in steps}
        beats = [
            seen
            for seen in batch
            if seen.status is TaskStatus.RUNNING and seen.beat and (id(seen) not in starts or self._is_news(seen))
        ]
        if batch or ends:
            await self._writer.write(
                steps,
                [(seen, self._is_news(seen)) for seen in beats],
                [(seen, claimed_at.get(key, seen.at)) for key, seen in ends.items()],
            )
        for key in ends:
            self._running.pop(key, None)
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


def _without_what_the_end_says(batch: list[AttemptSeen], ends: Container[_Key]) -> list[AttemptSeen]:
    """All but the ends, and of the attempts that end here only those that told more than that they run."""
    told = {_key(seen) for seen in batch if seen.status is TaskStatus.RUNNING and not _says_only_that_it_runs(seen)}
    return [
        seen
        for seen in batch
        if seen.status is not TaskStatus.SUCCEEDED and not (_key(seen) in ends and _key(seen) not in told)
    ]


def _key(seen: AttemptSeen) -> _Key:
    return seen.workflow_id, seen.run_id, seen.attempt
