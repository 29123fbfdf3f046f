"""Keeps the attempts that run on this worker: stops them for certain, and hands them back."""

import asyncio
import contextlib
import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from contracts.names import capability_of_queue, task_id_of
from contracts.tasks.work import HANDED_BACK
from runtime.logs import log_from_here

logger = logging.getLogger(__name__)

#: A handler that is told to stop has this long to clean up. Then its slot is given to others.
_PATIENCE_SECONDS = 5.0
#: The next attempt shall begin at once; Temporal takes 0 for "not said".
_AT_ONCE = timedelta(milliseconds=1)

#: True in all that a handler runs.
in_handler: ContextVar[bool] = ContextVar("in_handler", default=False)


@dataclass(eq=False)
class RunningAttempt:
    """One handler at work."""

    work: "asyncio.Task[Any]"
    #: What the SDK runs; it waits for ``work`` and reports.
    reporter: "asyncio.Task[Any]"
    heartbeat_seconds: float
    queue: str
    #: Set when it is handed back: why, for people.
    returned_because: str = ""


class Attempts(Interceptor):
    """Stands between Temporal's SDK and the handlers of this worker."""

    def __init__(self, turn: asyncio.Semaphore, patience: float = _PATIENCE_SECONDS) -> None:
        """``turn`` is what handlers hold while they run; one that does not end loses it."""
        self._turn = turn
        self._patience = patience
        self._running: set[RunningAttempt] = set()
        self._giving_up: set[asyncio.Task[Any]] = set()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """See `Interceptor`."""
        return _Inbound(next, self)

    @property
    def count(self) -> int:
        """How many run."""
        return len(self._running)

    def hand_back(self, why: str, *, silent_for: float | None = None) -> int:
        """Stop attempts and have others made at once; returns how many.

        Args:
            why: for people.
            silent_for: only those that, after so many seconds without a heartbeat, are no longer ours.
        """
        chosen = [each for each in self._running if silent_for is None or each.heartbeat_seconds <= silent_for]
        for each in chosen:
            each.returned_because = why
            each.reporter.cancel()
        return len(chosen)

    async def end_in(self, queue: str, why: str, seconds: float) -> None:
        """Hand back what runs of this queue, and wait until it has stopped, for so long at most."""
        chosen = [each for each in self._running if each.queue == queue]
        for each in chosen:
            each.returned_because = each.returned_because or why
            each.reporter.cancel()
        if chosen:
            await asyncio.wait([each.work for each in chosen], timeout=seconds)

    async def run(self, work: "asyncio.Task[Any]") -> Any:
        """The result of a handler's task; if we are cancelled, so is it, whether it likes that or not."""
        info = activity.info()
        timeout = info.heartbeat_timeout
        reporter = asyncio.current_task()
        if reporter is None:
            raise RuntimeError("An attempt runs in a task of the event loop.")
        attempt = RunningAttempt(work, reporter, timeout.total_seconds() if timeout else 0, info.task_queue)
        self._running.add(attempt)
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            await self._stop(attempt)
            details = activity.cancellation_details()
            if details and details.worker_shutdown and not attempt.returned_because:
                attempt.returned_because = "Its worker was stopped."
            if not work.done() or work.cancelled():
                _raise_if_returned(attempt)
                raise
        finally:
            self._running.discard(attempt)
        return work.result()

    async def _stop(self, attempt: RunningAttempt) -> None:
        for _ in range(2):
            attempt.work.cancel()
            deadline = time.monotonic() + self._patience / 2
            while not attempt.work.done() and (left := deadline - time.monotonic()) > 0:
                with contextlib.suppress(asyncio.CancelledError):  # told to stop once more; we are at it
                    await asyncio.wait({attempt.work}, timeout=left)
        if not attempt.work.done():
            self._abandon(attempt)

    def _abandon(self, attempt: RunningAttempt) -> None:
        logger.error("the handler does not end although it was told to; its slot is given to others")
        self._turn.release()
        attempt.work.add_done_callback(self._take_turn_back)

    def _take_turn_back(self, work: "asyncio.Task[Any]") -> None:
        # It gave its turn back a second time when it ended after all.
        if not work.cancelled():
            work.exception()
        taking = asyncio.ensure_future(self._turn.acquire())
        self._giving_up.add(taking)
        taking.add_done_callback(self._giving_up.discard)


def _raise_if_returned(attempt: RunningAttempt) -> None:
    if attempt.returned_because:
        raise ApplicationError(
            attempt.returned_because,
            type=HANDED_BACK,
            next_retry_delay=_AT_ONCE,
            # Nobody's mistake: the log needs no trace.
            category=ApplicationErrorCategory.BENIGN,
        ) from None


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, attempts: Attempts) -> None:
        super().__init__(next)
        self._attempts = attempts

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """See `ActivityInboundInterceptor`."""
        info = activity.info()
        task_id = str(task_id_of(info.workflow_id or ""))
        # The SDK's task is about this attempt only, and logs how it ended after we have returned.
        log_from_here(task_id=task_id, attempt=info.attempt, capability=capability_of_queue(info.task_queue))
        # A task of its own: it can be stopped without the SDK's, which has to report.
        return await self._attempts.run(asyncio.create_task(self._handle(input)))

    async def _handle(self, input: ExecuteActivityInput) -> Any:
        in_handler.set(True)
        return await self.next.execute_activity(input)
