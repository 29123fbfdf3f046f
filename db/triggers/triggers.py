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
    """None when the name is taken in its workspace. ``definition``: a `TriggerBody` as JSON."""
    return (await connection.execute(_SQL["add"], row)).mappings().first()


async def find_triggers(connection: AsyncConnection, key: str, workspace: str | None) -> Sequence[RowMapping]:
    """By name or id, in one workspace or in all; none that is deleted. Several workspaces may have one of a name."""
    return (await connection.execute(_SQL["find"], {"key": key, "workspace": workspace})).mappings().all()


async def lock_trigger(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """As it is now, for this transaction alone; also one that is deleted."""
    return (await connection.execute(_SQL["lock"], {"id": id_})).mappings().first()


async def find_by_address(connection: AsyncConnection, address: str) -> RowMapping | None:
    return (await connection.execute(_SQL["find_by_address"], {"address": address})).mappings().first()


async def find_to_act(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """Where the caller may change it; none that is deleted."""
    return (await connection.execute(_SQL["find_to_act"], {"id": id_})).mappings().first()


async def list_triggers(connection: AsyncConnection, workspace: str | None = None) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["list"], {"workspace": workspace})).mappings().all()


async def change_trigger(connection: AsyncConnection, id_: uuid.UUID, row: dict[str, Any]) -> RowMapping:
    return (await connection.execute(_SQL["change"], {**row, "id": id_})).mappings().one()


async def set_paused(connection: AsyncConnection, id_: uuid.UUID, paused: bool, note: str, by: str) -> RowMapping:
    row = {"id": id_, "paused": paused, "note": note, "by": by}
    return (await connection.execute(_SQL["set_paused"], row)).mappings().one()


async def halt(connection: AsyncConnection, id_: uuid.UUID, note: str, by: str) -> bool:
    """Pause it because of what it did; whether that is new."""
    return (await connection.execute(_SQL["halt"], {"id": id_, "note": note, "by": by})).first() is not None


async def halted_triggers(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Those that ClawdBot has paused: name, instance, note."""
    return (await connection.execute(_SQL["halted"])).mappings().all()


async def set_secret(
    connection: AsyncConnection, id_: uuid.UUID, secret: str, old: str | None, old_until: datetime | None, by: str
) -> None:
    row = {"id": id_, "secret": secret, "old": old, "old_until": old_until, "by": by}
    await connection.execute(_SQL["set_secret"], row)


async def delete_trigger(connection: AsyncConnection, id_: uuid.UUID, by: str) -> None:
    await connection.execute(_SQL["delete"], {"id": id_, "by": by})
