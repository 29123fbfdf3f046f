"""Tasks by workspace, under the addresses of the task queue plan: `/instances/{id}/tasks`.

They are the routes of tasks, narrowed to one workspace: a task of another one is not there.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse

from api.idempotency import IdempotencyKey
from api.routes.tasks import commands, stream, tasks
from api.security.principal import MemberOperator, MemberReader, MemberSubmitter
from api.state import Services
from contracts.tasks.plain_language import CreatedFromTextView
from contracts.tasks.plain_language_requests import TaskSubmission
from contracts.tasks.views import CancelView, CreatedView, RetryView, TaskDetailView, TaskPage
from contracts.workspaces.names import DEFAULT, NAME
from contracts.workspaces.requests import TaskChange
from db.tasks.queries import get_task
from db.workspaces.workspaces import limits_of
from services.errors import BadInput, TaskNotFound, WorkspaceNotFound

router = APIRouter(prefix="/instances/{workspace}/tasks", tags=["workspaces"])

Workspace = Annotated[str, Path(pattern=NAME, description="Name of a workspace, or `default`")]


async def _known(workspace: Workspace, caller: MemberReader, state: Services) -> str:
    """Before an answer begins, which a stream could not take back. To a member the others are none."""
    if caller.workspaces is not None:
        is_there = workspace in caller.workspaces
    elif not (is_there := workspace == DEFAULT):
        async with state.database.transaction() as connection:
            is_there = await limits_of(connection, workspace) is not None
    if not is_there:
        raise WorkspaceNotFound
    return workspace


WorkspaceThere = Annotated[str, Depends(_known)]


async def _task_there(workspace: Workspace, task_id: uuid.UUID, _: MemberReader, state: Services) -> uuid.UUID:
    async with state.database.transaction() as connection:
        row = await get_task(connection, task_id)
    if row is None or row["instance"] != workspace:
        raise TaskNotFound
    return task_id


#: Named behind the caller: whoever may not do it is told so, whether the task is there or not.
TaskThere = Annotated[uuid.UUID, Depends(_task_there)]


@router.post(
    "", status_code=201, response_model=CreatedView | CreatedFromTextView, summary="Submit a task to a workspace"
)
async def create_there(
    workspace: Workspace,
    body: TaskSubmission,
    caller: MemberSubmitter,
    state: Services,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    if "workspace" in body.model_fields_set and body.workspace != workspace:
        raise BadInput(
            f"The address says '{workspace}' and the body '{body.workspace}'. Leave the workspace out of the body.",
            [("workspace", "is another one than that of the address")],
        )
    there = body.model_copy(update={"workspace": workspace})
    return await tasks.create_task(there, caller, state, idempotency_key)


@router.get("", summary="List the tasks of a workspace")
async def list_there(
    workspace: WorkspaceThere, query: Annotated[tasks.ListQuery, Query()], caller: MemberReader, state: Services
) -> TaskPage:
    return await tasks.get_tasks(query.model_copy(update={"workspace": workspace}), caller, state)


@router.get("/stream", summary="Stream changes of a workspace as they happen (Server-Sent Events)")
async def stream_there(
    workspace: WorkspaceThere,
    request: Request,
    caller: MemberReader,
    state: Services,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    return await stream.stream(request, caller, state, None, workspace, last_event_id)


@router.get("/{task_id}", summary="Show a task of a workspace with everything about it")
async def show_there(task_id: TaskThere, caller: MemberReader, state: Services) -> TaskDetailView:
    return await tasks.get_one(task_id, caller, state)


@router.patch("/{task_id}", response_model=CancelView | RetryView, summary="Cancel or retry a task of a workspace")
async def change_there(
    caller: MemberOperator, task_id: TaskThere, body: TaskChange, state: Services
) -> CancelView | RetryView:
    if body.action == "cancel":
        return await commands.cancel(task_id, caller, state)
    return await commands.retry(task_id, caller, state)


@router.delete("/{task_id}", status_code=204, summary="Delete a task of a workspace that is over: hide it from lists")
async def delete_there(caller: MemberOperator, task_id: TaskThere, state: Services) -> Response:
    return await commands.delete(task_id, caller, state)
