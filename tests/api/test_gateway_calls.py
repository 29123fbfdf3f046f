"""What the gateway takes out of a worker's messages before Temporal gets to see them."""

import uuid
from typing import Any, cast

import pytest
import temporalio.api.common.v1 as common
import temporalio.api.deployment.v1 as deployment
import temporalio.api.failure.v1 as failure_api
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.worker.v1 as worker_api
import temporalio.api.workflowservice.v1 as service
from google.protobuf.duration_pb2 import Duration
from google.protobuf.wrappers_pb2 import DoubleValue

from contracts.tasks.work import ERROR_LIMIT, RESULT_LIMIT, TOLD_BY_GATEWAY, Lease
from db.people.keys import KeyKind, KeyOwner
from gateway.call import Call
from gateway.calls import Calls
from gateway.flags import Flag
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.own_names import MOST_NEW
from gateway.paused_workers import PausedWorkers
from gateway.presence import Presence
from gateway.session_queues import SessionQueues
from gateway.uncounted import Uncounted
from runtime.leases import seal
from runtime.refused import Refused
from runtime.upstream import Upstream

KEYS = [b"k" * 32]
WORKER_ID = uuid.uuid4()


class Temporal:
    """Notes what reaches it."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []

    async def call(self, method: str, request: bytes, timeout: float | None) -> bytes:
        self.got.append((method, request))
        return b""


class Notes:
    """Stands for the observer and the presence: takes every note."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    async def claim_is_written(self, _: object) -> None:
        pass


async def nobody_holds(session: uuid.UUID, worker_id: str) -> int | None:
    return None


async def nothing_known(lease: Lease) -> None:
    """Of no attempt."""


class NobodyPaused:
    def flag(self, worker_id: str, capability: str) -> Flag:
        return Flag()


class Gateway:
    def __init__(self) -> None:
        self.temporal = Temporal()
        owner = KeyOwner("id", KeyKind.WORKER, "mac", worker_id=WORKER_ID, capabilities=("echo",), max_concurrency=2)
        self.visitor = Visitor(owner, "key")
        self._calls = Calls(
            cast(Upstream, self.temporal),
            "clawdbot",
            KEYS,
            cast(Observer, Notes()),
            cast(Presence, Notes()),
            cast(PausedWorkers, NobodyPaused()),
            SessionQueues(nobody_holds),
            Uncounted(nothing_known),
        )

    async def send(self, method: str, request: Any) -> tuple[str, bytes]:
        """What Temporal got for what a worker sent."""
        await self._calls.handlers[method](request.SerializeToString(), Call(method, self.visitor, 10))
        return self.temporal.got[-1]


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def token(worker_id: uuid.UUID = WORKER_ID) -> bytes:
    return seal(Lease(worker_id=str(worker_id), workflow_id="w", run_id="r", attempt=1), b"temporal's", KEYS)


async def test_a_poll_carries_the_workers_name_and_nothing_that_steers_the_queue(gateway: Gateway) -> None:
    _, raw = await gateway.send(
        "PollActivityTaskQueue",
        service.PollActivityTaskQueueRequest(
            namespace="clawdbot",
            identity="somebody else",
            task_queue=taskqueue.TaskQueue(name="echo"),
            task_queue_metadata=taskqueue.TaskQueueMetadata(max_tasks_per_second=DoubleValue(value=0.001)),
            deployment_options=deployment.WorkerDeploymentOptions(deployment_name="mine"),
            worker_control_task_queue="clawdbot-core",
        ),
    )
    assert service.PollActivityTaskQueueRequest.FromString(raw) == service.PollActivityTaskQueueRequest(
        namespace="clawdbot", identity=f"mac ({WORKER_ID})", task_queue=taskqueue.TaskQueue(name="echo")
    )


async def test_a_shutdown_names_no_sticky_queue(gateway: Gateway) -> None:
    _, raw = await gateway.send(
        "ShutdownWorker",
        service.ShutdownWorkerRequest(
            namespace="clawdbot", task_queue="echo", sticky_task_queue="core-sticky", worker_instance_key="i"
        ),
    )
    sent = service.ShutdownWorkerRequest.FromString(raw)
    assert (sent.sticky_task_queue, sent.worker_instance_key) == ("", "i")


