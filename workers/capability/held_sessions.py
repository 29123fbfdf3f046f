"""The sessions that this worker holds open: what the tasks in them share, and the queue that brings those."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.errors import SourceUnavailable
from contracts.names import session_queue
from workers.capability.records import RecordSink

_LOOK_SECONDS = 0.5
#: What still runs in a session that has ended has so long to stop, before the handler cleans up under it. Less than
#: either half of the patience with a handler that is told to stop.
_STOP_SECONDS = 2.0


class Queues(Protocol):
    """Those that are asked; see `CapabilityWorkers`."""

    def take(self, capability: str) -> bool: ...
    async def until_ended(self, queue: str) -> None: ...
    def drop(self, queue: str) -> None: ...


class Running(Protocol):
    """The attempts that run on this worker; see `Attempts`."""

    async def end_in(self, queue: str, why: str, seconds: float) -> None: ...


class SessionQueueLost(SourceUnavailable):
    """The tasks of this session do not come to this worker any more; it is opened anew."""


@dataclass(frozen=True)
class Held:
    """One session."""

    shared: Any
    #: Most tasks in it at once.
    size: int


class HeldSessions:
    """By queue."""

    def __init__(self, sink: RecordSink, running: Running) -> None:
        self._sink = sink
        self._running = running
        self._held: dict[str, Held] = {}
        #: Set before any task comes.
        self.queues: Queues | None = None

    def of(self, queue: str) -> Held | None:
        """The session with this queue; None: it is the queue of none."""
        return self._held.get(queue)

    async def hold(self, task_id: str, token: bytes, shared: Any) -> None:
        """Have the session's tasks come here until cancelled. What still runs in it then is handed back.

        Raises:
            SessionRefused, LeaseLost, ApiUnavailable: it cannot be opened.
            SessionQueueLost: its tasks come no more, or this worker ends and none of them is left.
        """
        queues = self.queues
        if queues is None:
            raise RuntimeError("Sessions are held by a worker that asks for queues.")
        view = await self._sink.open_session(task_id, token)
        queue, held = session_queue(task_id), Held(shared, view.size)
        try:
            self._held[queue] = held
            while not queues.take(queue):
                # An earlier stretch of the same session has not ended yet.
                await asyncio.sleep(_LOOK_SECONDS)
                self._held[queue] = held
            await queues.until_ended(queue)
            raise SessionQueueLost
        finally:
            if self._held.get(queue) is held:
                queues.drop(queue)
                del self._held[queue]
                await self._running.end_in(queue, "Its session ended on this worker.", _STOP_SECONDS)
