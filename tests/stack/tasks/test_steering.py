"""A person changes the course of a task: cancel, retry, reprioritise, note, delete."""

import time
import uuid
from typing import Any

import pytest

from tests.stack.harness import CANCEL_SECONDS, Api, RunningStack, Task, eventually

#: Nobody offers this type.
WAITS = ("web_monitor", {"url": "https://example.com/steering"})
LONG = {"seconds": 120, "steps": 1_000}


def events_of(task: Task) -> list[str]:
    return [event["type"] for event in task["events"] if event["type"] != "progress"]


def cancel(api: Api, id_: str) -> Task:
    """Cancel and return the task; the request itself answers when it has happened. For tests that run alone."""
    began = time.monotonic()
    reply = api.command(id_, "cancel")
    took = time.monotonic() - began
    assert reply.status_code == 200
    assert reply.json() == {"id": id_, "cancelled": True, "status": "cancelled"}
    print(f"cancel took {took * 1000:.0f} ms")
    assert took < CANCEL_SECONDS
    task = api.task(id_)
    assert task["status"] == "cancelled"
    assert task["completed_at"]
    assert task["waiting_because"] is None
    return task


def waiting_task(stack: RunningStack, api: Api, **fields: Any) -> str:
    """A task that nobody will take, and that has reached Temporal."""
    id_ = api.submit(*WAITS, **fields)
    eventually(lambda: not outbox(stack, id_), 10, "the start has left the outbox")
    return id_


@pytest.mark.alone
def test_cancel_a_task_that_waits_for_its_time(api: Api) -> None:
    id_ = api.submit("echo", run_at="2031-01-01T00:00:00Z")
    assert api.task(id_)["waiting_because"] == "starts at 2031-01-01 00:00:00 UTC"
    task = cancel(api, id_)
    assert task["attempts"] == []
    assert events_of(task) == ["created", "cancel_requested", "cancelled"]


@pytest.mark.alone
@pytest.mark.parametrize("at_once", [True, False])
def test_cancel_a_task_that_waits_for_a_worker(stack: RunningStack, api: Api, at_once: bool) -> None:
    id_ = api.submit(*WAITS) if at_once else waiting_task(stack, api)
    task = cancel(api, id_)
    assert events_of(task) == ["created", "cancel_requested", "cancelled"]
    assert task["events"][1]["actor"] == "human:admin"
    eventually(lambda: not outbox(stack, id_), 10, "nothing is left to send")


@pytest.mark.alone
def test_cancel_a_running_task_and_the_worker_stops(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=1):
        id_ = api.submit("delay", LONG)
        eventually(lambda: api.task(id_)["progress"], 20, "it reports progress")
        task = cancel(api, id_)
        # The only place of the worker is free: it takes the next task, and does it to the end.
        after = api.wait_for(api.submit("delay", {"seconds": 1.5, "steps": 3}), "succeeded", seconds=10)
    assert events_of(task) == ["created", "claimed", "started", "cancel_requested", "cancelled"]
    assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [(1, "cancelled")]
    assert after["result"]["resumed_at_step"] == 0
    # In the meantime the cancelled one said nothing more.
    assert api.task(id_)["events"] == task["events"]
    assert api.task(id_)["progress"] == task["progress"]


@pytest.mark.alone
def test_cancel_between_two_attempts(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        id_ = api.submit("flaky", {"failures": 5}, retry={"initial_seconds": 600, "max_seconds": 600})
        waiting = eventually(lambda: failed_once(api, id_), 20, "the first attempt has failed")
        task = cancel(api, id_)
    assert "attempt 2 of 3 follows at" in waiting["waiting_because"]
    assert task["next_attempt_at"] is None
    assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [(1, "failed")]
    assert task["error"] is None


@pytest.mark.alone
def test_cancel_twice_is_as_good_as_once(stack: RunningStack, api: Api) -> None:
    id_ = waiting_task(stack, api)
    first = cancel(api, id_)
    assert cancel(api, id_)["events"] == first["events"]


def test_cancel_when_it_is_over_is_refused_with_a_sentence(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        done = api.submit("flaky", {"failures": 0})
        failed = api.submit("flaky", {"retryable": False})
        api.wait_for_all([done, failed])
    for id_, past in ((done, "succeeded"), (failed, "failed")):
        before = api.task(id_)
        reply = api.command(id_, "cancel")
        assert reply.status_code == 409
        assert reply.json()["detail"] == f"This task has already {past}; there is nothing to cancel."
        assert api.task(id_) == before


@pytest.mark.parametrize("verb", ["cancel", "retry", "reprioritise", "notes"])
def test_an_unknown_task_cannot_be_steered(api: Api, verb: str) -> None:
    bodies: dict[str, dict[str, Any]] = {"reprioritise": {"priority": 1}, "notes": {"text": "hello?"}}
    reply = api.command(str(uuid.uuid4()), verb, **bodies.get(verb, {}))
    assert reply.status_code == 404
    assert reply.json()["detail"].startswith("There is no such task.")


def test_notes_are_a_thread(stack: RunningStack, api: Api) -> None:
    id_ = waiting_task(stack, api, notes="first")
    for text in ("second\n<b>line</b>", "third 🙂"):
        reply = api.command(id_, "notes", text=text)
        assert reply.status_code == 201
        assert reply.json()["text"] == text
    task = api.carry_out(id_, "cancel", "cancelled")
    assert api.command(id_, "notes", text="after the end").status_code == 201
    assert [note["text"] for note in task["notes"]] == ["first", "second\n<b>line</b>", "third 🙂"]
    assert {note["author"] for note in task["notes"]} == {"human:admin"}
    assert api.task(id_)["notes"][-1]["text"] == "after the end"
    for bad in ("", "x" * 20_001, "a\x00b"):
        assert api.command(id_, "notes", text=bad).status_code == 422


def test_deleted_is_hidden_and_kept(stack: RunningStack, api: Api) -> None:
    mark = f"deleted-{uuid.uuid4().hex}"
    id_ = waiting_task(stack, api, tags=[mark])
    refused = api.http.delete(f"/tasks/{id_}")
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "This task is pending. Cancel it before you delete it."
    )  # fmt: skip
    api.carry_out(id_, "cancel", "cancelled")
    assert api.http.delete(f"/tasks/{id_}").status_code == 204
    assert api.http.get("/tasks", params={"tag": mark}).json()["tasks"] == []
    for path in (f"/tasks/{id_}", f"/tasks/{id_}/events"):
        assert api.http.get(path).status_code == 404
    assert api.http.delete(f"/tasks/{id_}").status_code == 404
    assert api.command(id_, "retry").status_code == 404
    [row] = stack.rows("SELECT status, deleted_at IS NOT NULL AS deleted FROM tasks WHERE id = %s", id_)
    assert row == {"status": "cancelled", "deleted": True}
    kept = stack.rows("SELECT type FROM task_events WHERE task_id = %s ORDER BY id", id_)
    assert [row["type"] for row in kept] == ["created", "cancel_requested", "cancelled", "deleted"]
    audited = stack.rows("SELECT actor, action FROM audit_log WHERE object = %s ORDER BY id", id_)
    assert [(row["actor"], row["action"]) for row in audited] == [
        ("human:admin", "task.cancel"),
        ("human:admin", "task.delete"),
    ]


def failed_once(api: Api, id_: str) -> Task | None:
    task = api.task(id_)
    return task if task["status"] == "pending" and task["attempt"] == 1 else None


def outbox(stack: RunningStack, id_: str) -> list[dict[str, object]]:
    return stack.rows("SELECT command FROM outbox WHERE task_id = %s", id_)
