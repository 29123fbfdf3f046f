"""Bulk actions as rows: previewed, begun, moved on batch by batch, stopped."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_preview(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping:
    await connection.execute(_SQL["forget"])
    packed = {name: json.dumps(row[name]) for name in ("arguments", "filter", "frozen")}
    return (await connection.execute(_SQL["preview"], row | packed)).mappings().one()


async def start_bulk(connection: AsyncConnection, id_: uuid.UUID, actor: str) -> RowMapping | None:
    """None when there is no such preview of this actor any more."""
    return (await connection.execute(_SQL["start"], {"id": id_, "actor": actor})).mappings().first()


async def stop_bulk(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """None when it does not run."""
    return (await connection.execute(_SQL["stop"], {"id": id_})).mappings().first()


async def get_bulk(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["show"], {"id": id_})).mappings().first()


async def list_bulks(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """Those that have begun, the newest first."""
    return (await connection.execute(_SQL["list"], {"limit": limit})).mappings().all()


async def take_bulk(connection: AsyncConnection) -> RowMapping | None:
    """One that runs, for this transaction."""
    return (await connection.execute(_SQL["take"])).mappings().first()


async def move_bulk(
    connection: AsyncConnection, id_: uuid.UUID, place: tuple[datetime, uuid.UUID] | None, done: int, skipped: int
) -> None:
    """``place``: the last task that was looked at; None: there were no more."""
    place_at, place_id = place or (None, None)
    row = {"id": id_, "place_at": place_at, "place_id": place_id, "done": done, "skipped": skipped}
    await connection.execute(_SQL["move"], row)
