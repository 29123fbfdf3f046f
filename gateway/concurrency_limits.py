"""Limits how many tasks each worker has on hand, so that none takes more at once than an admin allowed.

A poll that could bring one too many waits here, until an attempt ends, or has not been heard of for so long that
Temporal gives it to somebody else. In memory: after a restart of the gateway an attempt counts from its next heartbeat.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.flags import Flag, first_of
from gateway.keyring import Visitor

#: Heartbeat timeout of an attempt that was handed out by a gateway before this one: that of our own task types.
_USUAL_TIMEOUT = 10.0
#: Longer silences do not count, whatever the timeout: a worker that was killed must not wait for what it lost.
_LONGEST_SILENCE = 30.0
#: Silence of a worker, and what an admin allows now, are looked at this often.
_LOOK_SECONDS = 1.0


@dataclass
class _WorkerLoad:
    #: Temporal's token -> (monotonic time at which the attempt counts as lost, seconds of silence until then).
    on_hand: dict[bytes, tuple[float, float]] = field(default_factory=dict)
    #: Polls under way by queue: each may bring a task.
    asking: Counter[str] = field(default_factory=Counter)
    #: Set for a moment when there may be room again.
    freed: Flag = field(default_factory=Flag)

    def has_room(self, queue: str, most: int) -> bool:
        if self._is_full(queue, most):
            now = time.monotonic()
            self.on_hand = {
                token: (lost_at, timeout) for token, (lost_at, timeout) in self.on_hand.items() if lost_at > now
            }
        return not self._is_full(queue, most)

    def _is_full(self, queue: str, most: int) -> bool:
        # Every queue may have one poll, so that a worker with two slots can ask for six capabilities.
        asking = self.asking.total() if self.asking[queue] else 0
        return len(self.on_hand) + asking >= most

    def tell(self) -> None:
        self.freed.set()
        self.freed.clear()


class ConcurrencyLimits:
    """By worker: all processes with one key share what that worker may have on hand."""

    def __init__(self) -> None:
        #: Only workers whose key was found valid get in here, so there are as many as admins made.
        self._limits: dict[str, _WorkerLoad] = {}

    async def room(self, visitor: Visitor, queue: str, withdrawn: Flag, seconds: float) -> bool:
        """Wait until the worker may ask for one more task of this queue; False if it may not by then.

        Of one queue a worker never has more than its `max_concurrency`, and of several together at most one more for
        each other queue, whose poll was open already: an honest worker asks for everything that it could do next.
        """
        share = self._share(visitor)
        until = time.monotonic() + seconds
        ends = [(withdrawn, True), (visitor.revoked, True)]
        while not share.has_room(queue, visitor.owner.max_concurrency):
            left = until - time.monotonic()
            if left <= 0 or any(flag.is_set() for flag, _ in ends):
                return False
            await first_of([(share.freed, True), *ends], seconds=min(left, _LOOK_SECONDS))
        return True

    @contextmanager
    def asking(self, visitor: Visitor, queue: str) -> Iterator[None]:
        """A poll is under way for the length of the block."""
        share = self._share(visitor)
        share.asking[queue] += 1
        try:
            yield
        finally:
            share.asking[queue] -= 1
            share.tell()

    def took(self, visitor: Visitor, token: bytes, heartbeat_timeout: float) -> None:
        """The worker was given an attempt."""
        timeout = min(heartbeat_timeout or _USUAL_TIMEOUT, _LONGEST_SILENCE)
        self._share(visitor).on_hand[token] = (time.monotonic() + timeout, timeout)

    def heard(self, visitor: Visitor, token: bytes) -> None:
        """The worker says that the attempt goes on. To be told before Temporal is asked: an end may come meanwhile."""
        on_hand = self._share(visitor).on_hand
        _, timeout = on_hand.get(token, (0.0, _USUAL_TIMEOUT))
        on_hand[token] = (time.monotonic() + timeout, timeout)

    def over(self, visitor: Visitor, token: bytes) -> None:
        """The attempt is no longer the worker's."""
        share = self._share(visitor)
        if share.on_hand.pop(token, None):
            share.tell()

    def _share(self, visitor: Visitor) -> _WorkerLoad:
        share = self._limits.get(visitor.worker_id)
        if share is None:
            share = self._limits[visitor.worker_id] = _WorkerLoad()
        return share
