"""What a worker key does not open: methods that are not listed, and in the listed ones all but its own tasks."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import grpc
import pytest
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service
from google.protobuf.wrappers_pb2 import DoubleValue

from tests.stack.gateway.raw_worker import WORKFLOW_SERVICE, RawWorker, installed_methods, raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack

DENIED = grpc.StatusCode.PERMISSION_DENIED
#: No worker that runs beside these tests does this, so the queue is this file's alone.
QUEUE = "ai_summary"
#: What an activity-only SDK worker calls. A longer list is a wider door: think before you add to it.
ALLOWED = {
    "GetSystemInfo", "DescribeNamespace", "PollActivityTaskQueue", "RecordActivityTaskHeartbeat",
    "RespondActivityTaskCompleted", "RespondActivityTaskCanceled", "RespondActivityTaskFailed",
    "RecordWorkerHeartbeat", "ShutdownWorker", "PollNexusTaskQueue", "RespondNexusTaskCompleted",
    "RespondNexusTaskFailed",
}  # fmt: skip
#: Served by a Temporal server, but not in the SDK's protos; and spellings of an allowed method that are none.
ELSEWHERE = [
    "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/temporal.server.api.adminservice.v1.AdminService/DescribeMutableState",
    "/temporal.server.api.historyservice.v1.HistoryService/StartWorkflowExecution",
    WORKFLOW_SERVICE + "getsysteminfo", WORKFLOW_SERVICE + "GetSystemInfo/", WORKFLOW_SERVICE,
    "/temporal.api.operatorservice.v1.OperatorService/GetSystemInfo", "/GetSystemInfo", "/",
]  # fmt: skip


class Pair(NamedTuple):
    """Two workers with the same right."""

    mine: RawWorker
    theirs: RawWorker


@pytest.fixture(scope="module")
def pair(stack: RunningStack) -> Iterator[Pair]:
    keys = [stack.register([QUEUE])[2] for _ in range(2)]
    with raw_worker(stack, keys[0]) as mine, raw_worker(stack, keys[1]) as theirs:
        yield Pair(mine, theirs)


def take(api: Api, worker: RawWorker, **fields: Any) -> tuple[str, bytes]:
    """(id, token) of a new task in the hands of a worker."""
    # Nobody reports while all is tried that must be refused.
    patient = {"timeouts": {"heartbeat_seconds": 120}, **fields}
    id_ = api.submit("echo", {"message": "original"}, capability=QUEUE, **patient)
    task = worker.poll(QUEUE)
    assert task.workflow_execution.workflow_id == id_
    return id_, task.task_token


def test_every_method_that_is_not_listed_is_refused(api: Api, pair: Pair) -> None:
    installed = installed_methods()
    assert len(installed) > 200
    assert any("OperatorService" in path for path in installed)
    # Sent empty, so naming no namespace: the listed ones refuse that, too, but with other words.
    let_in = {path for path in [*installed, *ELSEWHERE] if not _is_unlisted(pair.mine, path)}
    assert let_in == {WORKFLOW_SERVICE + name for name in ALLOWED}


def _is_unlisted(worker: RawWorker, path: str) -> bool:
    try:
        worker.call(path)
    except grpc.RpcError as error:
        return error.code() is DENIED and "A worker may not call" in error.details()
    return False


@pytest.mark.parametrize("namespace", ["default", "temporal-system", ""])
def test_another_namespace_is_refused(pair: Pair, namespace: str) -> None:
    queue = taskqueue.TaskQueue(name=QUEUE)
    for method, request in {
        "DescribeNamespace": service.DescribeNamespaceRequest(namespace=namespace),
        "PollActivityTaskQueue": service.PollActivityTaskQueueRequest(namespace=namespace, task_queue=queue),
        "PollNexusTaskQueue": service.PollNexusTaskQueueRequest(namespace=namespace, task_queue=queue),
        "RecordWorkerHeartbeat": service.RecordWorkerHeartbeatRequest(namespace=namespace),
        "ShutdownWorker": service.ShutdownWorkerRequest(namespace=namespace, task_queue=QUEUE),
    }.items():
        assert pair.mine.refusal(method, request) is DENIED, method


@pytest.mark.parametrize("queue", ["echo", "clawdbot-core", f"/_sys/{QUEUE}/1", "AI_SUMMARY", "", "temporal-sys/x"])
def test_another_queue_is_refused(pair: Pair, queue: str) -> None:
    assert refusal_of(lambda: pair.mine.poll(queue)) is DENIED
    shutdown = service.ShutdownWorkerRequest(namespace=pair.mine.namespace, task_queue=queue, worker_instance_key="x")
    assert pair.mine.refusal("ShutdownWorker", shutdown) is (DENIED if queue else None)


def test_a_task_belongs_to_the_worker_it_was_handed_to(api: Api, pair: Pair) -> None:
    id_, token = take(api, pair.mine)
    thief = pair.theirs
    assert refusal_of(lambda: thief.beat(token)) is DENIED
    assert refusal_of(lambda: thief.complete(token, b'{"message": "stolen"}')) is DENIED
    assert refusal_of(lambda: thief.fail(token, "broken", non_retryable=True)) is DENIED
    canceled = service.RespondActivityTaskCanceledRequest(namespace=pair.mine.namespace, task_token=token)
    assert thief.refusal("RespondActivityTaskCanceled", canceled) is DENIED
    nexus = service.RespondNexusTaskCompletedRequest(namespace=pair.mine.namespace, task_token=token)
    assert thief.refusal("RespondNexusTaskCompleted", nexus) is DENIED
    by_id = service.RespondActivityTaskCompletedByIdRequest(
        namespace=pair.mine.namespace, workflow_id=id_, activity_id="work-0", result=pair.mine.completion(b"").result
    )
    assert pair.mine.refusal("RespondActivityTaskCompletedById", by_id) is DENIED
    pair.mine.complete(token, b'{"message": "original"}')
    assert api.wait_for(id_, "succeeded")["result"] == {"message": "original"}
    # The outcome stands: used once more, the token is worth nothing.
    assert refusal_of(lambda: pair.mine.complete(token)) is grpc.StatusCode.NOT_FOUND


def test_forged_tokens_are_refused(stack: RunningStack, api: Api, pair: Pair) -> None:
    id_, token = take(api, pair.mine)
    namespace_id = stack.temporal_side.namespace_id().encode()
    # Temporal itself takes this: namespace id, workflow id and activity id, unsigned.
    unsigned = b"".join(
        bytes([tag, len(value)]) + value
        for tag, value in ((0x0A, namespace_id), (0x12, id_.encode()), (0x32, b"work-0"))
    )
    flipped = [token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :] for at in (0, 3, 34, 35, 60, len(token) - 1)]
    shortened = [b"", token[:3], token[:35], token[:37], token[:-1], token + b"\0"]
    for forged in [unsigned, b"cb1" + bytes(32) + token[35:], *flipped, *shortened]:
        assert refusal_of(lambda forged=forged: pair.mine.complete(forged)) is DENIED, forged
    # A claim that nothing follows yet is written a twentieth of a second later; all that was tried may take less.
    api.wait_for(id_, "claimed")
    pair.mine.complete(token)
    api.wait_for(id_, "succeeded")


def test_a_worker_cannot_set_the_rate_of_a_queue(stack: RunningStack, api: Api, pair: Pair) -> None:
    slow = taskqueue.TaskQueueMetadata(max_tasks_per_second=DoubleValue(value=0.001))
    for _ in range(3):
        id_ = api.submit("echo", capability=QUEUE)
        task = pair.mine.poll(QUEUE, task_queue_metadata=slow)
        pair.mine.complete(task.task_token)
        api.wait_for(id_, "succeeded")
    described = stack.temporal_side.activity_queue(QUEUE)
    assert described.pollers
    assert 0.001 not in {each.rate_per_second for each in described.pollers}
    # A limit that core has taken away leaves who did it and when.
    assert not described.config.queue_rate_limit.HasField("rate_limit")
    assert described.effective_rate_limit.requests_per_second > 1


def test_a_control_queue_belongs_to_one_worker(pair: Pair) -> None:
    mine = f"temporal-sys/worker-commands/{pair.mine.namespace}/{uuid.uuid4()}"
    assert refusal_of(lambda: pair.mine.poll(QUEUE, timeout=1, worker_control_task_queue=mine)) is not DENIED
    own = service.PollNexusTaskQueueRequest(namespace=pair.mine.namespace, task_queue=taskqueue.TaskQueue(name=mine))
    assert pair.mine.refusal("PollNexusTaskQueue", own, timeout=1) is not DENIED
    foreign = [mine, "temporal-sys/worker-commands/default/x", QUEUE, "clawdbot-core", ""]
    for queue in foreign:
        request = service.PollNexusTaskQueueRequest(
            namespace=pair.mine.namespace, task_queue=taskqueue.TaskQueue(name=queue)
        )
        assert pair.theirs.refusal("PollNexusTaskQueue", request) is DENIED, queue


@pytest.mark.parametrize("key", [None, "", "garbage", "cwb_live_0000000000_" + "x" * 43, "ADMIN"])
def test_who_is_no_worker_is_refused(stack: RunningStack, api: Api, key: str | None) -> None:
    key = stack.admin_key if key == "ADMIN" else key
    with raw_worker(stack, key) as visitor:
        for method in sorted(ALLOWED):
            assert refusal_of(lambda method=method: visitor.call(WORKFLOW_SERVICE + method)) is DENIED


def test_a_message_beyond_8_mib_ends_only_itself(api: Api, pair: Pair) -> None:
    id_, token = take(api, pair.mine)
    large = b'{"message": "' + b"x" * 9 * 1024 * 1024 + b'"}'
    assert refusal_of(lambda: pair.mine.complete(token, large)) is grpc.StatusCode.RESOURCE_EXHAUSTED
    pair.mine.complete(token)
    api.wait_for(id_, "succeeded")
