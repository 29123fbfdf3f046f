"""Templates of tasks and plans as rows: versions are added, found, and forgotten together."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_version(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping:
    packed = {name: None if row[name] is None else json.dumps(row[name]) for name in ("task", "plan", "fields")}
    return (await connection.execute(_SQL["add"], row | packed)).mappings().one()


async def find_template(connection: AsyncConnection, name: str, version: int | None = None) -> RowMapping | None:
    """The newest version, unless one is named."""
    return (await connection.execute(_SQL["find"], {"name": name, "version": version})).mappings().first()


async def list_templates(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["list"])).mappings().all()


async def forget_template(connection: AsyncConnection, name: str) -> int:
    """How many versions there were."""
    return (await connection.execute(_SQL["forget"], {"name": name})).rowcount
