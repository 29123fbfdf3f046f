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
from contracts.tasks.work import API_UNAVAILABLE, HANDED_BACK, SESSION_REFUSED, Lease
from contracts.workspaces.names import share
from db.people.keys import KeyKind, KeyOwner
from db.plans.sessions import Opening
from gateway.call import Call
from gateway.calls import Calls
from gateway.concurrency_limits import ConcurrencyLimits
from gateway.flags import Flag
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.paused_workers import PausedWorkers
from gateway.presence import Presence
from gateway.session_queues import SessionQueues, cannot_look
from gateway.uncounted import MOST_REFUSALS, Uncounted
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
        self.next_id = ""
        #: Whose turns it counts the task under.
        self.share = ""
        #: Which attempt it hands out, of how many.
        self.attempt, self.most = 1, 3
        #: Seconds until the next one, as the last failure says it.
        self.wait = 0.0

    async def call(self, method: str, request: bytes, timeout: float | None) -> bytes:
        self.got.append(method)
        if method == "RespondActivityTaskFailed":
            failure = service.RespondActivityTaskFailedRequest.FromString(request).failure
            self.wait = failure.application_failure_info.next_retry_delay.ToTimedelta().total_seconds()
        if method != "PollActivityTaskQueue":
            return b""
        queue = service.PollActivityTaskQueueRequest.FromString(request).task_queue.name
        task = Task(task_token=uuid.uuid4().bytes, activity_id=activity_id(0), attempt=self.attempt)
        task.workflow_execution.workflow_id = self.next_id
        task.workflow_type.name = TASK_WORKFLOW
        task.activity_type.name = "folder" if queue == "folder" else "echo"
        task.retry_policy.initial_interval.FromSeconds(1)
        task.retry_policy.maximum_interval.FromSeconds(10)
        task.retry_policy.backoff_coefficient = 2
        task.retry_policy.maximum_attempts = self.most
        task.priority.fairness_key = self.share
        return task.SerializeToString()


class Gateway:
    """With one worker, of one slot."""

    def __init__(self) -> None:
        self.temporal = Temporal()
        #: The generation of the session that Postgres says this worker has open.
        self.held: int | None = None
        #: It is lost after it was asked about so often.
        self.left = 100
        #: What it says of an attempt.
        self.known: Opening | None = None
        #: Postgres does not answer.
        self.is_away = False
        owner = KeyOwner("id", KeyKind.WORKER, "mac", uuid.uuid4(), capabilities=("folder", "echo"), max_concurrency=1)
        self.visitor = Visitor(owner, "key")
        self._calls = Calls(
            cast(Upstream, self.temporal), "clawdbot", KEYS, cast(Observer, Notes()), cast(Presence, Notes()),
            cast(PausedWorkers, NobodyPaused()), SessionQueues(self._find), Uncounted(self._known),
        )  # fmt: skip

    async def _find(self, session: uuid.UUID, worker_id: str) -> int | None:
        if self.is_away:
            raise cannot_look()
        self.left -= 1
        return self.held if (session, worker_id) == (SESSION, self.visitor.worker_id) and self.left >= 0 else None

    async def _known(self, lease: Lease) -> Opening | None:
        if self.is_away:
            raise cannot_look()
        return self.known

    async def send(self, method: str, request: Any) -> bytes:
        return await self._calls.handlers[method](request.SerializeToString(), Call(method, self.visitor, 10))

    async def is_reset(self, task: Task) -> bool:
        """Whether the answer to its heartbeat says that the attempt shall end."""
        beat = service.RecordActivityTaskHeartbeatRequest(namespace="clawdbot", task_token=task.task_token)
        beat.details.payloads.add(data=b"{}", metadata={"encoding": b"json/plain"})
        reply = await self.send("RecordActivityTaskHeartbeat", beat)
        return bool(service.RecordActivityTaskHeartbeatResponse.FromString(reply).activity_reset)

    async def poll(self, queue: str, task: uuid.UUID | None = None) -> Task:
        """``task``: the id of the one that comes."""
        self.temporal.next_id = str(task or uuid.uuid4())
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


@pytest.mark.parametrize("taken_away", [{"capabilities": ("folder",)}, {"serves": ("other",)}], ids=str)
async def test_what_is_taken_away_is_not_handed_out_in_a_session_either(
    gateway: Gateway, taken_away: dict[str, Any]
) -> None:
    gateway.held, gateway.temporal.share = 3, share("team", "human:anna")
    before = gateway.visitor.owner
    gateway.visitor.changed(replace(before, **taken_away))
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


