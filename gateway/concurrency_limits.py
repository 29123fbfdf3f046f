"""Limits how many tasks each worker has on hand, so that none ever has more than an admin allowed.

A poll that could bring one too many waits here, until an attempt ends, or has not been heard of for so long that
Temporal gives it to somebody else. A poll that has been open for a moment rests at an empty queue: it keeps no other
queue from being asked, or a worker with two slots could not ask for six capabilities. What it brings after all while
the worker has its hands full waits for a place, for a moment, and then goes back (`handed_back.py`).

In memory: after a restart of the gateway an attempt counts from its next heartbeat.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from contracts.names import session_of_queue
from contracts.tasks.work import Lease
from gateway.flags import Flag, first_of
from gateway.keyring import Visitor

#: Heartbeat timeout of an attempt that was handed out by a gateway which did not write it into the lease.
_USUAL_TIMEOUT = 10.0
#: A heartbeat that comes a little too late is one, as long as Temporal has not looked.
_LATE_SECONDS = 1.0
#: Silence of a worker, and what an admin allows now, are looked at this often.
_LOOK_SECONDS = 1.0
#: A queue that has tasks answers much sooner.
_RESTS_AFTER_SECONDS = 0.2


class _Stage(Enum):
    WAITS = 1
    #: It may bring a task at once, and counts as one.
    HAS_PLACE = 2
    RESTS = 3
    #: It has brought a task, for which there is no place yet.
    HOLDS = 4
    OVER = 5


@dataclass(eq=False)
class Asking:
    """One poll of a worker, from when it comes until it is answered. A context: left, it is over."""

    load: "_WorkerLoad"
    queue: "_Queue"
    stage: _Stage = _Stage.WAITS
    #: Set when it is given a place for which it waits; most never do.
    placed: Flag | None = None
    rest: asyncio.TimerHandle | None = None

    async def has_place(self, seconds: float) -> bool:
        """Whether the worker may have the task that the poll has brought; waits so long for another one to end."""
        if self.stage is _Stage.RESTS and not self.load.hold(self):
            self.placed = Flag()
            await first_of([(self.placed, True)], seconds=seconds)
        return self.stage is _Stage.HAS_PLACE

    def __enter__(self) -> Self:
        self.rest = asyncio.get_running_loop().call_later(_RESTS_AFTER_SECONDS, self.load.let_rest, self)
        return self

    def __exit__(self, *_: object) -> None:
        self.load.leave(self)


@dataclass(eq=False)
class _Queue:
    """What a worker asks of one queue."""

    name: str
    #: Not yet let through to Temporal, in the order in which they came.
    waiting: dict[Asking, None] = field(default_factory=dict)
    #: Let through.
    open: int = 0
    #: Of those, the ones that have a place.
    placed: int = 0
    #: Grows with each turn that any queue gets.
    last_turn: int = 0


@dataclass
class _WorkerLoad:
    most: int = 0
    #: Temporal's token -> monotonic time at which the attempt counts as lost.
    on_hand: dict[bytes, float] = field(default_factory=dict)
    queues: dict[str, _Queue] = field(default_factory=dict)
    holding: dict[Asking, None] = field(default_factory=dict)
    turns: int = 0

    def ask(self, queue: str) -> Asking:
        """One more poll, which waits for its turn."""
        if queue not in self.queues:
            # A session's comes and goes; as if it had just had its turn, it gets no more turns than the others.
            self.queues[queue] = _Queue(queue, last_turn=self.turns if session_of_queue(queue) else 0)
        asking = Asking(self, self.queues[queue])
        asking.queue.waiting[asking] = None
        self.let_in()
        return asking

    def hold(self, asking: Asking) -> bool:
        """Whether there is a place at once for what it has brought."""
        asking.stage = _Stage.HOLDS
        self.holding[asking] = None
        self.let_in()
        return asking not in self.holding

    def let_rest(self, asking: Asking) -> None:
        asking.stage = _Stage.RESTS
        asking.queue.placed -= 1
        self.let_in()

    def leave(self, asking: Asking) -> None:
        asking.queue.waiting.pop(asking, None)
        self.holding.pop(asking, None)
        if asking.rest:
            asking.rest.cancel()
        asking.queue.open -= asking.stage is not _Stage.WAITS
        asking.queue.placed -= asking.stage is _Stage.HAS_PLACE
        asking.stage = _Stage.OVER
        if session_of_queue(asking.queue.name) and not asking.queue.waiting and not asking.queue.open:
            # There are as many of these as sessions that were ever opened.
            self.queues.pop(asking.queue.name, None)
        self.let_in()

    def let_in(self) -> None:
        """Give the places that there are to tasks which are here already, then to queues in turn."""
        while self._has_room():
            if self.holding:
                self._place(next(iter(self.holding)))
            elif queue := self._whose_turn():
                self._let_through(queue)
            else:
                return

    def _whose_turn(self) -> _Queue | None:
        # One poll of each queue may rest without a place. If all could, a worker with a hundred open would be brought
        # a hundred tasks at once, of which most go back.
        asked = sum(max(queue.placed, queue.open - 1) for queue in self.queues.values())
        may_ask_more = len(self.on_hand) + asked < self.most
        may = (queue for queue in self.queues.values() if queue.waiting and (may_ask_more or not queue.open))
        return min(may, key=lambda queue: queue.last_turn, default=None)

    def _let_through(self, queue: _Queue) -> None:
        asking = next(iter(queue.waiting))
        del queue.waiting[asking]
        queue.open += 1
        queue.last_turn = self.turns = self.turns + 1
        self._place(asking)

    def _place(self, asking: Asking) -> None:
        self.holding.pop(asking, None)
        asking.stage = _Stage.HAS_PLACE
        asking.queue.placed += 1
        if asking.placed:
            asking.placed.set()

    def _has_room(self) -> bool:
        if self._taken() >= self.most:
            now = time.monotonic()
            self.on_hand = {token: lost_at for token, lost_at in self.on_hand.items() if lost_at > now}
        return self._taken() < self.most

    def _taken(self) -> int:
        return len(self.on_hand) + sum(queue.placed for queue in self.queues.values())


class ConcurrencyLimits:
    """By worker: all processes with one key share what that worker may have on hand."""

    def __init__(self) -> None:
        #: Only workers whose key was found valid get in here, so there are as many as admins made.
        self._limits: dict[str, _WorkerLoad] = {}

    async def turn(self, visitor: Visitor, queue: str, withdrawn: Flag, seconds: float) -> Asking | None:
        """Wait until the worker may ask for one more task of this queue; None if it may not by then."""
        asking = self._load(visitor).ask(queue)
        if asking.stage is not _Stage.WAITS:
            return asking
        asking.placed, until = Flag(), time.monotonic() + seconds
        ends = [(withdrawn, True), (visitor.revoked, True)]
        with contextlib.ExitStack() as unless_let_in:
            unless_let_in.callback(asking.load.leave, asking)
            while not asking.placed.is_set():
                left = until - time.monotonic()
                if left <= 0 or any(flag.is_set() for flag, _ in ends):
                    return None
                await first_of([(asking.placed, True), *ends], seconds=min(left, _LOOK_SECONDS))
                self._load(visitor).let_in()
            unless_let_in.pop_all()
        return asking

    def has(self, visitor: Visitor, token: bytes, lease: Lease) -> None:
        """The worker was given this attempt, or says that it goes on: then before Temporal is asked how it stands."""
        silence = lease.heartbeat_seconds or _USUAL_TIMEOUT
        self._load(visitor).on_hand[token] = time.monotonic() + silence + _LATE_SECONDS

    def over(self, visitor: Visitor, token: bytes) -> None:
        """The attempt is no longer the worker's."""
        load = self._load(visitor)
        if load.on_hand.pop(token, None):
            load.let_in()

    def _load(self, visitor: Visitor) -> _WorkerLoad:
        load = self._limits.get(visitor.worker_id)
        if load is None:
            load = self._limits[visitor.worker_id] = _WorkerLoad()
        load.most = visitor.owner.max_concurrency
        return load
