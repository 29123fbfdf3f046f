"""One SDK worker per task queue, each of which can come and go while the others work."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.worker import Worker

from contracts.names import session_of_queue

logger = logging.getLogger(__name__)

#: The SDK's threads still hand results to Python after a worker has ended. An interpreter that ends under them waits
#: for ever (seen in 2 of 10 stops), so they get this long to finish.
_SETTLE_SECONDS = 0.3
#: A queue that ends by itself is not taken again more often than this.
_PAUSE_SECONDS = 1.0


@dataclass
class _Queue:
    worker: Worker
    run: "asyncio.Task[None]"


class CapabilityWorkers:
    """The queues that are asked right now: of capabilities, and of those for workspaces."""

    def __init__(
        self, make: Callable[[Client, str], Worker], client: Client, canary: str, on_end: Callable[[], None]
    ) -> None:
        """``canary`` is the one queue that brings no work.

        ``on_end`` is called after a queue has ended, by itself or because it was left.
        """
        self._make = make
        self._client = client
        self._canary = canary
        self._on_end = on_end
        self._queues: dict[str, _Queue] = {}
        self._draining: dict[str, _Queue] = {}
        self._ends = False

    @property
    def client(self) -> Client:
        """What all of them use."""
        return self._client

    @property
    def queues(self) -> set[str]:
        """But for the canaries' and those of sessions."""
        return {name for name in self._queues if name != self._canary and session_of_queue(name) is None}

    @property
    def draining(self) -> set[str]:
        """What is no longer asked for, but not at its end yet."""
        return set(self._draining)

    def take(self, queue: str) -> bool:
        """Ask this queue for tasks, too. False: that is already so, or its last stretch has not ended yet."""
        if queue in self._queues or queue in self._draining or self._ends:
            return False
        worker = self._make(self._client, queue)
        run = asyncio.create_task(worker.run())
        self._queues[queue] = _Queue(worker, run)
        run.add_done_callback(lambda _: self._ended(queue, run))
        return True

    async def until_ended(self, queue: str) -> None:
        """Returns when nothing more is asked for, and what came is at its end."""
        asked = self._queues.get(queue) or self._draining.get(queue)
        if asked:
            await asyncio.wait({asked.run})

    def drop(self, queue: str) -> None:
        """As `leave`, also of a queue that was left before."""
        if queue in self._queues:
            self.leave(queue)

    def listen(self) -> None:
        """Take the canaries, too."""
        self.take(self._canary)

    def leave_everything(self) -> None:
        """Ask for nothing more, not even canaries."""
        self.leave(*self._queues)

    def leave(self, *queues: str) -> None:
        """Ask these no more; what runs has the grace period, then it is handed back."""
        for name in queues:
            queue = self._queues.pop(name)
            self._draining[name] = queue
            # Cancelling a worker's run drains it. A second cancel would cut that short.
            queue.run.cancel()

    async def leave_all(self) -> None:
        """End, with the same grace. Being cancelled meanwhile does not cut it short."""
        self._ends = True
        self.leave_everything()
        cancelled = False
        while runs := [queue.run for queue in self._draining.values()]:
            try:
                await asyncio.wait(runs)
            except asyncio.CancelledError:
                cancelled = True
        await asyncio.sleep(_SETTLE_SECONDS)
        if cancelled:
            raise asyncio.CancelledError

    def use(self, client: Client) -> None:
        """Make the next calls over another connection. Tasks on hand are reported there, too."""
        self._client = client
        for queue in (*self._queues.values(), *self._draining.values()):
            queue.worker.client = client

    def _ended(self, capability: str, run: "asyncio.Task[None]") -> None:
        error = None if run.cancelled() else run.exception()
        by_itself = self._draining.pop(capability, None) is None
        if by_itself:
            del self._queues[capability]
            logger.warning("asking for %s ended, it is tried again: %s", capability, error)
        run.get_loop().call_later(_PAUSE_SECONDS, self._on_end)
