"""However many polls a worker has open, wherever: it never has more tasks on hand than it may."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import cast

import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service

from contracts.names import activity_id
from db.people.keys import KeyKind, KeyOwner
from gateway.call import Call
from gateway.calls import Calls
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.paused_workers import PausedWorkers
from gateway.presence import Presence
from gateway.session_queues import SessionQueues
from gateway.uncounted import Uncounted
from runtime.upstream import Upstream
from tests.api.test_gateway_calls import KEYS, NobodyPaused, Notes, nobody_holds, nothing_known

QUEUES = ("a", "b", "c", "d", "e", "f")
Task = service.PollActivityTaskQueueResponse


class Temporal:
    """Queues with tasks and with polls that wait for one."""

    def __init__(self) -> None:
        self.tasks: dict[str, asyncio.Queue[Task]] = defaultdict(asyncio.Queue)
        self.asked: list[str] = []
        self.reports: list[tuple[str, bytes]] = []
        self.happens = asyncio.Event()

    async def call(self, method: str, request: bytes, timeout: float | None) -> bytes:
        if method == "PollActivityTaskQueue":
            queue = service.PollActivityTaskQueueRequest.FromString(request).task_queue.name
            self.asked.append(queue)
            self.happens.set()
            task = await self.tasks[queue].get()
            self.happens.set()
            return task.SerializeToString()
        self.reports.append((method, request))
        return b""

    def add(self, queue: str, max_attempts: int = 3) -> Task:
        task = Task(task_token=uuid.uuid4().bytes, activity_id=activity_id(0), attempt=1)
        task.workflow_execution.workflow_id = f"{queue}-{uuid.uuid4()}"
        task.retry_policy.maximum_attempts = max_attempts
        task.retry_policy.backoff_coefficient = 2
        task.retry_policy.initial_interval.FromSeconds(1)
        task.retry_policy.maximum_interval.FromSeconds(1)
        task.heartbeat_timeout.FromSeconds(60)
        self.tasks[queue].put_nowait(task)
        return task

    def handed_back(self) -> list[tuple[int, str]]:
        """Most attempts and error type of each."""
        sent = [
            (service.UpdateActivityOptionsRequest.FromString(options), _failed(report))
            for (_, options), (_, report) in zip(self.reports[::2], self.reports[1::2], strict=True)
        ]
        return [
            (each.activity_options.retry_policy.maximum_attempts, failed.failure.application_failure_info.type)
            for each, failed in sent
        ]


def _failed(report: bytes) -> service.RespondActivityTaskFailedRequest:
    return service.RespondActivityTaskFailedRequest.FromString(report)


class Worker:
    """One that asks as often as it likes."""

    def __init__(self, most: int) -> None:
        self.temporal = Temporal()
        self.id = uuid.uuid4()
        owner = KeyOwner("id", KeyKind.WORKER, "mac", self.id, capabilities=QUEUES, max_concurrency=most)
        self.visitor = Visitor(owner, "key")
        self._calls = Calls(
            cast(Upstream, self.temporal), "clawdbot", KEYS,
            cast(Observer, Notes()), cast(Presence, Notes()), cast(PausedWorkers, NobodyPaused()),
            SessionQueues(nobody_holds), Uncounted(nothing_known),
        )  # fmt: skip
        self.polls: list[asyncio.Task[None]] = []
        #: Tasks in the order in which they came.
        self.given: list[Task] = []
        self.answered = 0

    async def _ask(self, queue: str) -> None:
        request = service.PollActivityTaskQueueRequest(namespace="clawdbot", task_queue=taskqueue.TaskQueue(name=queue))
        raw = await self.send("PollActivityTaskQueue", request.SerializeToString())
        task = Task.FromString(raw)
        self.given += [task] if task.task_token else []
        self.answered += 1
        self.temporal.happens.set()

    def ask(self, queue: str, polls: int = 1) -> None:
        """Open polls and leave them open."""
        self.polls += [asyncio.ensure_future(self._ask(queue)) for _ in range(polls)]

    async def end(self, task: Task) -> None:
        """Report an end."""
        report = service.RespondActivityTaskCanceledRequest(namespace="clawdbot", task_token=task.task_token)
        await self.send("RespondActivityTaskCanceled", report.SerializeToString())

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not is_so():
                await self.temporal.happens.wait()
                self.temporal.happens.clear()

    async def send(self, method: str, raw: bytes) -> bytes:
        return await self._calls.handlers[method](raw, Call(method, self.visitor, 10))


async def full_with_a_poll_at_rest(most: int = 2) -> Worker:
    """A worker whose polls of a rest while b has filled its hands."""
    worker = Worker(most)
    worker.ask("a", 2)
    await worker.until(lambda: worker.temporal.asked)
    for _ in range(most):
        worker.temporal.add("b")
        worker.ask("b")
    await worker.until(lambda: len(worker.given) == most)
    return worker


async def brought_too_many(worker: Worker) -> None:
    worker.temporal.add("a")
    await worker.until(worker.temporal.tasks["a"].empty)
    for _ in range(10):
        await asyncio.sleep(0)  # the answer comes by


async def test_polls_that_rest_at_an_empty_queue_bring_no_more_than_its_share() -> None:
    worker = await full_with_a_poll_at_rest()
    polls = worker.temporal.asked.count("a")
    for _ in range(polls):
        worker.temporal.add("a", max_attempts=1)
    await worker.until(lambda: worker.answered == 2 + polls)
    assert len(worker.given) == 2
    assert worker.temporal.handed_back() == [(2, "HandedBack")] * polls


async def test_polls_at_rest_keep_no_queue_from_being_asked() -> None:
    worker = Worker(most=2)
    for queue in QUEUES:
        worker.ask(queue, 2)
    await worker.until(lambda: set(worker.temporal.asked) == set(QUEUES))
    # And not because each may ask as often as it likes.
    assert len(worker.temporal.asked) < 2 * len(QUEUES)


def _have_come(worker: Worker, tasks: int) -> bool:
    return len(worker.given) >= tasks


async def test_queues_that_have_tasks_take_turns() -> None:
    worker = Worker(most=1)
    for queue in "aaaabb":
        worker.temporal.add(queue)
    worker.ask("a", 4)
    worker.ask("b", 2)
    for turn in range(1, 5):
        await worker.until(partial(_have_come, worker, turn))
        await worker.end(worker.given[-1])
    assert worker.temporal.asked[:4] == ["a", "b", "a", "b"]


async def test_a_task_that_is_here_gets_the_place_that_comes_free() -> None:
    worker = await full_with_a_poll_at_rest()
    await brought_too_many(worker)
    assert len(worker.given) == 2
    worker.ask("b")
    worker.temporal.add("b")
    await worker.end(worker.given[0])
    await worker.until(lambda: len(worker.given) == 3)
    assert worker.given[-1].workflow_execution.workflow_id.startswith("a")


async def test_a_worker_that_goes_while_its_task_waits_here_loses_nothing() -> None:
    worker = await full_with_a_poll_at_rest()
    await brought_too_many(worker)
    for poll in worker.polls:
        poll.cancel()
    await asyncio.wait(worker.polls)
    assert worker.temporal.handed_back() == [(4, "HandedBack")]
