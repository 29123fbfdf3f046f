"""The mirror and Temporal say the same, also where both were about to say something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import temporalio.api.enums.v1 as enums

from contracts.names import activity_id
from contracts.tasks.work import TOLD_BY_GATEWAY
from tests.stack.gateway.raw_worker import raw_worker
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.temporal_side import payload

_Status = enums.WorkflowExecutionStatus
_Event = enums.EventType


@contextmanager
def nobody_writes(stack: RunningStack, id_: str) -> Iterator[None]:
    """The row of the task is locked for the length of the block."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("SELECT 1 FROM tasks WHERE id = %s FOR UPDATE", (id_,))
        yield


def has(stack: RunningStack, id_: str, event: _Event.ValueType) -> bool:
    if not stack.temporal_side.exists(id_):
        return False
    return any(each.event_type == event for each in stack.temporal_side.history(id_).events)


def test_a_cancel_during_the_last_activity_comes_too_late_for_both(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/done"})
    eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), 20, "its activity waits")
    with nobody_writes(stack, id_):
        stack.temporal_side.complete(id_, activity_id(0), "{}")
        eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_COMPLETED), 20, "the work is done")
        stack.temporal_side.cancel(id_)
        eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED), 20, "asked")
    ended = eventually(lambda: _end(stack, id_), 40, "the workflow is over")
    assert ended == _Status.WORKFLOW_EXECUTION_STATUS_COMPLETED
    api.wait_for(id_, "succeeded")


def test_a_cancel_that_reaches_a_worker_which_is_done_comes_too_late_for_both(stack: RunningStack, api: Api) -> None:
    _, _, key = stack.register(["mock_content"])
    with raw_worker(stack, key) as worker:
        id_ = api.submit("mock_content")
        task = worker.poll("mock_content")
        stack.temporal_side.cancel(id_)
        eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED), 20, "it is to stop")
        worker.complete(task.task_token, b'{"posts": 1}')
        ended = eventually(lambda: _end(stack, id_), 40, "the workflow is over")
    assert ended == _Status.WORKFLOW_EXECUTION_STATUS_COMPLETED
    assert api.wait_for(id_, "succeeded")["result"] == {"posts": 1}


def test_a_success_that_the_gateway_lost_is_shown_all_the_same(stack: RunningStack, api: Api) -> None:
    """As if it had died between Temporal, which has its word that it would write this down, and Postgres."""
    id_ = api.submit("web_monitor", {"url": "https://example.com/lost"})
    eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), 20, "its activity waits")
    told = payload("json/plain", '{"changed": true}')
    told.metadata[TOLD_BY_GATEWAY] = b"true"
    stack.temporal_side.complete(id_, activity_id(0), told)
    assert api.wait_for(id_, "succeeded", seconds=5)["result"] == {"changed": True}


def test_a_success_that_postgres_refuses_fails_with_a_sentence(stack: RunningStack, api: Api) -> None:
    """Whoever was to write it down: the gateway, or its workflow."""
    damaged = "UPDATE tasks SET follow_ups = %s WHERE id = %s"
    told = payload("json/plain", "{}")
    told.metadata[TOLD_BY_GATEWAY] = b"true"
    for result in (told, "{}"):
        id_ = api.submit("web_monitor", {"url": "https://example.com/refused"})
        stack.execute(damaged, '[{"condition": "ended"}]', id_)
        eventually(partial(has, stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), 20, "its activity waits")
        stack.temporal_side.complete(id_, activity_id(0), result)
        task = api.wait_for(id_, "failed", seconds=15)
        assert (task["error"]["type"], task["result"]) == ("NotStored", None)
        assert "cannot be written" in task["error"]["message"]
        eventually(partial(_end, stack, id_), 20, "the workflow is over, too")
        # A person may have it done again.
        api.command(id_, "retry")
        api.carry_out(id_, "cancel", "cancelled")


