"""The rows of workspaces, and how much of its limits each uses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def limits_of(connection: AsyncConnection, name: str) -> RowMapping | None:
    """What a workspace may; None: there is none with this name."""
    return (await connection.execute(_SQL["limits"], {"name": name})).mappings().first()


async def one_by_one(connection: AsyncConnection, name: str) -> None:
    """Wait for whoever submits to this workspace right now."""
    await connection.execute(_SQL["one_by_one"], {"name": name})


async def used_by(connection: AsyncConnection, name: str, *, most_open: int, most_new: int, cost: bool) -> RowMapping:
    """Tasks are counted up to the numbers that are given; the cost only if it is asked for."""
    values = {"name": name, "most_open": most_open, "most_new": most_new, "cost": cost}
    return (await connection.execute(_SQL["used"], values)).mappings().one()


async def list_workspaces(connection: AsyncConnection, name: str | None = None) -> Sequence[RowMapping]:
    """All of them, or the one with this name, with what they use."""
    return (await connection.execute(_SQL["list"], {"name": name})).mappings().all()


async def put_workspace(connection: AsyncConnection, row: dict[str, Any]) -> bool:
    """Whether it is new."""
    return bool((await connection.execute(_SQL["put"], row)).scalar_one())


async def members_of(connection: AsyncConnection, name: str) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["members"], {"name": name})).mappings().all()
