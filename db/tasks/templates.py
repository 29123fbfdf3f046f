"""Templates of tasks and plans as rows: versions are added, found, and forgotten together."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_version(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping:
    """``workspace``: the one that its task or plan names."""
    packed = {name: None if row[name] is None else json.dumps(row[name]) for name in ("task", "plan", "fields")}
    return (await connection.execute(_SQL["add"], row | packed)).mappings().one()


async def find_templates(
    connection: AsyncConnection, name: str, version: int | None = None, workspace: str | None = None
) -> Sequence[RowMapping]:
    """The newest version, unless one is named, in one workspace or in each that has one of this name."""
    wanted = {"name": name, "version": version, "workspace": workspace}
    return (await connection.execute(_SQL["find"], wanted)).mappings().all()


async def list_templates(connection: AsyncConnection, workspace: str | None = None) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["list"], {"workspace": workspace})).mappings().all()


async def forget_template(connection: AsyncConnection, name: str, workspace: str) -> int:
    """How many versions there were."""
    return (await connection.execute(_SQL["forget"], {"name": name, "workspace": workspace})).rowcount