def test_a_reset_of_an_earlier_run_after_a_retry_is_a_run_like_any_other(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = api.submit("echo", {"message": "again"})
        api.wait_for(id_, "succeeded")
        first_run = _run(stack, id_)
        api.command(id_, "retry")
        second = api.wait_for(id_, "succeeded")
        assert second["retry_count"] == 1
        stack.temporal_side.reset(id_, "the first one once more", first_run)

        def third_success() -> bool:
            task = api.task(id_)
            return bool(task["status"] == "succeeded" and task["completed_at"] > second["completed_at"])

        eventually(third_success, 10, "the end of the run that was reset is shown")
        task = api.task(id_)
        assert (task["retry_count"], task["attempts"][-1]["status"]) == (1, "succeeded")
        assert api.command(id_, "retry").json()["retry_count"] == 2
        assert api.wait_for(id_, "succeeded")["retry_count"] == 2
    assert api.http.delete(f"/tasks/{id_}").status_code == 204


def test_a_reset_that_overtakes_the_start_of_a_retry_is_that_retry(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        id_ = api.submit("mock_content")
        api.wait_for(id_, "succeeded")
    with stack.suspended("core"):
        assert api.command(id_, "retry").is_success
        stack.temporal_side.reset(id_, "the first one once more")
    run = _run(stack, id_)
    eventually(lambda: stack.rows("SELECT 1 FROM tasks WHERE id = %s AND run_id = %s", id_, run), 10, "it is followed")
    assert stack.rows("SELECT 1 FROM outbox WHERE task_id = %s", id_) == []
    with stack.worker("mock_content"):
        assert api.wait_for(id_, "succeeded")["retry_count"] == 1
    assert _run(stack, id_) == run


def test_a_reset_of_an_earlier_run_can_be_cancelled(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        id_ = api.submit("mock_content")
        api.wait_for(id_, "succeeded")
    first_run = _run(stack, id_)
    api.command(id_, "retry")
    eventually(lambda: _run(stack, id_) != first_run, 10, "the second round has begun")
    second_run = _run(stack, id_)
    stack.temporal_side.reset(id_, "the first one once more", first_run)
    eventually(lambda: _run(stack, id_) != second_run, 10, "it was reset")
    run = _run(stack, id_)
    eventually(lambda: stack.rows("SELECT 1 FROM tasks WHERE id = %s AND run_id = %s", id_, run), 10, "it is followed")
    assert api.status(id_) == "pending"
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled", seconds=5)


def test_a_start_time_that_passes_before_the_workflow_begins_is_over(stack: RunningStack, api: Api) -> None:
    with stack.suspended("core"):
        id_ = api.submit("web_monitor", {"url": "https://example.com/late"}, run_at="2031-01-01T00:00:00Z")
        assert api.status(id_) == "scheduled"
        stack.execute("UPDATE tasks SET run_at = now() - interval '1 second' WHERE id = %s", id_)
    api.wait_for(id_, "pending", seconds=10)
    api.command(id_, "cancel")


def test_a_pause_in_temporal_is_why_it_waits(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/paused"})
    eventually(lambda: has(stack, id_, _Event.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), 20, "its activity waits")
    stack.temporal_side.pause_activity(id_, activity_id(0), "wait for the release")
    _ask(stack, id_)
    paused = "paused in Temporal by a test: wait for the release"
    eventually(lambda: api.task(id_)["waiting_because"] == paused, 10, "it says so")
    stack.temporal_side.unpause_activity(id_, activity_id(0))
    _ask(stack, id_)
    eventually(lambda: api.task(id_)["waiting_because"] != paused, 10, "no longer")
    assert api.status(id_) == "pending"
    api.command(id_, "cancel")


def _run(stack: RunningStack, id_: str) -> str:
    return stack.temporal_side.describe(id_).workflow_execution_info.execution.run_id


def _end(stack: RunningStack, id_: str) -> int | None:
    status = stack.temporal_side.describe(id_).workflow_execution_info.status
    return None if status == _Status.WORKFLOW_EXECUTION_STATUS_RUNNING else status


def _ask(stack: RunningStack, id_: str) -> None:
    """Have the reconciler ask about it now."""
    stack.execute("UPDATE tasks SET reconcile_after = now() WHERE id = %s", id_)
