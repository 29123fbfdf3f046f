"""The queue of a session is its worker's alone, and what an older opening of it was given is no result any more."""

import uuid
from typing import Any, cast

import grpc
import pytest
import temporalio.api.common.v1 as common
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service

from contracts.names import TASK_WORKFLOW, activity_id, session_queue
from db.people.keys import KeyKind, KeyOwner
from gateway.call import Call
from gateway.calls import Calls
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
        owner = KeyOwner("id", KeyKind.WORKER, "mac", uuid.uuid4(), capabilities=("folder", "echo"), max_concurrency=1)
        self.visitor = Visitor(owner, "key")
        self._calls = Calls(
            cast(Upstream, self.temporal), "clawdbot", KEYS, cast(Observer, Notes()), cast(Presence, Notes()),
            cast(PausedWorkers, NobodyPaused()), SessionQueues(self._find),
        )  # fmt: skip

    async def _find(self, session: uuid.UUID, worker_id: str) -> int | None:
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


@pytest.mark.parametrize("now", [None, 4])
async def test_a_result_of_an_older_generation_never_reaches_temporal(gateway: Gateway, now: int | None) -> None:
    gateway.held = 3
    task = await gateway.poll(QUEUE)
    gateway.held = now
    with pytest.raises(Refused) as refused:
        await gateway.complete(task)
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
