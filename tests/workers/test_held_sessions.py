"""A worker that holds a session open: asks for its tasks meanwhile, and says rightly how it ended."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from temporalio.activity import ActivityCancellationDetails
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.context import TaskContext
from contracts.names import session_queue
from contracts.params.trial import EchoParams
from contracts.plans.plan import MOST_SESSIONS
from contracts.plans.sessions import OpenedSessionView
from contracts.task_types import TaskType
from contracts.tasks.work import API_UNAVAILABLE, HANDED_BACK, SESSION_REFUSED, WorkItem
from workers.capability.adapter import make_activity
from workers.capability.held_sessions import HeldSessions, SessionQueueLost
from workers.capability.records import ApiUnavailable, RecordSink, SessionRefused
from workers.capability.running_attempts import Attempts
from workers.capability.sdk_worker import MOST_HELD

QUEUE = session_queue("t")


async def handler(context: TaskContext, params: EchoParams) -> dict[str, Any]:
    """A session of nothing but a word."""
    await context.hold("shared")
    return {"closed": True}


class Api:
    async def open_session(self, task_id: str, token: bytes) -> OpenedSessionView:
        return OpenedSessionView(size=3, generation=1)


class Queues:
    """Those that are asked."""

    def __init__(self, busy: int = 0) -> None:
        #: How often an earlier stretch of the queue has not ended yet.
        self._busy = busy
        self.taken = asyncio.Event()
        self.over = asyncio.Event()
        self.dropped: list[str] = []

    def take(self, capability: str) -> bool:
        self._busy -= 1
        if self._busy >= 0:
            return False
        self.taken.set()
        return True

    async def until_ended(self, queue: str) -> None:
        await self.over.wait()

    def drop(self, queue: str) -> None:
        self.dropped.append(queue)


def _sessions(queues: Queues, attempts: Attempts | None = None) -> HeldSessions:
    sessions = HeldSessions(cast(RecordSink, Api()), attempts or Attempts(asyncio.Semaphore()))
    sessions.queues = queues
    return sessions


@contextlib.asynccontextmanager
async def _held(queues: Queues, sessions: HeldSessions) -> AsyncIterator[tuple[ActivityEnvironment, asyncio.Task[Any]]]:
    run = make_activity(
        TaskType("echo", EchoParams, "tests.workers.test_held_sessions:handler", opens_session=True),
        cast(RecordSink, None), contextlib.nullcontext(), sessions,
    )  # fmt: skip
    environment = ActivityEnvironment()
    item = WorkItem(task_id="t", round=0, params={}, submitted_at=datetime.now(UTC))
    work: asyncio.Task[Any] = asyncio.ensure_future(environment.run(run, item))
    await asyncio.wait_for(queues.taken.wait(), 30)
    yield environment, work


async def test_it_is_closed_when_it_is_told_to_end() -> None:
    queues = Queues(busy=1)
    sessions = _sessions(queues)
    async with _held(queues, sessions) as (environment, work):
        held = sessions.of(QUEUE)
        assert held is not None
        assert (held.shared, held.size) == ("shared", 3)
        environment.cancel(ActivityCancellationDetails(cancel_requested=True))
        assert await work == {"closed": True}
    assert queues.dropped == [QUEUE]
    assert sessions.of(QUEUE) is None


async def test_it_is_no_success_when_its_worker_ends() -> None:
    queues = Queues()
    sessions = _sessions(queues)
    async with _held(queues, sessions) as (environment, work):
        environment.cancel(ActivityCancellationDetails(worker_shutdown=True))
        with pytest.raises(asyncio.CancelledError):
            await work
    assert sessions.of(QUEUE) is None


async def test_it_goes_elsewhere_when_its_tasks_come_no_more() -> None:
    queues = Queues()
    sessions = _sessions(queues)
    holding = asyncio.ensure_future(sessions.hold("t", b"", "shared"))
    await asyncio.wait_for(queues.taken.wait(), 30)
    queues.over.set()
    with pytest.raises(SessionQueueLost):
        await holding
    assert SessionQueueLost.retryable


async def test_what_runs_in_it_has_stopped_and_goes_back_before_its_handler_cleans_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.capability.held_sessions._STOP_SECONDS", 60)
    queues, attempts = Queues(), Attempts(asyncio.Semaphore(), patience=120)
    began, stopped, going_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def step() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # it needs a moment to stop
            stopped.set()

    async def run(work: Any) -> None:
        await attempts.run(asyncio.create_task(work))

    environment, other = ActivityEnvironment(), ActivityEnvironment()
    environment.info = replace(environment.info, task_queue=QUEUE)
    in_it = asyncio.ensure_future(environment.run(run, step()))
    beside_it = asyncio.ensure_future(other.run(run, going_on.wait()))
    holding = asyncio.ensure_future(_sessions(queues, attempts).hold("t", b"", "shared"))
    await asyncio.wait_for(asyncio.gather(queues.taken.wait(), began.wait()), 30)
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    assert stopped.is_set()
    with pytest.raises(ApplicationError) as handed_back:
        await in_it
    assert handed_back.value.type == HANDED_BACK
    going_on.set()
    await beside_it


def test_the_gateway_knows_the_names_of_what_costs_a_session_no_attempt() -> None:
    assert (SessionRefused.__name__, ApiUnavailable.__name__) == (SESSION_REFUSED, API_UNAVAILABLE)


def test_a_worker_holds_the_sessions_of_many_plans() -> None:
    """A plan that holds some of its own here, and waits for the others, must not wait for itself."""
    assert MOST_HELD >= 10 * MOST_SESSIONS
