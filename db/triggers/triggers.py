"""Triggers as rows."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_trigger(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping | None:
    """None when the name is taken. ``definition``: a `TriggerBody` as JSON."""
    return (await connection.execute(_SQL["add"], row)).mappings().first()


async def find_trigger(connection: AsyncConnection, key: str, *, lock: bool = False) -> RowMapping | None:
    """By name or id; None for one that is deleted."""
    query = _SQL["find_to_change"] if lock else _SQL["find"]
    return (await connection.execute(query, {"key": key})).mappings().first()


async def find_by_address(connection: AsyncConnection, address: str) -> RowMapping | None:
    return (await connection.execute(_SQL["find_by_address"], {"address": address})).mappings().first()


async def list_triggers(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["list"])).mappings().all()


async def change_trigger(connection: AsyncConnection, id_: uuid.UUID, row: dict[str, Any]) -> RowMapping:
    return (await connection.execute(_SQL["change"], {**row, "id": id_})).mappings().one()


async def set_paused(connection: AsyncConnection, id_: uuid.UUID, paused: bool, note: str, by: str) -> RowMapping:
    row = {"id": id_, "paused": paused, "note": note, "by": by}
    return (await connection.execute(_SQL["set_paused"], row)).mappings().one()


async def halt(connection: AsyncConnection, id_: uuid.UUID, note: str, by: str) -> bool:
    """Pause it because of what it did; whether that is new."""
    return (await connection.execute(_SQL["halt"], {"id": id_, "note": note, "by": by})).first() is not None


async def halted_triggers(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Those that ClawdBot has paused: name, note."""
    return (await connection.execute(_SQL["halted"])).mappings().all()


async def set_secret(
    connection: AsyncConnection, id_: uuid.UUID, secret: str, old: str | None, old_until: datetime | None, by: str
) -> None:
    row = {"id": id_, "secret": secret, "old": old, "old_until": old_until, "by": by}
    await connection.execute(_SQL["set_secret"], row)


async def delete_trigger(connection: AsyncConnection, id_: uuid.UUID, by: str) -> None:
    await connection.execute(_SQL["delete"], {"id": id_, "by": by})
