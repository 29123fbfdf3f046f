"""The audit log: adding a line, reading it. Lines are never changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AuditEntry

#: In the order of a file with all of them.
_BEGINNING = re.compile("[0-9a-f-]{6,35}")
COLUMNS = ("id", "at", "actor", "action", "object", "details")


@dataclass(frozen=True)
class AuditFilter:
    """Every one that is given must match."""

    actor: str | None = None
    #: The whole action, or its beginning up to a dot: `worker` finds `worker.revoke`.
    action: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add_entry(
    connection: AsyncConnection, actor: str, action: str, object_: str, details: dict[str, Any]
) -> None:
    await connection.execute(insert(AuditEntry).values(actor=actor, action=action, object=object_, details=details))


async def list_entries(
    connection: AsyncConnection, wanted: AuditFilter, *, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first, those older than the line ``before``."""
    table = AuditEntry.__table__.c
    query = select(*(table[name] for name in COLUMNS)).order_by(table.id.desc()).limit(limit)
    for condition in _conditions(wanted):
        query = query.where(condition)
    if before is not None:
        query = query.where(table.id < before)
    return (await connection.execute(query)).mappings().all()


def _conditions(wanted: AuditFilter) -> list[Any]:
    table = AuditEntry.__table__.c
    conditions: list[Any] = []
    if wanted.actor:
        conditions.append(table.actor == wanted.actor)
    if wanted.action:
        conditions.append(
            (table.action == wanted.action) | table.action.startswith(f"{wanted.action}.", autoescape=True)
        )
    if wanted.object:
        # Lists show the beginnings of ids.
        is_beginning = _BEGINNING.fullmatch(wanted.object)
        conditions.append(table.object.startswith(wanted.object) if is_beginning else table.object == wanted.object)
    if wanted.since:
        conditions.append(table.at >= wanted.since)
    if wanted.until:
        conditions.append(table.at < wanted.until)
    return conditions
