"""Every method of every gRPC service in the installed protos, for everybody: only a valid worker key opens any.

And what was refused is in the audit log: who, what, why, from where, how often.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
import temporalio.api.common.v1 as common
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service

from tests.stack.gateway.raw_worker import WORKFLOW_SERVICE, RawWorker, installed_methods, raw_worker, refusal_of
from tests.stack.gateway.test_gateway_refusals import ALLOWED, ELSEWHERE
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.people import Crowd, make_crowd

DENIED = grpc.StatusCode.PERMISSION_DENIED
#: What a worker of `Crowd` may do; no worker of this version asks for it in this file's name.
QUEUE = "echo"
CALLERS = ("worker", "revoked", "anonymous", "admin", "operator", "viewer", "agent", "expired")


@pytest.fixture(scope="module")
def crowd(stack: RunningStack) -> Crowd:
    stack.wait_until_ready()
    return make_crowd(stack)


@pytest.mark.parametrize("caller", CALLERS)
def test_the_list_is_all_that_opens_and_only_to_workers(stack: RunningStack, crowd: Crowd, caller: str) -> None:
    paths = [*installed_methods(), *ELSEWHERE]
    assert {path.split("/")[1].rpartition(".")[2] for path in paths} >= {"WorkflowService", "OperatorService", "Health"}
    with raw_worker(stack, crowd.keys.get(caller)) as visitor:
        let_in = {path for path in paths if not _is_refused_at_the_door(visitor, path)}
    allowed = {WORKFLOW_SERVICE + name for name in ALLOWED} if caller == "worker" else set()
    assert let_in == allowed


def _is_refused_at_the_door(visitor: RawWorker, path: str) -> bool:
    """Sent empty, so naming no namespace: a listed method refuses that, too, but with other words."""
    try:
        visitor.call(path)
    except grpc.RpcError as error:
        at_the_door = ("A worker may not call", "This worker key is not valid", "This call has no worker key")
        return error.code() is DENIED and error.details().startswith(at_the_door)
    return False


class Attackers:
    """A worker that knows too much, its neighbour, somebody whose key is over, and somebody without one."""

    def __init__(self, stack: RunningStack, suffix: str) -> None:
        self.names = {who: f"{who}-{suffix}" for who in ("attacker", "neighbour", "former")}
        made = {who: stack.register([QUEUE], name) for who, name in self.names.items()}
        self.keys = {who: key for who, (_, _, key) in made.items()}
        assert stack.api.http.post(f"/workers/{made['former'][1]}/revoke").status_code == 204

    def actor(self, who: str) -> str:
        if who == "former":
            return f"key:{self.keys[who].split('_')[2]}"
        return f"worker:{self.names[who]}" if who in self.names else "anonymous"


@pytest.fixture
def attackers(stack: RunningStack) -> Attackers:
    return Attackers(stack, uuid.uuid4().hex[:8])


@pytest.fixture
def doors(stack: RunningStack, attackers: Attackers) -> Iterator[dict[str, RawWorker]]:
    with (
        raw_worker(stack, attackers.keys["attacker"]) as attacker,
        raw_worker(stack, attackers.keys["neighbour"]) as neighbour,
        raw_worker(stack, attackers.keys["former"]) as former,
        raw_worker(stack, None) as nobody,
    ):
        yield {"attacker": attacker, "neighbour": neighbour, "former": former, "anonymous": nobody}


def attacks(attacker: RawWorker, victim: str, token: bytes) -> list[tuple[str, str, Any, str]]:
    """(who, method, message, reason) of everything that somebody with a worker's machine would try."""
    execution = common.WorkflowExecution(workflow_id=victim)
    core = taskqueue.TaskQueue(name="clawdbot-core")
    ours: dict[str, Any] = {"namespace": attacker.namespace}
    mine: dict[str, Any] = {**ours, "task_queue": taskqueue.TaskQueue(name=QUEUE)}
    by_id: dict[str, Any] = {**ours, "workflow_id": victim, "activity_id": "work-0"}
    return [
        ("attacker", "StartWorkflowExecution", service.StartWorkflowExecutionRequest(**ours), "method"),
        ("attacker", "TerminateWorkflowExecution",
         service.TerminateWorkflowExecutionRequest(workflow_execution=execution, **ours), "method"),
        ("attacker", "SignalWorkflowExecution",
         service.SignalWorkflowExecutionRequest(workflow_execution=execution, signal_name="cancel", **ours), "method"),
        ("attacker", "ListWorkflowExecutions", service.ListWorkflowExecutionsRequest(**ours), "method"),
        ("attacker", "GetWorkflowExecutionHistory",
         service.GetWorkflowExecutionHistoryRequest(execution=execution, **ours), "method"),
        ("attacker", "PollActivityTaskQueue",
         service.PollActivityTaskQueueRequest(task_queue=taskqueue.TaskQueue(name="reddit_crawl"), **ours), "queue"),
        ("attacker", "PollWorkflowTaskQueue", service.PollWorkflowTaskQueueRequest(task_queue=core, **ours), "method"),
        ("attacker", "RespondActivityTaskCompleted", attacker.completion(b"cb1" + bytes(32) + token[35:]), "token"),
        ("neighbour", "RespondActivityTaskCompleted", attacker.completion(token), "token"),
        ("attacker", "RespondActivityTaskCompletedById",
         service.RespondActivityTaskCompletedByIdRequest(**by_id), "method"),
        ("attacker", "UpdateTaskQueueConfig", service.UpdateTaskQueueConfigRequest(task_queue=QUEUE, **ours), "method"),
        ("attacker", "ShutdownWorker",
         service.ShutdownWorkerRequest(task_queue="clawdbot-core", sticky_task_queue="core", **ours), "queue"),
        ("attacker", "DescribeNamespace", service.DescribeNamespaceRequest(namespace="default"), "namespace"),
        ("former", "PollActivityTaskQueue", service.PollActivityTaskQueueRequest(**mine), "unknown_key"),
        ("anonymous", "PollActivityTaskQueue", service.PollActivityTaskQueueRequest(**mine), "no_key"),
        ("attacker", "RecordActivityTaskHeartbeat", attacker.completion(token, b"x" * 65 * 1024), "size"),
        ("attacker", "RecordActivityTaskHeartbeat", attacker.completion(token, b"x" * 9 * 1024 * 1024), "unreadable"),
    ]  # fmt: skip


