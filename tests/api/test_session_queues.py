"""The queue of a session is its worker's alone, and what an older opening of it was given is no result any more."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import grpc
import pytest
import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service

from contracts.names import TASK_WORKFLOW, activity_id, session_queue
from contracts.tasks.work import HANDED_BACK
from db.people.keys import KeyKind, KeyOwner
from gateway.call import Call
from gateway.calls import Calls
from gateway.concurrency_limits import ConcurrencyLimits
from gateway.flags import Flag
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.paused_workers import PausedWorkers
from gateway.presence import Presence
from gateway.session_queues import SessionQueues
from runtime.leases import unseal
from runtime.refused import Reason, Refused
from runtime.upstream import Upstream
from tests.api.test_gateway_calls import KEYS, NobodyPaused, Notes

SESSION = uuid.uuid4()
QUEUE = session_queue(SESSION)
Task = service.PollActivityTaskQueueResponse


class Temporal:
    """Has a task for every poll."""

    def __init__(self) -> None:
        self.got: list[str] = []

    async def call(self, method: str, request: bytes, timeout: float | None) -> bytes:
        self.got.append(method)
        if method != "PollActivityTaskQueue":
            return b""
        queue = service.PollActivityTaskQueueRequest.FromString(request).task_queue.name
        task = Task(task_token=uuid.uuid4().bytes, activity_id=activity_id(0), attempt=1)
        task.workflow_execution.workflow_id = str(uuid.uuid4())
        task.workflow_type.name = TASK_WORKFLOW
        task.activity_type.name = "folder" if queue == "folder" else "echo"
        task.retry_policy.initial_interval.FromSeconds(1)
        task.retry_policy.maximum_interval.FromSeconds(10)
        task.retry_policy.backoff_coefficient = 2
        task.retry_policy.maximum_attempts = 3
        return task.SerializeToString()


class Gateway:
    """With one worker, of one slot."""

    def __init__(self) -> None:
        self.temporal = Temporal()
        #: The generation of the session that Postgres says this worker has open.
        self.held: int | None = None
        #: It is lost after it was asked about so often.
        self.left = 100
        #: Postgres does not answer.
        self.is_away = False
        owner = KeyOwner("id", KeyKind.WORKER, "mac", uuid.uuid4(), capabilities=("folder", "echo"), max_concurrency=1)
        self.visitor = Visitor(owner, "key")
        self._calls = Calls(
            cast(Upstream, self.temporal), "clawdbot", KEYS, cast(Observer, Notes()), cast(Presence, Notes()),
            cast(PausedWorkers, NobodyPaused()), SessionQueues(self._find),
        )  # fmt: skip

    async def _find(self, session: uuid.UUID, worker_id: str) -> int | None:
        if self.is_away:
            raise Refused(grpc.StatusCode.UNAVAILABLE, "Sessions cannot be looked up right now.")
        self.left -= 1
        return self.held if (session, worker_id) == (SESSION, self.visitor.worker_id) and self.left >= 0 else None

    async def send(self, method: str, request: Any) -> bytes:
        return await self._calls.handlers[method](request.SerializeToString(), Call(method, self.visitor, 10))

    async def poll(self, queue: str) -> Task:
        request = service.PollActivityTaskQueueRequest(namespace="clawdbot", task_queue=taskqueue.TaskQueue(name=queue))
        return Task.FromString(await self.send("PollActivityTaskQueue", request))

    async def complete(self, task: Task) -> bytes:
        result = common.Payloads(payloads=[common.Payload(data=b"{}", metadata={"encoding": b"json/plain"})])
        request = service.RespondActivityTaskCompletedRequest(
            namespace="clawdbot", task_token=task.task_token, result=result
        )
        return await self.send("RespondActivityTaskCompleted", request)

    async def say_nonsense(self, task: Task) -> bytes:
        return await self.send(
            "RespondActivityTaskCompleted",
            service.RespondActivityTaskCompletedRequest(namespace="clawdbot", task_token=task.task_token),
        )

    async def fail(self, task: Task, type_: str = "NotFound") -> bytes:
        failure = failure_api.Failure(message="There is no such file.")
        failure.application_failure_info.type = type_
        failure.application_failure_info.non_retryable = type_ == "NotFound"
        request = service.RespondActivityTaskFailedRequest(
            namespace="clawdbot", task_token=task.task_token, failure=failure
        )
        return await self.send("RespondActivityTaskFailed", request)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


async def test_nobody_asks_for_a_session_that_is_not_theirs(gateway: Gateway) -> None:
    with pytest.raises(Refused) as refused:
        await gateway.poll(QUEUE)
    assert refused.value.reason is Reason.QUEUE
    assert gateway.temporal.got == []


async def test_who_has_it_open_is_given_its_tasks_with_its_generation(gateway: Gateway) -> None:
    gateway.held = 3
    task = await gateway.poll(QUEUE)
    lease, _ = unseal(task.task_token, KEYS)
    assert (lease.session, lease.generation) == (str(SESSION), 3)
    await gateway.complete(task)
    assert gateway.temporal.got == ["PollActivityTaskQueue", "RespondActivityTaskCompleted"]


@pytest.mark.parametrize("end", [Gateway.complete, Gateway.say_nonsense, Gateway.fail])
@pytest.mark.parametrize("now", [None, 4])
async def test_an_end_of_an_older_generation_never_reaches_temporal(
    gateway: Gateway, now: int | None, end: Callable[[Gateway, Task], Awaitable[bytes]]
) -> None:
    gateway.held = 3
    task = await gateway.poll(QUEUE)
    gateway.held = now
    with pytest.raises(Refused) as refused:
        await end(gateway, task)
    assert refused.value.code is grpc.StatusCode.NOT_FOUND
    assert gateway.temporal.got == ["PollActivityTaskQueue"]


async def test_what_comes_when_the_session_has_gone_elsewhere_goes_back(gateway: Gateway) -> None:
    gateway.held, gateway.left = 3, 1
    assert not (await gateway.poll(QUEUE)).task_token
    # Without costing the task an attempt.
    assert gateway.temporal.got == ["PollActivityTaskQueue", "UpdateActivityOptions", "RespondActivityTaskFailed"]
    # It asks once more before it knows, and is no intruder.
    assert not (await gateway.poll(QUEUE)).task_token


async def test_who_holds_a_session_open_has_its_hands_free(gateway: Gateway) -> None:
    gateway.held = 1
    assert (await gateway.poll("folder")).task_token
    assert (await gateway.poll(QUEUE)).task_token


async def test_what_is_handed_back_goes_back_although_the_session_was_lost(gateway: Gateway) -> None:
    gateway.held = 3
    task = await gateway.poll(QUEUE)
    gateway.held = None
    await gateway.fail(task, HANDED_BACK)
    assert gateway.temporal.got == ["PollActivityTaskQueue", "UpdateActivityOptions", "RespondActivityTaskFailed"]


async def test_a_failure_that_is_true_is_told(gateway: Gateway) -> None:
    gateway.held = 3
    await gateway.fail(await gateway.poll(QUEUE))
    assert gateway.temporal.got == ["PollActivityTaskQueue", "RespondActivityTaskFailed"]


async def test_a_capability_that_is_taken_away_is_not_handed_out_in_a_session_either(gateway: Gateway) -> None:
    gateway.held = 3
    before = gateway.visitor.owner
    gateway.visitor.changed(replace(before, capabilities=("folder",)))
    # Not once more: it would go round.
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await gateway.poll(QUEUE)
        assert refused.value.reason is Reason.QUEUE
    # Without costing the task an attempt.
    assert gateway.temporal.got == ["PollActivityTaskQueue", "UpdateActivityOptions", "RespondActivityTaskFailed"]
    # It may open the session again once it may do all that runs there.
    gateway.visitor.changed(before)
    gateway.held = 4
    assert (await gateway.poll(QUEUE)).task_token


async def test_an_attempt_in_a_session_outlives_a_short_outage_of_postgres(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.session_queues._KNOWN_SECONDS", -1)
    gateway.held = 3
    task = await gateway.poll(QUEUE)
    beat = service.RecordActivityTaskHeartbeatRequest(namespace="clawdbot", task_token=task.task_token)
    beat.details.payloads.add(data=b"{}", metadata={"encoding": b"json/plain"})
    gateway.is_away = True
    await gateway.send("RecordActivityTaskHeartbeat", beat)
    assert gateway.temporal.got == ["PollActivityTaskQueue", "RecordActivityTaskHeartbeat"]
    with pytest.raises(Refused) as refused:
        await gateway.complete(task)
    assert refused.value.code is grpc.StatusCode.UNAVAILABLE


async def test_a_session_that_nobody_asks_for_any_more_is_forgotten(gateway: Gateway) -> None:
    limits = ConcurrencyLimits()
    for queue in ("echo", QUEUE, session_queue(uuid.uuid4())):
        asking = await limits.turn(gateway.visitor, queue, Flag(), 30)
        assert asking is not None
        with asking:
            load = asking.load
            assert queue in load.queues
    assert list(load.queues) == ["echo"]


async def test_sessions_that_come_and_go_leave_others_their_turn(gateway: Gateway) -> None:
    before = await ConcurrencyLimits().turn(gateway.visitor, "echo", Flag(), 30)
    assert before is not None
    load = before.load
    load.leave(before)
    first = load.ask(QUEUE)
    waiting, newcomer = load.ask("echo"), load.ask(session_queue(uuid.uuid4()))
    load.leave(first)
    assert (waiting.queue.open, newcomer.queue.open) == (1, 0)
