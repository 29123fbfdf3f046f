"""Steering tasks: cancel, retry, reprioritise, note, delete."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.acting import act_on, on_each_task, tell
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, TaskId, TaskIds
from cli.options import priority as read_priority
from cli.tasks.ids import find_task
from cli.text import one_line
from contracts.tasks.views import CancelView, NoteView, PriorityView, RetryView


def cancel(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Cancel tasks, whatever they are doing.

    Example: clawdbot tasks cancel 1b2c3d4e 5f6a7b8c
    """
    on_each_task(ids, lambda api, id_: api.post(f"/tasks/{id_}/cancel", CancelView), _cancelled, api_url, as_json)


def _cancelled(task: CancelView) -> str:
    how = "cancelled" if task.cancelled else f"cancel is on its way, the task is {task.status.words}"
    return f"{task.id}  {how}"


def retry(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Run tasks that are over once more. A crawl goes on where it stopped.

    Example: clawdbot tasks retry 1b2c3d4e
    """
    on_each_task(ids, lambda api, id_: api.post(f"/tasks/{id_}/retry", RetryView), _retried, api_url, as_json)


def _retried(task: RetryView) -> str:
    return f"{task.id}  {task.status.words}, retry {task.retry_count}"


def reprioritise(
    id_: TaskId,
    priority: Annotated[
        int, typer.Argument(parser=read_priority, metavar="PRIORITY", help="critical, high, normal, low or 0-100.")
    ],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change the place of a waiting task in its queue.

    Example: clawdbot tasks reprioritise 1b2c3d4e critical
    """
    body = {"priority": priority}
    done = act_on(lambda api: f"/tasks/{find_task(api, id_)}/reprioritise", PriorityView, body, api_url)
    tell(done, f"{done.id}  priority {one_line(done.priority_label)} ({done.priority})", as_json)


def note(id_: TaskId, text: str, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Add to the notes of a task.

    Example: clawdbot tasks note 1b2c3d4e 'checked by hand'
    """
    with ApiClient(find_connection(api_url)) as api:
        task_id = find_task(api, id_)
        done = api.post(f"/tasks/{task_id}/notes", NoteView, {"text": text})
    tell(done, f"{task_id}  noted as {one_line(done.author)}", as_json)


def delete(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Hide tasks that are over.

    Example: clawdbot tasks delete 1b2c3d4e
    """
    on_each_task(ids, _delete, lambda task: f"{task['id']}  deleted", api_url, as_json)


def _delete(api: ApiClient, task_id: UUID) -> Mapping[str, Any]:
    api.delete(f"/tasks/{task_id}")
    return {"id": str(task_id)}
