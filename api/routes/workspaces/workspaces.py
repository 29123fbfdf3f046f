"""Workspaces: what each may, how much of that it uses, and who belongs to it."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit
from api.security.principal import Admin, MemberReader
from api.state import Services
from contracts.workspaces.names import DEFAULT, NAME
from contracts.workspaces.requests import MemberBody, WorkspaceBody
from contracts.workspaces.views import WorkspaceDetailView, WorkspacesView, WorkspaceView
from db.people.left_behind import what_goes_on
from db.workspaces.workspaces import list_workspaces, members_of, put_workspace
from services.errors import BadInput, WorkspaceNotFound
from services.workspaces import members

router = APIRouter(prefix="/workspaces", tags=["workspaces"])

Name = Annotated[str, Path(pattern=NAME)]


@router.get("", summary="List workspaces, with their limits and what they use of them")
async def get_workspaces(_: MemberReader, state: Services) -> WorkspacesView:
    async with state.database.transaction() as connection:
        rows = await list_workspaces(connection)
    return WorkspacesView(workspaces=[WorkspaceView.model_validate(dict(row)) for row in rows])


@router.get("/{workspace}", summary="Show a workspace and its members")
async def get_workspace(workspace: Name, _: MemberReader, state: Services) -> WorkspaceDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await _shown(connection, workspace)


@router.put("/{workspace}", summary="Make a workspace, or change what it may")
async def put(workspace: Name, body: WorkspaceBody, caller: Admin, state: Services) -> WorkspaceDetailView:
    """What is under way goes on, also where it is more than a new limit; only new tasks are refused."""
    if workspace == DEFAULT:
        raise BadInput("The default workspace has no limits: whatever belongs nowhere else is there.")
    async with state.database.transaction() as connection:
        is_new = await put_workspace(connection, body.model_dump() | {"name": workspace, "created_by": caller.label})
        action = "workspace.create" if is_new else "workspace.change"
        await audit(connection, caller, action, workspace, **body.model_dump(exclude_none=True))
        return await _shown(connection, workspace)


@router.put(
    "/{workspace}/members/{user_id}", summary="Make somebody a member of a workspace, or change their role there"
)
async def join_workspace(
    workspace: Name, user_id: uuid.UUID, body: MemberBody, caller: Admin, state: Services
) -> WorkspaceDetailView:
    """From then on they see the workspaces that they are a member of, and nothing else. Their tokens and sessions end
    within 2 s, their keys follow, and their Telegram account is linked no more. Schedules and triggers that they have
    made go on in the default workspace; `goes_on` names them.
    """
    async with state.database.transaction() as connection:
        person = await members.join(connection, workspace, user_id, body.role)
        goes_on = await what_goes_on(connection, person["name"])
        said: dict[str, Any] = {"workspace": workspace, "role": body.role} | ({"goes_on": goes_on} if goes_on else {})
        await audit(connection, caller, "workspace.join", person["name"], **said)
        return (await _shown(connection, workspace)).model_copy(update={"goes_on": goes_on})


@router.delete("/{workspace}/members/{user_id}", summary="Take somebody out of a workspace")
async def leave_workspace(workspace: Name, user_id: uuid.UUID, caller: Admin, state: Services) -> WorkspaceDetailView:
    """Out of their last one they see nothing. `DELETE /api/v1/users/{user_id}/workspaces` lets them see everything."""
    async with state.database.transaction() as connection:
        person = await members.leave(connection, workspace, user_id)
        await audit(connection, caller, "workspace.leave", person["name"], workspace=workspace)
        return await _shown(connection, workspace)


async def _shown(connection: AsyncConnection, name: str) -> WorkspaceDetailView:
    rows = await list_workspaces(connection, name)
    if not rows:
        raise WorkspaceNotFound
    belong = [dict(row) for row in await members_of(connection, name)]
    return WorkspaceDetailView.model_validate({**rows[0], "members": belong})
