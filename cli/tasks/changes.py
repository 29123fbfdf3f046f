"""Steering tasks: cancel, retry, reprioritise, note, delete."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, TaskId, TaskIds
from cli.options import priority as read_priority
from cli.output import print_json, say
from cli.tasks.ids import find_task, for_each
from cli.text import one_line
from contracts.tasks.views import CancelView, NoteView, PriorityView, RetryView


def cancel(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Cancel tasks, whatever they are doing.

    Example: clawdbot tasks cancel 1b2c3d4e 5f6a7b8c
    """
    with ApiClient(find_connection(api_url)) as api:
        done, code = for_each(api, ids, lambda id_: api.post(f"/tasks/{id_}/cancel", CancelView))
    if as_json:
        print_json(done)
    for each in done if not as_json else ():
        say(f"{each.id}  {'cancelled' if each.cancelled else f'cancel is on its way, the task is {each.status.words}'}")
    raise typer.Exit(code)


def retry(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Run tasks that are over once more. A crawl goes on where it stopped.

    Example: clawdbot tasks retry 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        done, code = for_each(api, ids, lambda id_: api.post(f"/tasks/{id_}/retry", RetryView))
    if as_json:
        print_json(done)
    for each in done if not as_json else ():
        say(f"{each.id}  {each.status.words}, retry {each.retry_count}")
    raise typer.Exit(code)


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
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/tasks/{find_task(api, id_)}/reprioritise", PriorityView, {"priority": priority})
    if as_json:
        print_json(done)
    else:
        say(f"{done.id}  priority {one_line(done.priority_label)} ({done.priority})")


def note(id_: TaskId, text: str, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Add to the notes of a task.

    Example: clawdbot tasks note 1b2c3d4e 'checked by hand'
    """
    with ApiClient(find_connection(api_url)) as api:
        task_id = find_task(api, id_)
        done = api.post(f"/tasks/{task_id}/notes", NoteView, {"text": text})
    if as_json:
        print_json(done)
    else:
        say(f"{task_id}  noted as {one_line(done.author)}")


def delete(ids: TaskIds, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Hide tasks that are over.

    Example: clawdbot tasks delete 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:

        def act(task_id: object) -> dict[str, str]:
            api.delete(f"/tasks/{task_id}")
            return {"id": str(task_id)}

        done, code = for_each(api, ids, act)
    if as_json:
        print_json(done)
    for each in done if not as_json else ():
        say(f"{each['id']}  deleted")
    raise typer.Exit(code)