async def test_a_worker_reports_its_own_health_only(gateway: Gateway) -> None:
    beats = [worker_api.WorkerHeartbeat(task_queue=queue, worker_identity="x") for queue in ("echo", "clawdbot-core")]
    _, raw = await gateway.send(
        "RecordWorkerHeartbeat", service.RecordWorkerHeartbeatRequest(namespace="clawdbot", worker_heartbeat=beats)
    )
    sent = service.RecordWorkerHeartbeatRequest.FromString(raw).worker_heartbeat
    assert [(beat.task_queue, beat.worker_identity) for beat in sent] == [("echo", f"mac ({WORKER_ID})")]


async def test_of_instances_that_a_worker_makes_up_temporal_hears_of_some_hundred(gateway: Gateway) -> None:
    for _ in range(12):
        beats = [worker_api.WorkerHeartbeat(task_queue="echo", worker_instance_key=uuid.uuid4().hex) for _ in range(50)]
        first = beats[0].worker_instance_key
        await gateway.send(
            "RecordWorkerHeartbeat", service.RecordWorkerHeartbeatRequest(namespace="clawdbot", worker_heartbeat=beats)
        )
    got = [service.RecordWorkerHeartbeatRequest.FromString(raw).worker_heartbeat for _, raw in gateway.temporal.got]
    assert len({beat.worker_instance_key for beats in got for beat in beats}) == MOST_NEW
    assert first not in {beat.worker_instance_key for beats in got for beat in beats}


async def test_a_heartbeat_far_larger_than_any_is_kept_back(gateway: Gateway) -> None:
    beats = [
        worker_api.WorkerHeartbeat(task_queue="echo", worker_instance_key=key, sdk_name=key * 10_000) for key in "ab"
    ]
    beats.append(worker_api.WorkerHeartbeat(task_queue="echo", worker_instance_key="c"))
    _, raw = await gateway.send(
        "RecordWorkerHeartbeat", service.RecordWorkerHeartbeatRequest(namespace="clawdbot", worker_heartbeat=beats)
    )
    [sent] = service.RecordWorkerHeartbeatRequest.FromString(raw).worker_heartbeat
    assert sent.worker_instance_key == "c"


async def test_control_queues_that_a_worker_makes_up_are_refused_in_the_end(gateway: Gateway) -> None:
    def poll() -> service.PollNexusTaskQueueRequest:
        queue = f"temporal-sys/worker-commands/clawdbot/{uuid.uuid4()}"
        return service.PollNexusTaskQueueRequest(namespace="clawdbot", task_queue=taskqueue.TaskQueue(name=queue))

    first = poll()
    await gateway.send("PollNexusTaskQueue", first)
    for _ in range(MOST_NEW - 1):
        await gateway.send("PollNexusTaskQueue", poll())
    with pytest.raises(Refused):
        await gateway.send("PollNexusTaskQueue", poll())
    await gateway.send("PollNexusTaskQueue", first)


