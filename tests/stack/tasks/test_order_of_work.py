"""Who is next: priorities, reprioritising, start times and deadlines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.stack.harness import Api, RunningStack, eventually

#: Seconds that a step of the busy worker's task takes.
STEP = 0.1


@contextmanager
def busy_worker(stack: RunningStack, api: Api) -> Iterator[str]:
    """A worker for one task at a time, that has one; ends with that task's cancellation."""
    with stack.worker("delay", concurrency=1):
        blocker = api.submit("delay", {"seconds": 1_000 * STEP, "steps": 1_000}, priority=0)
        api.wait_for(blocker, "running")
        yield blocker


def queued(stack: RunningStack, ids: list[str]) -> None:
    """Wait until Temporal has them all in its queue."""
    query = "SELECT count(*) AS n FROM outbox WHERE task_id = ANY(%s::uuid[])"
    eventually(lambda: stack.rows(query, ids)[0]["n"] == 0, 20, "all commands are sent")
    for id_ in ids:
        eventually(partial(stack.temporal_side.waits_for_a_worker, id_), 20, f"{id_} is queued")


def work_goes_on(api: Api, blocker: str, seconds: float) -> None:
    """Let the busy worker do this much more of its task."""
    goal = _steps(api, blocker) + seconds / STEP
    eventually(lambda: _steps(api, blocker) >= goal, seconds + 10, "the worker goes on working")


def _steps(api: Api, id_: str) -> int:
    return int(((api.task(id_)["progress"] or {}).get("counters") or {}).get("steps", 0))


def started_in_order(api: Api, ids: list[str]) -> list[str]:
    tasks = api.wait_for_all(ids, seconds=60)
    return [task["id"] for task in sorted(tasks, key=lambda task: str(task["claimed_at"]))]


def test_the_more_urgent_goes_first(stack: RunningStack, api: Api) -> None:
    labels = ["low", "normal", "critical", 45, "high", "low"]
    with busy_worker(stack, api) as blocker:
        ids = [api.submit("delay", {"seconds": 0.05, "steps": 1}, priority=label) for label in labels]
        queued(stack, ids)
        api.command(blocker, "cancel")
        order = started_in_order(api, ids)
    # Equals are not compared: several starts are on their way to Temporal at once.
    words = [api.task(id_)["priority_label"] for id_ in order]
    assert words == ["critical", "high", "normal", "normal", "low", "low"]


def test_a_reprioritised_task_really_is_next(stack: RunningStack, api: Api) -> None:
    with busy_worker(stack, api) as blocker:
        ids = [api.submit("delay", {"seconds": 0.05, "steps": 1}) for _ in range(5)]
        queued(stack, ids)
        reply = api.command(ids[3], "reprioritise", priority="critical")
        assert reply.json() == {"id": ids[3], "priority": 10, "priority_label": "critical"}
        assert api.command(ids[0], "reprioritise", priority=100).status_code == 200
        queued(stack, ids)
        # Temporal takes a task that waits out of its queue, and puts it in its new place about a second later.
        work_goes_on(api, blocker, seconds=3)
        eventually(lambda: "next in line" in api.task(ids[3])["waiting_because"], 10, "it is next")
        eventually(lambda: "behind 4 others" in api.task(ids[0])["waiting_because"], 10, "it is the last")
        api.command(blocker, "cancel")
        order = started_in_order(api, ids)
    assert (order[0], order[-1]) == (ids[3], ids[0])
    told = [event for event in api.task(ids[3])["events"] if event["type"] == "reprioritised"]
    assert [(event["details"], event["actor"]) for event in told] == [({"from": 50, "to": 10}, "human:admin")]


def test_a_task_reprioritised_before_its_time_keeps_its_new_place(stack: RunningStack, api: Api) -> None:
    with busy_worker(stack, api) as blocker:
        soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
        later = api.submit("delay", {"seconds": 0.05, "steps": 1}, run_at=soon, priority="low")
        assert api.command(later, "reprioritise", priority="critical").status_code == 200
        first = api.submit("delay", {"seconds": 0.05, "steps": 1})
        api.wait_for(later, "pending")
        queued(stack, [first, later])
        api.command(blocker, "cancel")
        assert started_in_order(api, [first, later]) == [later, first]


