"""A part of the stack is killed under load: what was accepted is done, nothing is done twice."""

import time
from collections import Counter

from temporalio.api.enums.v1 import WorkflowExecutionStatus

from tests.stack.harness import Api, RunningStack, Task, eventually

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
    wanted = dict.fromkeys(ids, ("WORKFLOW_EXECUTION_STATUS_COMPLETED",))

    def shown() -> bool:
        runs = runs_in_temporal(stack)
        return {id_: runs.get(id_) for id_ in ids} == wanted

    # Temporal's list comes a little after what it lists. A run too many would stay in it.
    eventually(shown, 20, f"Temporal lists one run, completed, of each of {ids}")


def runs_in_temporal(stack: RunningStack) -> dict[str, tuple[str, ...]]:
    """Workflow id -> the status of each of its runs."""
    runs: dict[str, tuple[str, ...]] = {}
    for run in stack.temporal_side.listed("WorkflowType='Task'"):
        id_ = run.execution.workflow_id
        runs[id_] = (*runs.get(id_, ()), WorkflowExecutionStatus.Name(run.status))
    return runs


def kill_under_load(stack: RunningStack, api: Api, part: str) -> Counter[str]:
    """kill -9 of a part while a hundred tasks run; how they ended, each of them once."""
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
    return Counter(task["status"] for task in tasks)
