"""Limits of one key: calls per second, open polls, and the size of each kind of message.

Over a limit the answer is RESOURCE_EXHAUSTED. An SDK worker then waits and tries again, so a limit slows a worker down
and loses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

from gateway.keyring import Visitor
from runtime.refused import Reason, too_much
from runtime.upstream import MESSAGE_LIMIT

#: Calls of this many seconds may come at once.
_BURST_SECONDS = 2.0
_RETRY_SECONDS = 1.0
_KIB = 1024
#: The most that is read of a message. Beyond Temporal's own limit, so that we can say what was wrong.
RECEIVE_LIMIT = 2 * MESSAGE_LIMIT
#: Largest message, in bytes; what carries a result, an error or progress has limits of its own for those.
_SIZES = {
    # Cut to size and handed on (worker_reports.py). An SDK worker drops the end of an attempt that is refused for its
    # size: the attempt then ended with its heartbeat timeout, and was made again (*measured*: three of them, 33 s).
    "RespondActivityTaskCompleted": RECEIVE_LIMIT,
    "RespondActivityTaskFailed": RECEIVE_LIMIT,
    "RecordWorkerHeartbeat": 256 * _KIB,
    "RecordActivityTaskHeartbeat": 64 * _KIB,
}
_SMALL = 16 * _KIB
POLLS = frozenset({"PollActivityTaskQueue", "PollNexusTaskQueue"})


@dataclass
class _Use:
    bucket: AsyncLimiter
    polls: int = field(default=0)


class Limits:
    """In memory, by key: two workers on two keys never wait for each other."""

    def __init__(self, calls_per_second: int, open_polls: int) -> None:
        self._calls_per_second = calls_per_second
        self._open_polls = open_polls
        #: Only keys that were found valid get in here, so there are as many as admins made.
        self._uses: dict[str, _Use] = {}

    async def count(self, visitor: Visitor) -> None:
        """One more call.

        Raises:
            Refused: there were too many just now.
        """
        bucket = self._use(visitor).bucket
        if not bucket.has_capacity():
            raise too_much(
                Reason.RATE,
                f"This worker key made more than {self._calls_per_second} calls per second. Wait a moment; if it is "
                "shared by several machines, register each of them.",
                _RETRY_SECONDS,
            )
        await bucket.acquire()

    @contextmanager
    def poll(self, visitor: Visitor) -> Iterator[None]:
        """One more open poll for the length of the block.

        Raises:
            Refused: there are too many.
        """
        use = self._use(visitor)
        if use.polls >= self._open_polls:
            raise too_much(
                Reason.OPEN_POLLS,
                f"This worker key has {self._open_polls} polls open already, which is all it may. Start fewer worker "
                "processes with it, or register each machine.",
                _RETRY_SECONDS,
            )
        use.polls += 1
        try:
            yield
        finally:
            use.polls -= 1

    def _use(self, visitor: Visitor) -> _Use:
        use = self._uses.get(visitor.owner.key_id)
        if use is None:
            bucket = AsyncLimiter(self._calls_per_second * _BURST_SECONDS, _BURST_SECONDS)
            use = self._uses[visitor.owner.key_id] = _Use(bucket)
        return use


def check_size(method: str, size: int) -> None:
    """Raises Refused if a message of this kind is never that large."""
    limit = _SIZES.get(method, _SMALL)
    if size > limit:
        # SDK workers know these first words: they do not send the same message again.
        raise too_much(
            Reason.SIZE, f"grpc: received message larger than max: {method} may have {limit} bytes, not {size}."
        )