def test_every_attack_is_refused_and_in_the_audit_log(
    stack: RunningStack, api: Api, attackers: Attackers, doors: dict[str, RawWorker]
) -> None:
    victim = api.submit("echo", {"message": "original"}, timeouts={"heartbeat_seconds": 120})
    token = doors["attacker"].poll(QUEUE).task_token
    tried = attacks(doors["attacker"], victim, token)
    for who, method, message, reason in tried:
        expected = grpc.StatusCode.RESOURCE_EXHAUSTED if reason in ("size", "unreadable") else DENIED
        assert doors[who].refusal(method, message) is expected, (who, method)

    def written() -> dict[tuple[str, str, str], dict[str, Any]]:
        rows = stack.rows("SELECT * FROM audit_log WHERE action = 'gateway.refused' AND at > now() - interval '1 hour'")
        return {(row["actor"], row["object"].rpartition("/")[2], row["details"]["reason"]): row for row in rows}

    wanted = {(attackers.actor(who), method, reason) for who, method, _, reason in tried}
    eventually(lambda: wanted <= written().keys(), 20, f"all of {wanted} are in the audit log")
    assert {written()[line]["details"]["address"] for line in wanted} == {"127.0.0.1"}
    # It was all in vain.
    doors["attacker"].complete(token, b'{"message": "original"}')
    assert api.wait_for(victim, "succeeded")["result"] == {"message": "original"}


def test_a_thousand_tries_are_few_lines(stack: RunningStack, attackers: Attackers, doors: dict[str, RawWorker]) -> None:
    for _ in range(600):
        assert doors["attacker"].refusal("ListWorkflowExecutions", service.ListWorkflowExecutionsRequest()) is not None
    for number in range(400):
        made_up = f"/made.up.{number}/Method"
        assert refusal_of(lambda made_up=made_up: doors["neighbour"].call(made_up)) is not None

    def lines(who: str) -> list[dict[str, Any]]:
        query = "SELECT object, details FROM audit_log WHERE action = 'gateway.refused' AND actor = %s"
        return stack.rows(query, attackers.actor(who))

    eventually(lambda: "(others)" in {row["object"] for row in lines("neighbour")}, 20, "the rest is one line")
    assert len(lines("neighbour")) <= 205
    assert 1 <= len(lines("attacker")) <= 4
    # Nobody's lines are crowded out by that.
    with raw_worker(stack, attackers.keys["former"]) as former:
        assert former.refusal("ShutdownWorker", service.ShutdownWorkerRequest()) is DENIED
    eventually(lambda: lines("former"), 20, "another's refusal is in the audit log")
