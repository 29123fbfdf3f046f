"""Routes of people, for admins."""

import asyncio
import uuid

from fastapi import APIRouter, Response

from api.audit import audit
from api.security.principal import Admin
from api.state import Services
from contracts.people.requests import NewUser, PasswordReset, UserChange
from contracts.people.views import UsersView, UserView
from db.people.left_behind import what_goes_on
from db.people.users import LastAdmin, change_user, create_user, list_users, set_password
from services.errors import BadInput, DomainError, NameTaken
from services.people.passwords import hash_password
from services.workspaces import members

router = APIRouter(prefix="/users", tags=["people"])


class UserNotFound(DomainError):
    """There is no such user."""

    status = 404
    see = "GET /api/v1/users"


class OneAdminNeeded(DomainError):
    """This is the last admin. Make somebody else an admin first, or nobody could change anything any more."""

    status = 409


@router.get("", summary="List the people who may sign in, disabled ones included")
async def get_users(_: Admin, state: Services) -> UsersView:
    async with state.database.transaction() as connection:
        rows = await list_users(connection)
    return UsersView(users=[UserView.model_validate(dict(row)) for row in rows])


@router.post("", status_code=201, summary="Add a person")
async def create(body: NewUser, caller: Admin, state: Services) -> UserView:
    hashed = await asyncio.to_thread(hash_password, body.password.get_secret_value())
    async with state.database.transaction() as connection:
        row = await create_user(connection, body.name, body.role, hashed)
        if row is None:
            raise NameTaken(f"There is a user called '{body.name}' already. Choose another name.")
        await audit(connection, caller, "user.create", body.name, role=body.role)
    return UserView.model_validate(dict(row))


@router.patch("/{user_id}", summary="Change the role of a person; disable or enable a person")
async def change(user_id: uuid.UUID, body: UserChange, caller: Admin, state: Services) -> UserView:
    """Their tokens end within 2 s. Keys of somebody who is disabled rest, and follow a changed role. What they have
    made goes on; `goes_on` names what does so by itself.
    """
    if body.role is None and body.disabled is None:
        raise BadInput("Say what to change: role or disabled.")
    try:
        async with state.database.transaction() as connection:
            row = await change_user(connection, user_id, body.role, body.disabled)
            if row is None:
                raise UserNotFound
            goes_on = await what_goes_on(connection, row["name"])
            changes = body.model_dump(exclude_none=True) | ({"goes_on": goes_on} if goes_on else {})
            await audit(connection, caller, "user.change", row["name"], **changes)
    except LastAdmin:
        raise OneAdminNeeded from None
    return UserView.model_validate({**row, "goes_on": goes_on})


@router.delete("/{user_id}/workspaces", summary="Let somebody see everything again, with their own role")
async def set_free(user_id: uuid.UUID, caller: Admin, state: Services) -> UserView:
    """They are no member of any workspace any more. Their tokens and sessions end within 2 s."""
    async with state.database.transaction() as connection:
        person = await members.set_free(connection, user_id)
        await audit(connection, caller, "workspace.set_free", person["name"])
        row = next(each for each in await list_users(connection) if each["id"] == user_id)
    return UserView.model_validate(dict(row))


@router.put("/{user_id}/password", status_code=204, summary="Set a new password of a person")
async def reset_password(user_id: uuid.UUID, body: PasswordReset, caller: Admin, state: Services) -> Response:
    """Their tokens end within 2 s; their keys stay."""
    hashed = await asyncio.to_thread(hash_password, body.password.get_secret_value())
    async with state.database.transaction() as connection:
        name = await set_password(connection, user_id, hashed)
        if name is None:
            raise UserNotFound
        await audit(connection, caller, "user.set_password", name)
    return Response(status_code=204)
