"""Notes which workers are online, what they poll and what they report of themselves, and writes it down."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.worker.v1 import WorkerHeartbeat

from contracts.names import canary_queue, capability_of_queue
from db.workers.roster import note_present
from gateway.keyring import Visitor
from gateway.worker_heartbeats import is_leaving, vitals_of

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
#: An unchanged worker is written this often; see ONLINE_SECONDS in db.workers.registry for who counts as online.
_REWRITE_SECONDS = 4.0
#: A worker that did not call for this long, and has no open poll, is not written any more.
_QUIET_SECONDS = 8.0
_FORGET_SECONDS = 120.0


@dataclass
class _Present:
    seen_at: float
    #: Open polls per queue; one that reached zero is kept: a busy worker does not poll.
    polls: dict[str, int] = field(default_factory=dict)
    vitals: dict[str, Any] | None = None
    vitals_at: datetime | None = None
    #: It said that it stops / that it has ended.
    stops: bool = False
    ended: bool = False
    written_at: float = 0.0
    written: object = None

    @property
    def leaving(self) -> bool:
        return self.stops and not self.polls

    @property
    def left(self) -> bool:
        return self.ended and not self.polls

    def state(self) -> object:
        """What is written at once when it changes."""
        return frozenset(self.polls), self.leaving, self.left, self.vitals_at

    def silent_for(self, now: float) -> float:
        # Behind an open poll is a connection that answers pings.
        return 0.0 if any(self.polls.values()) else now - self.seen_at


class Presence:
    """In memory, per worker id. A restarted gateway learns it anew within one poll or heartbeat."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._present: dict[str, _Present] = {}
        self._started_at = datetime.now(UTC)
        self._written_at = 0.0

    def seen(self, visitor: Visitor) -> None:
        """Any call."""
        present = self._of(visitor)
        present.seen_at, present.ended = time.monotonic(), False
        # No poll was open that could end when these were taken away.
        for queue in [queue for queue, polls in present.polls.items() if not polls and visitor.lost(queue)]:
            del present.polls[queue]

    def poll_opened(self, visitor: Visitor, queue: str) -> None:
        present = self._of(visitor)
        present.polls[queue] = present.polls.get(queue, 0) + 1
        present.stops = False

    def poll_closed(self, visitor: Visitor, queue: str) -> None:
        # Not a sign of life: it may have closed because the connection is dead.
        polls = self._of(visitor).polls
        if queue in polls:
            polls[queue] = max(polls[queue] - 1, 0)

    def beat(self, visitor: Visitor, beats: Sequence[WorkerHeartbeat]) -> None:
        """The worker's own heartbeat, about all of its queues."""
        present = self._of(visitor)
        work = [beat for beat in beats if capability_of_queue(beat.task_queue) in visitor.owner.capabilities]
        if not work:
            return
        present.vitals, present.vitals_at = vitals_of(work), datetime.now(UTC)
        if is_leaving(work):
            present.stops = True
            present.polls.clear()

    def stopped(self, visitor: Visitor, queue: str) -> None:
        """The worker said that it stops taking tasks from this queue."""
        present = self._of(visitor)
        present.polls.pop(queue, None)
        present.stops = True

    def left(self, visitor: Visitor, queue: str) -> None:
        """It no longer takes this queue, because an admin took that away."""
        self._of(visitor).polls.pop(queue, None)

    def ended(self, visitor: Visitor) -> None:
        """The worker said its last word."""
        self._of(visitor).ended = True

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self._write()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the presence of workers cannot be written right now: %s", error)

    def _of(self, visitor: Visitor) -> _Present:
        return self._present.setdefault(visitor.worker_id, _Present(time.monotonic()))

    async def _write(self) -> None:
        now = time.monotonic()
        self._forget(now)
        due = {worker_id: present for worker_id, present in self._present.items() if _is_due(present, now)}
        if not due and now - self._written_at < _REWRITE_SECONDS:
            return
        rows = [_row(worker_id, present, now) for worker_id, present in due.items()]
        written = {worker_id: present.state() for worker_id, present in due.items()}
        async with self._engine.begin() as connection:
            await note_present(connection, rows, gateway_started_at=self._started_at)
        self._written_at = now
        for worker_id, present in due.items():
            present.written, present.written_at = written[worker_id], now

    def _forget(self, now: float) -> None:
        gone = [each for each, present in self._present.items() if present.silent_for(now) > _FORGET_SECONDS]
        for worker_id in gone:
            del self._present[worker_id]


def _is_due(present: _Present, now: float) -> bool:
    if present.silent_for(now) > _QUIET_SECONDS:
        return False
    return present.written != present.state() or now - present.written_at > _REWRITE_SECONDS


def _row(worker_id: str, present: _Present, now: float) -> dict[str, Any]:
    canaries = canary_queue(worker_id)
    return {
        "id": worker_id,
        "silent": present.silent_for(now),
        "polling": sorted(queue for queue in present.polls if queue != canaries),
        "canaries": canaries in present.polls,
        "vitals": json.dumps(present.vitals) if present.vitals else None,
        "vitals_at": present.vitals_at,
        "leaving": present.leaving,
        "left": present.left,
    }
