"""What people do from the `temporal` CLI or its Web UI is right in the facade within 5 seconds."""

import json
import uuid

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task, eventually

pytestmark = pytest.mark.alone

#: The promise (P5).
SECONDS = 5


def test_terminate(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/terminate"})
    _wait_until_started(stack, id_)
    stack.temporal("workflow", "terminate", "--workflow-id", id_, "--reason", "enough")
    task = api.wait_for(id_, "cancelled", seconds=SECONDS)
    assert task["error"]["type"] == "Terminated"
    assert "enough" in task["error"]["message"]


def test_terminate_while_a_worker_has_it(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"):
        id_ = api.submit("delay", {"seconds": 60, "steps": 600})
        api.wait_for(id_, "running")
        stack.temporal_side.terminate(id_)
        api.wait_for(id_, "cancelled", seconds=SECONDS)
        # The worker lets go of it and is free again.
        next_one = api.wait_for(api.submit("delay", {"seconds": 0.1, "steps": 1}), "succeeded")
        assert next_one["attempt"] == 1


def test_cancel(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/cancel"})
    _wait_until_started(stack, id_)
    stack.temporal("workflow", "cancel", "--workflow-id", id_)
    assert api.wait_for(id_, "cancelled", seconds=SECONDS)["error"] is None


@pytest.mark.parametrize("workflow_id", [None, "by-hand-{}"])
def test_start_by_hand(stack: RunningStack, api: Api, workflow_id: str | None) -> None:
    id_ = workflow_id.format(uuid.uuid4()) if workflow_id else str(uuid.uuid4())
    with stack.worker("echo") as process:
        worker = process.name
        _start_by_hand(stack, id_, {"type": "echo", "params": {"message": id_}})
        task = eventually(lambda: _find(api, id_), SECONDS, "the task is listed")
        task = api.wait_for(task["id"], "succeeded", seconds=SECONDS)
    assert task["result"]["message"] == id_
    assert task["created_by"].startswith("temporal:")
    # Who did it is known, although its claim passed before the facade had heard of the task.
    assert [(each["attempt"], each["status"], each["worker"]) for each in task["attempts"]] == [
        (1, "succeeded", worker)
    ]


def test_a_crawl_started_by_hand_delivers_its_rows(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    """Its first rows may come before the facade has heard of the task, and are of the ticker that its worker reads."""
    params = {"ticker": "$meta", "subreddits": ["stocks"], "date_range": {"from": "2026-01-01", "to": "2026-03-01"}}
    id_ = str(uuid.uuid4())
    with stack.worker("reddit_crawl", environment=sources.environment()):
        _start_by_hand(stack, id_, {"type": "reddit_crawl", "params": params})
        eventually(lambda: _find(api, "$meta"), SECONDS, "the task is listed")
        task = api.wait_for(id_, "succeeded", seconds=20)
    assert task["ticker"] == "META"
    stored = stack.rows("SELECT count(*) FROM reddit_posts_raw WHERE ticker = 'META'")
    assert stored[0]["count"] == task["result"]["posts_collected"] > 0


def test_reset_runs_the_task_again_under_the_same_id(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = api.submit("echo", {"message": "again"})
        first = api.wait_for(id_, "succeeded")
        stack.temporal_side.reset(id_, "once more")

        def second_success() -> bool:
            task = api.task(id_)
            return bool(task["status"] == "succeeded" and task["completed_at"] > first["completed_at"])

        eventually(second_success, SECONDS, "the new run's end is shown")
    events = [event["type"] for event in api.task(id_)["events"]]
    assert events.count("succeeded") == 2
    assert "new_run" in events


def test_reset_to_a_waiting_task_opens_it_again(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        id_ = api.submit("mock_content")
        api.wait_for(id_, "succeeded")
    stack.temporal("workflow", "reset", "--workflow-id", id_, "--type", "FirstWorkflowTask", "--reason", "once more")
    task = api.wait_for(id_, "pending", seconds=SECONDS)
    assert task["result"] is None
    assert task["completed_at"] is None
    assert api.command(id_, "cancel").json()["cancelled"] is True


def test_the_web_ui_can_tell_tasks_apart(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/"}, priority="high")
    _wait_until_started(stack, id_)
    described = json.loads(stack.temporal("workflow", "describe", "--workflow-id", id_, "--output", "json"))
    attributes = described["workflowExecutionInfo"]["searchAttributes"]["indexedFields"]
    assert {"TaskType", "CreatedBy", "TaskPriority"} <= set(attributes)
    assert "web_monitor" in json.dumps(described["executionConfig"]["userMetadata"]) or "d2ViX21vbml0b3I" in json.dumps(
        described["executionConfig"]["userMetadata"]
    )
    api.command(id_, "cancel")


def _start_by_hand(stack: RunningStack, workflow_id: str, task: dict[str, object]) -> None:
    stack.temporal(
        "workflow", "start", "--type", "Task", "--task-queue", "clawdbot-core",
        "--workflow-id", workflow_id, "--input", json.dumps(task),
    )  # fmt: skip


def _find(api: Api, message: str) -> Task | None:
    tasks: list[Task] = api.http.get("/tasks", params={"text": message}).json()["tasks"]
    return tasks[0] if tasks else None


def _wait_until_started(stack: RunningStack, id_: str) -> None:
    def started() -> bool:
        return not stack.rows("SELECT 1 FROM outbox WHERE task_id = %s", id_)

    eventually(started, 10, "the workflow is started")