async def test_who_holds_a_session_whose_queue_was_refused_is_told_to_give_it_up(gateway: Gateway) -> None:
    """With its next sign of life: its SDK would ask the queue for a minute more."""
    session = await gateway.poll("folder", SESSION)
    gateway.held = 3
    assert not await gateway.is_reset(session)
    before = gateway.visitor.owner
    gateway.visitor.changed(replace(before, capabilities=("folder",)))
    with pytest.raises(Refused):
        await gateway.poll(QUEUE)
    assert await gateway.is_reset(session)
    gateway.is_away = True
    assert not await gateway.is_reset(session)
    gateway.is_away = False
    # It may open it again once it may do all that runs there, and is not told of the older one.
    again = await gateway.poll("folder", SESSION)
    assert not await gateway.is_reset(again)


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


GIVEN_BACK = ["PollActivityTaskQueue", "UpdateActivityOptions", "RespondActivityTaskFailed"]
COUNTED = ["PollActivityTaskQueue", "RespondActivityTaskFailed"]
ONCE = Opening(once=True, opens=True, was_open=False)
LOST = Opening(once=True, opens=True, was_open=True)
AGAIN = Opening(once=False, opens=True, was_open=True)
ALONE = Opening(once=True, opens=False, was_open=False)


@pytest.mark.parametrize(
    ("known", "error", "got"),
    [
        (ONCE, SESSION_REFUSED, GIVEN_BACK),
        (ONCE, API_UNAVAILABLE, GIVEN_BACK),
        (ONCE, "LeaseLost", GIVEN_BACK),
        (ONCE, HANDED_BACK, GIVEN_BACK),
        # What it would open cannot be opened here: that is its own failure.
        (ONCE, "OSError", COUNTED),
        (AGAIN, HANDED_BACK, GIVEN_BACK),
        (AGAIN, SESSION_REFUSED, COUNTED),
        # A worker that had it open, and says that it was refused.
        (LOST, SESSION_REFUSED, COUNTED),
        (LOST, HANDED_BACK, COUNTED),
        # No plan asked for it.
        (ALONE, SESSION_REFUSED, COUNTED),
        (None, SESSION_REFUSED, COUNTED),
    ],
)
@pytest.mark.parametrize(("attempt", "most"), [(1, 1), (2, 2)])
async def test_only_what_never_opened_a_session_for_no_fault_of_its_own_costs_no_attempt(
    gateway: Gateway, known: Opening | None, error: str, got: list[str], attempt: int, most: int
) -> None:
    gateway.known, gateway.temporal.attempt, gateway.temporal.most = known, attempt, most
    if most == 1 and known == AGAIN:
        gateway.temporal.most = 3
    await gateway.fail(await gateway.poll("folder"), error)
    assert gateway.temporal.got == got


async def test_who_is_refused_again_and_again_waits_longer_each_time(gateway: Gateway) -> None:
    gateway.known = ONCE
    waits = []
    for attempt in (1, 2, 8, 200):
        gateway.temporal.attempt = gateway.temporal.most = attempt
        await gateway.fail(await gateway.poll("folder"), SESSION_REFUSED)
        waits.append(gateway.temporal.wait)
    assert waits == sorted(set(waits))
    assert (waits[0], waits[-1]) == (0.5, 60)


async def test_who_is_refused_for_a_day_uses_up_attempts_in_the_end(gateway: Gateway) -> None:
    """Else it would go on for ever, and the plan with it."""
    gateway.known = ONCE
    gateway.temporal.attempt = gateway.temporal.most = MOST_REFUSALS + 1
    await gateway.fail(await gateway.poll("folder"), SESSION_REFUSED)
    assert gateway.temporal.got == COUNTED


@pytest.mark.parametrize(("known", "got"), [(ALONE, COUNTED), (replace(ALONE, once=False), GIVEN_BACK)])
async def test_a_task_that_may_begin_once_is_not_begun_twice_because_hands_were_full_before(
    gateway: Gateway, known: Opening, got: list[str]
) -> None:
    """The gateway gave it back, which made two attempts of one; then its worker hands it back."""
    gateway.known, gateway.temporal.attempt, gateway.temporal.most = known, 2, 2
    await gateway.fail(await gateway.poll("echo"), HANDED_BACK)
    assert gateway.temporal.got == got


async def test_what_cannot_be_looked_up_is_reported_again(gateway: Gateway) -> None:
    task = await gateway.poll("folder")
    gateway.is_away = True
    with pytest.raises(Refused) as refused:
        await gateway.fail(task, SESSION_REFUSED)
    assert refused.value.code is grpc.StatusCode.UNAVAILABLE
    assert gateway.temporal.got == ["PollActivityTaskQueue"]