@pytest.mark.parametrize(
    ("data", "encoding", "complaint"),
    [
        (b'{"a": 1}', b"json/plain", None),
        (b'{"a": "' + b"x" * (RESULT_LIMIT - 9) + b'"}', b"json/plain", None),
        (b'{"a": "' + b"x" * (RESULT_LIMIT - 8) + b'"}', b"json/plain", "at most 262144 are kept"),
        (b"[1]", b"json/plain", "not a JSON object"),
        (b'{"a":', b"json/plain", "not readable"),
        (b'{"a": NaN}', b"json/plain", "not readable"),
        (b'{"a": 1e999}', b"json/plain", "not readable"),
        (b'{"a": "\\ud800"}', b"json/plain", "not readable"),
        (b'{"a": ' + b"[" * 9_000 + b"]" * 9_000 + b"}", b"json/plain", "not readable"),
        (b'{"a": ' + b"9" * 9_000 + b"}", b"json/plain", "not readable"),
        (b"", b"binary/null", "not a JSON document"),
        (b"{}", b"binary/encrypted", "not a JSON document"),
    ],
)
async def test_what_is_no_result_ends_the_task_as_failed(
    gateway: Gateway, data: bytes, encoding: bytes, complaint: str | None
) -> None:
    payload = common.Payload(metadata={"encoding": encoding}, data=data)
    method, raw = await gateway.send(
        "RespondActivityTaskCompleted",
        service.RespondActivityTaskCompletedRequest(
            namespace="clawdbot", task_token=token(), result=common.Payloads(payloads=[payload])
        ),
    )
    if complaint is None:
        assert method == "RespondActivityTaskCompleted"
        return
    failed = service.RespondActivityTaskFailedRequest.FromString(raw)
    assert method == "RespondActivityTaskFailed"
    assert (failed.task_token, failed.identity) == (b"temporal's", f"mac ({WORKER_ID})")
    assert complaint in failed.failure.message
    assert failed.failure.application_failure_info.non_retryable


@pytest.mark.parametrize(("task_type", "told"), [("echo", True), ("reddit_crawl", False), ("", False)])
async def test_only_the_gateway_says_that_it_writes_an_end_down(gateway: Gateway, task_type: str, told: bool) -> None:
    """Of types that collect rows, and of what is no task, it does not."""
    lease = Lease(worker_id=str(WORKER_ID), workflow_id="w", run_id="r", attempt=1, task_type=task_type)
    said = common.Payload(metadata={"encoding": b"json/plain", TOLD_BY_GATEWAY: b"by a worker"}, data=b"{}")
    _, raw = await gateway.send(
        "RespondActivityTaskCompleted",
        service.RespondActivityTaskCompletedRequest(
            namespace="clawdbot",
            task_token=seal(lease, b"temporal's", KEYS),
            result=common.Payloads(payloads=[said]),
        ),
    )
    [result] = service.RespondActivityTaskCompletedRequest.FromString(raw).result.payloads
    assert result.metadata.get(TOLD_BY_GATEWAY) == (b"true" if told else None)


async def test_a_bad_result_needs_the_token_like_a_good_one(gateway: Gateway) -> None:
    request = service.RespondActivityTaskCompletedRequest(namespace="clawdbot", task_token=token(uuid.uuid4()))
    with pytest.raises(Refused):
        await gateway.send("RespondActivityTaskCompleted", request)
    assert gateway.temporal.got == []


async def test_a_failure_is_bounded_and_clean(gateway: Gateway) -> None:
    info = failure_api.ApplicationFailureInfo(type="Ty\0pe" * 100, next_retry_delay=Duration(seconds=10**11))
    failure = failure_api.Failure(
        message="a\0b" + "x" * 9_999, stack_trace="t" * 9_999, cause=failure_api.Failure(message="deep"),
        application_failure_info=info,
    )  # fmt: skip
    _, raw = await gateway.send(
        "RespondActivityTaskFailed",
        service.RespondActivityTaskFailedRequest(namespace="clawdbot", task_token=token(), failure=failure),
    )
    sent = service.RespondActivityTaskFailedRequest.FromString(raw).failure
    assert sent.message == ("ab" + "x" * 9_999)[:ERROR_LIMIT]
    assert sent.stack_trace == ""
    assert "\0" not in sent.application_failure_info.type
    assert not sent.HasField("cause")
    assert not sent.application_failure_info.HasField("next_retry_delay")


async def test_a_failure_that_calls_itself_a_cancellation_is_a_failure(gateway: Gateway) -> None:
    failure = failure_api.Failure(message="no", canceled_failure_info=failure_api.CanceledFailureInfo())
    _, raw = await gateway.send(
        "RespondActivityTaskFailed",
        service.RespondActivityTaskFailedRequest(namespace="clawdbot", task_token=token(), failure=failure),
    )
    sent = service.RespondActivityTaskFailedRequest.FromString(raw).failure
    assert sent.application_failure_info.type == "Error"
