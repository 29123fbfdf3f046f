"""Faults under load. After each: what was accepted is done, nothing is done twice, the mirror equals Temporal."""

import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus

from tests.stack.harness import Api, RunningStack, Task, eventually, start_stack
from tests.support import plain_http

COUNT = 100


def check_each_ended_once(stack: RunningStack, ids: list[str], tasks: list[Task]) -> None:
    """Accepted = done, one outcome each, and Temporal says the same."""
    assert Counter(task["status"] for task in tasks) == {"succeeded": len(ids)}
    ends = stack.rows(
        "SELECT task_id::text, count(*) FROM task_events WHERE type = 'succeeded' AND task_id = ANY(%s) GROUP BY 1",
        ids,
    )
    assert {row["task_id"]: row["count"] for row in ends} == dict.fromkeys(ids, 1)
    left = "SELECT 1 FROM outbox WHERE task_id = ANY(%s)"
    eventually(lambda: not stack.rows(left, ids), 20, "every command is ticked off")
    in_temporal = runs_in_temporal(stack)
    assert Counter(in_temporal[id_] for id_ in ids) == {("WORKFLOW_EXECUTION_STATUS_COMPLETED",): len(ids)}


def runs_in_temporal(stack: RunningStack) -> dict[str, tuple[str, ...]]:
    """Workflow id -> the status of each of its runs."""
    runs: dict[str, tuple[str, ...]] = {}
    for run in stack.temporal_side.listed("WorkflowType='Task'"):
        id_ = run.execution.workflow_id
        runs[id_] = (*runs.get(id_, ()), WorkflowExecutionStatus.Name(run.status))
    return runs


@pytest.mark.parametrize("part", ["temporal", "postgres", "core", "gateway", "api"])
def test_kill_a_part_under_load(stack: RunningStack, api: Api, part: str) -> None:
    restarts = stack.restarts(part)
    with stack.worker("delay", concurrency=10):
        ids = api.submit_many(COUNT, "delay", {"seconds": 0.2, "steps": 2})
        done = "SELECT count(*) AS done FROM tasks WHERE id = ANY(%s) AND status = 'succeeded'"
        eventually(lambda: stack.rows(done, ids)[0]["done"] >= 15, 60, "15 tasks are done")
        killed = time.monotonic()
        stack.kill(part)
        eventually(lambda: stack.restarts(part) > restarts, 15, f"{part} is started again")
        stack.wait_until_ready()
        back = time.monotonic() - killed
        tasks = api.wait_for_all(ids, seconds=120)
    check_each_ended_once(stack, ids, tasks)
    retried = sum(task["attempt"] > 1 for task in tasks)
    print(f"kill -9 {part}: ready again after {back:.1f} s, {retried} of {COUNT} tasks needed another attempt")


def test_tasks_are_accepted_while_temporal_is_away(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        with stack.suspended("temporal"):
            began = time.monotonic()
            id_ = api.submit("echo", {"message": "later"})
            assert time.monotonic() - began < 2
            reason = eventually(lambda: _if_unsent(api.task(id_)), 15, "the reason names Temporal")
            assert "accepted and safe" in reason
        assert api.wait_for(id_, seconds=30)["status"] == "succeeded"


def _if_unsent(task: Task) -> str | None:
    because = task["waiting_because"] or ""
    return because if "Temporal does not take it" in because else None


def test_without_postgres_the_api_says_503_and_the_work_goes_on(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"):
        id_ = api.submit("delay", {"seconds": 3, "steps": 3})
        api.wait_for(id_, "running")
        with stack.suspended("postgres"):
            refused = api.http.post("/tasks", json={"task_type": "echo"})
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            assert "Nothing was changed" in refused.json()["detail"]
            port = stack.state["ports"]["api"]
            assert plain_http.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
            eventually(lambda: _activity_is_done(stack, id_), 20, "the worker finished while Postgres was away")
        assert api.wait_for(id_, seconds=10)["status"] == "succeeded"


def _activity_is_done(stack: RunningStack, id_: str) -> bool:
    done = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
    return any(event.event_type == done for event in stack.temporal_side.history(id_).events)


def test_one_workflow_per_task_wherever_core_dies(tmp_path: Path) -> None:
    """Core dies right after each third start was sent, before it could note that; then right before."""
    for place in ("relay.after-send", "relay.before-send"):
        environment = {"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{place}:exit:3"}
        stack = start_stack(tmp_path / place, "--sandbox", environment=environment)
        try:
            ids, tasks = [], []
            for _ in range(5):
                ids.append(stack.api.submit("echo", {"message": str(uuid.uuid4())}))
                # One after the other: core dies at each third, and what it left is mended by the next core.
                tasks.append(stack.api.wait_for(ids[-1], seconds=60))
            assert stack.restarts("core") >= 1
            check_each_ended_once(stack, ids, tasks)
            again = stack.api.command(ids[0], "retry")
            assert again.status_code == 200
            retried = stack.api.wait_for(ids[0], "succeeded")
            assert retried["retry_count"] == 1
            assert len(runs_in_temporal(stack)[ids[0]]) == 2
        finally:
            stack.stop()
