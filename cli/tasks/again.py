"""`clawdbot tasks rerun`: a new task like an old one, with other params if wanted."""

from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, Follow, OfWorkspace, TaskId
from cli.tasks.ids import find_task
from cli.tasks.params import merge_words
from cli.tasks.types import schema_of
from cli.tasks.watching import tell
from contracts.tasks.views import CreatedView, TaskDetailView

#: Fields that the new task takes from the old one. Its follow-ups were done, or not; they are not done again.
_TAKEN = {"task_type", "params", "priority", "tags", "retry", "timeouts"}


def rerun(
    id_: TaskId,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="key=value…", help="Params that are to be otherwise.")
    ] = None,
    workspace: OfWorkspace = None,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit a task like an old one, which stays as it is. `retry` runs the old one itself once more.

    Example: clawdbot tasks rerun 1b2c3d4e limit=500 --watch
    """
    with ApiClient(find_connection(api_url)) as api:
        old = api.get(f"/tasks/{find_task(api, id_)}", TaskDetailView)
        body: dict[str, Any] = old.model_dump(mode="json", include=_TAKEN)
        body["needs_approval"] = old.approval is not None
        body["workspace"] = workspace or old.workspace
        if words:
            body["params"] = merge_words(body["params"], words, schema_of(api, old.task_type))
        created = api.post("/tasks", CreatedView, body)
        raise typer.Exit(tell(api, created, wait=wait, as_json=as_json))
