"""Changes a registered worker, for admins."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Worker

_VIEW = (Worker.id, Worker.name, Worker.capabilities, Worker.max_concurrency, Worker.serves)

# The name is free again, and history still says whose work it was.
_RETIRE = text("""
UPDATE workers SET retired_at = now(), polling = '{}',
    name = name || ' (retired ' || to_char(now(), 'YYYY-MM-DD') || ', ' || left(id::text, 8) || ')'
WHERE id = :id AND retired_at IS NULL RETURNING name
""")


async def find_worker(connection: AsyncConnection, id_: uuid.UUID | None) -> RowMapping | None:
    """A worker that is not retired."""
    query = select(*_VIEW).where(Worker.id == id_, Worker.retired_at.is_(None))
    return (await connection.execute(query)).mappings().first()


async def worker_exists(connection: AsyncConnection, name: str) -> bool:
    return (await connection.execute(select(Worker.id).where(Worker.name == name))).first() is not None


async def change_worker(connection: AsyncConnection, id_: uuid.UUID, changes: Mapping[str, Any]) -> RowMapping | None:
    """The worker as it is now, or None when there is none; a name that is taken is an IntegrityError."""
    statement = update(Worker).where(Worker.id == id_, Worker.retired_at.is_(None)).values(**changes)
    return (await connection.execute(statement.returning(*_VIEW))).mappings().first()


async def retire_worker(connection: AsyncConnection, id_: uuid.UUID) -> str | None:
    """Its name from now on, or None when there is no such worker."""
    name: str | None = (await connection.execute(_RETIRE, {"id": id_})).scalar()
    return name