def test_commands_behind_others_of_the_same_task_do_not_block_each_other(stack: RunningStack, api: Api) -> None:
    """More tasks than core has commands under way at once, each with a command that waits for the one before it."""
    with stack.suspended("core"):
        ids = api.submit_many(60, "delay", {"seconds": 600})
        for id_ in ids:
            assert api.command(id_, "reprioritise", priority="low").status_code == 200
    left = "SELECT 1 FROM outbox WHERE task_id = ANY(%s)"
    eventually(lambda: not stack.rows(left, ids), 60, "all commands are sent")
    api.cancel_all(ids)
    api.wait_for_all(ids)


def test_only_what_waits_has_a_place(stack: RunningStack, api: Api) -> None:
    with busy_worker(stack, api) as blocker:
        for status in ("running", "cancelled"):
            if status == "cancelled":
                api.command(blocker, "cancel")
                api.wait_for(blocker, "cancelled")
            before = api.task(blocker)
            reply = api.command(blocker, "reprioritise", priority="low")
            assert reply.status_code == 409
            assert reply.json()["detail"] == (f"This task is {status}; only waiting tasks have a place in the queue.")
            assert api.task(blocker)["priority"] == before["priority"] == 0


@pytest.mark.parametrize("priority", [-1, 101, "soonish", None])
def test_a_priority_that_is_none_is_refused(api: Api, priority: object) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/order"})
    reply = api.command(id_, "reprioritise", priority=priority)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "priority"


@pytest.mark.alone
def test_a_task_starts_at_its_time(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        at = datetime.now(UTC) + timedelta(seconds=3)
        id_ = api.submit("echo", {"message": "on time"}, run_at=at.isoformat())
        assert api.task(id_)["status"] == "scheduled"
        task = api.wait_for(id_, "succeeded")
    types = [event["type"] for event in task["events"]]
    assert types[:3] == ["created", "pending", "claimed"]
    late = datetime.fromisoformat(task["claimed_at"]) - at
    assert 0 <= late.total_seconds() < 2


def test_a_time_that_has_passed_means_now(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = api.submit("echo", run_at="2020-01-01T00:00:00+02:00")
        assert api.task(id_)["status"] != "scheduled"
        api.wait_for(id_, "succeeded")


def test_a_missed_start_deadline_is_a_failure(api: Api) -> None:
    # One that has passed when it arrives would be refused.
    deadline = datetime.now(UTC) + timedelta(seconds=5)
    id_ = api.submit("twitter_crawl", {"ticker": "LATE"}, start_deadline=deadline.isoformat())
    task = api.wait_for(id_, "failed", seconds=15)
    assert task["error"]["type"] == "StartDeadlineMissed"
    assert task["error"]["message"] == "No worker began the task before its start deadline."
    assert datetime.fromisoformat(task["completed_at"]) >= deadline
    assert task["attempts"] == []


def test_a_start_deadline_is_about_the_first_start_only(stack: RunningStack, api: Api) -> None:
    """An attempt began in time, so the task goes on, even though the next one finds no worker for a while."""
    retry = {"initial_seconds": 1, "max_attempts": 3}
    with stack.worker("flaky"):
        deadline = datetime.now(UTC) + timedelta(seconds=10)
        id_ = api.submit("flaky", {"failures": 1}, retry=retry, start_deadline=deadline.isoformat())
        eventually(lambda: api.task(id_)["next_attempt_at"], 30, "the first attempt has failed")
    # The worker is gone before the second attempt. Well after the deadline another one comes.
    eventually(lambda: datetime.now(UTC) > deadline + timedelta(seconds=3) or api.task(id_)["error"], 30, "late")
    with stack.worker("flaky"):
        task = api.wait_for(id_)
    assert (task["error"], task["status"]) == (None, "succeeded")
