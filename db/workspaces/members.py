"""The members of workspaces, who see nothing else."""

import uuid

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def lock_person(connection: AsyncConnection, user_id: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["lock_person"], {"user_id": user_id})).mappings().first()


async def add_member(connection: AsyncConnection, user_id: uuid.UUID, workspace: str, role: str) -> None:
    await connection.execute(_SQL["add"], {"user_id": user_id, "workspace": workspace, "role": role})


async def remove_member(connection: AsyncConnection, user_id: uuid.UUID, workspace: str) -> bool:
    """Whether they were in it."""
    values = {"user_id": user_id, "workspace": workspace}
    return (await connection.execute(_SQL["remove"], values)).first() is not None


async def leave_all(connection: AsyncConnection, user_id: uuid.UUID) -> None:
    await connection.execute(_SQL["leave_all"], {"user_id": user_id})


async def set_confined(connection: AsyncConnection, user_id: uuid.UUID, confined: bool) -> None:
    await connection.execute(_SQL["confine"], {"user_id": user_id, "confined": confined})
