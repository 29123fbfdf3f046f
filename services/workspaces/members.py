"""Makes people members of workspaces, which then are all that they see, and lets them see everything again."""

import uuid

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.chat.links import unlink
from db.workspaces import members
from db.workspaces.member_role import can_confine
from db.workspaces.workspaces import limits_of
from services.errors import BadInput, DomainError, WorkspaceNotFound


class NoSuchPerson(DomainError):
    """There is no such user."""

    status = 404
    see = "GET /api/v1/users"


class CannotConfine(DomainError):
    """Postgres cannot hold anybody to a workspace here: it has no role for members, and we may not make one. What its
    administrator has to run once stands in docs/workspaces.md; then start the server again."""

    status = 409


async def join(connection: AsyncConnection, workspace: str, user_id: uuid.UUID, role: str) -> RowMapping:
    """Put somebody into a workspace, or change their role there; the person.

    Whoever gets into their first one sees nothing else from then on; their tokens and sessions end.

    Raises:
        WorkspaceNotFound, NoSuchPerson.
        BadInput: they are an admin.
        CannotConfine: they would see everything all the same.
    """
    if await limits_of(connection, workspace) is None:
        raise WorkspaceNotFound
    person = await _person(connection, user_id)
    if person["role"] == "admin":
        raise BadInput(f"{person['name']} is an admin and sees everything. Give them another role first.")
    if not await can_confine(connection):
        raise CannotConfine
    await members.add_member(connection, user_id, workspace, role)
    # Also when nothing but a role has changed: what they see now, they see by tokens of now.
    await members.set_confined(connection, user_id, True)
    # Telegram's watches were chosen among everybody's tasks.
    await unlink(connection, user_id)
    return person


async def leave(connection: AsyncConnection, workspace: str, user_id: uuid.UUID) -> RowMapping:
    """Take somebody out of a workspace. Whoever was in one only sees nothing then, and not everything.

    Raises:
        NoSuchPerson, BadInput: they are not in it.
    """
    person = await _person(connection, user_id)
    if not await members.remove_member(connection, user_id, workspace):
        raise BadInput(f"{person['name']} is no member of '{workspace}'.")
    await members.set_confined(connection, user_id, True)
    return person


async def set_free(connection: AsyncConnection, user_id: uuid.UUID) -> RowMapping:
    """Somebody belongs to no workspace any more and sees everything, with the role that they have.

    Raises:
        NoSuchPerson, BadInput: they do so already.
    """
    person = await _person(connection, user_id)
    if not person["confined"]:
        raise BadInput(f"{person['name']} belongs to no workspace and sees everything already.")
    await members.leave_all(connection, user_id)
    await members.set_confined(connection, user_id, False)
    return person


async def _person(connection: AsyncConnection, user_id: uuid.UUID) -> RowMapping:
    person = await members.lock_person(connection, user_id)
    if person is None:
        raise NoSuchPerson
    return person
