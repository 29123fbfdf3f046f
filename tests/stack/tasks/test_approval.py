"""Tasks that wait for a person's yes: asked for, by rule, in time and too late, twice and against each other."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.stack.harness import Api, RunningStack, Task, eventually
from tests.stack.people import make_crowd
from tests.stack.tasks.test_steering import events_of
from tests.support import plain_http
from tests.support.light import Light


def waiting(api: Api, **fields: object) -> str:
    id_ = api.submit("echo", {"message": "may I?"}, needs_approval=True, **fields)
    task = api.task(id_)
    assert task["status"] == "awaiting_approval"
    assert task["waiting_because"].startswith("waits for approval until 20")
    return id_


def in_temporal(stack: RunningStack, id_: str) -> bool:
    return not stack.rows("SELECT 1 FROM outbox WHERE task_id = %s", id_)


@pytest.mark.alone
def test_an_approved_task_runs(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = waiting(api)
        eventually(lambda: in_temporal(stack, id_), 20, "the workflow waits")
        assert api.status(id_) == "awaiting_approval"
        reply = api.command(id_, "approve", comment="go ahead")
        assert reply.status_code == 200, reply.text
        assert reply.json()["approved"] is True
        assert reply.json()["status"] != "awaiting_approval"
        task = api.wait_for(id_, "succeeded")
    assert events_of(task)[:2] == ["created", "approved"]
    approved = task["events"][1]
    assert (approved["actor"], approved["details"]) == ("human:admin", {"comment": "go ahead"})
    assert task["approval"]["decision"] == {"approved": True, "by": "human:admin", "comment": "go ahead"}
    assert [row["action"] for row in audited(stack, id_)] == ["task.approve"]


def test_a_rejected_task_ends_without_an_attempt(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = waiting(api)
        task = api.carry_out(id_, "reject", "rejected", comment="too expensive")
    assert (task["status"], task["attempts"]) == ("rejected", [])
    assert task["error"]["message"] == "Rejected by human:admin: too expensive"
    # Temporal knows a failed workflow; the reconciler must not make `failed` of it.
    stack.rows("UPDATE tasks SET reconcile_after = now() WHERE id = %s RETURNING id", id_)
    looked_at = "SELECT 1 FROM tasks WHERE id = %s AND (reconcile_after > now()) IS NOT FALSE"
    eventually(lambda: stack.rows(looked_at, id_), 20, "the reconciler has looked")
    assert api.status(id_) == "rejected"


def test_a_retry_of_a_rejected_task_asks_again(stack: RunningStack, api: Api) -> None:
    id_ = waiting(api)
    api.carry_out(id_, "reject", "rejected")
    retried = api.command(id_, "retry").json()
    assert (retried["status"], retried["retry_count"]) == ("awaiting_approval", 1)
    assert api.task(id_)["approval"]["decision"] is None
    with stack.worker("echo"):
        assert api.command(id_, "approve").status_code == 200
        assert api.wait_for(id_, "succeeded")["retry_count"] == 1
        # A yes stays a yes.
        assert api.command(id_, "retry").json()["status"] == "pending"
        assert api.wait_for(id_, "succeeded")["retry_count"] == 2


def test_the_first_decision_counts(api: Api) -> None:
    id_ = waiting(api)
    before = api.carry_out(id_, "reject", "rejected")
    assert api.command(id_, "reject").json()["status"] == "rejected"
    other = api.command(id_, "approve")
    assert (other.status_code, other.json()["detail"]) == (
        409, "This task has already been rejected by human:admin."
    )  # fmt: skip
    assert api.task(id_) == before


async def test_yes_and_no_at_the_same_moment_are_one_decision(stack: RunningStack, api: Api) -> None:
    id_ = waiting(api)
    headers = {"Authorization": f"Bearer {stack.admin_key}"}
    async with httpx.AsyncClient(
        verify=plain_http.NO_TLS, base_url=f"{stack.api_url}/api/v1", headers=headers, timeout=30
    ) as http:
        replies = await asyncio.gather(
            *(http.post(f"/tasks/{id_}/{verb}") for verb in ("reject", "approve", "reject", "approve"))
        )
    assert sorted(reply.status_code for reply in replies) == [200, 200, 409, 409]
    said = {reply.json()["approved"] for reply in replies if reply.status_code == 200}
    assert len(said) == 1
    assert api.task(id_)["approval"]["decision"]["approved"] is said.pop()
    assert [e["type"] for e in api.task(id_)["events"]].count("created") == 1


def test_what_needs_no_approval_cannot_be_approved(api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/unasked"})
    reply = api.command(id_, "approve")
    assert (reply.status_code, reply.json()["detail"]) == (409, "This task needs no approval.")
    cancelled = waiting(api)
    api.carry_out(cancelled, "cancel", "cancelled")
    reply = api.command(cancelled, "approve")
    assert (reply.status_code, reply.json()["detail"]) == (
        409, "This task is cancelled; it no longer waits for approval."
    )  # fmt: skip


def test_a_later_task_can_be_approved_ahead(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("echo", needs_approval=True, run_at="2031-01-01T00:00:00Z")
    assert api.command(id_, "approve").json()["status"] == "scheduled"
    assert api.task(id_)["waiting_because"] == "starts at 2031-01-01 00:00:00 UTC"
    api.command(id_, "cancel")


def test_core_dies_between_the_yes_and_the_workflow(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = waiting(api)
        eventually(lambda: in_temporal(stack, id_), 20, "the workflow waits")
        with stack.suspended("core"):
            assert api.command(id_, "approve").json()["status"] == "awaiting_approval"
            stack.kill("core")
        assert api.wait_for(id_, seconds=60)["status"] == "succeeded"


def test_the_agent_s_expensive_tasks_wait_and_may_not_be_approved_by_it(stack: RunningStack, api: Api) -> None:
    agent = Api(stack.api_url, make_crowd(stack).keys["agent"])
    with agent:
        expensive = agent.submit("llm_task", {"operation": "summarize", "text": "a long story"})
        assert agent.status(expensive) == "awaiting_approval"
        assert agent.command(expensive, "approve").status_code == 403
        cheap = agent.submit("web_monitor", {"url": "https://example.com/cheap"})
        assert agent.status(cheap) == "pending"
    assert api.status(api.submit("llm_task", {"operation": "summarize", "text": "a long story"})) == "pending"


def test_a_follow_up_may_wait_too(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        then = [{"task_type": "echo", "params": {"message": "second"}, "needs_approval": True}]
        first = api.wait_for(api.submit("echo", {"message": "first"}, follow_ups=then), "succeeded")
        [child] = api.task(first["id"])["children"]
        assert child["status"] == "awaiting_approval"
        assert api.command(child["id"], "approve").status_code == 200
        assert api.wait_for(child["id"], "succeeded")["approval"]["before"] > first["completed_at"]


@pytest.fixture(scope="module")
def strict(light: Light) -> Iterator[RunningStack]:
    """An installation where approval is always needed for one type, and soon too late."""
    environment = {"CLAWDBOT_APPROVAL": "delay=always", "CLAWDBOT_APPROVAL_HOURS": "0.0006"}
    with light(environment) as stack:
        yield stack


def test_nobody_said_anything_in_time(strict: RunningStack) -> None:
    id_ = strict.api.submit("delay", {"seconds": 1})
    task: Task = strict.api.wait_for(id_, seconds=30)
    assert (task["status"], task["error"]["type"]) == ("rejected", "ApprovalExpired")
    assert task["error"]["message"] == "Nobody approved it in time. Retry it to ask again."
    late = strict.api.command(id_, "approve")
    assert late.status_code == 409
    assert strict.api.command(id_, "retry").json()["status"] == "awaiting_approval"


def audited(stack: RunningStack, id_: str) -> list[dict[str, object]]:
    return stack.rows("SELECT actor, action FROM audit_log WHERE object = %s ORDER BY id", id_)
