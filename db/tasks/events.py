"""The history of tasks: appending to it, and reading on from an event."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import EventView
from db.models import TaskEvent


async def add_event(
    connection: AsyncConnection,
    task_id: uuid.UUID,
    type_: str,
    status: TaskStatus,
    *,
    round_: int = 0,
    actor: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One line of a task's history; listeners are notified at commit."""
    values = {
        "task_id": task_id,
        "type": type_,
        "status": status.value,
        "round": round_,
        "actor": actor,
        "details": details,
    }
    await connection.execute(insert(TaskEvent).values(values))


async def last_event_id(connection: AsyncConnection) -> int:
    found = await connection.execute(select(TaskEvent.id).order_by(TaskEvent.id.desc()).limit(1))
    return found.scalar() or 0


async def events_after(
    connection: AsyncConnection,
    after: int,
    limit: int,
    *,
    until: int | None = None,
    task_ids: Sequence[uuid.UUID] | None = None,
) -> list[EventView]:
    """Events with a higher id, oldest first."""
    table = TaskEvent.__table__
    query = select(*table.c).where(table.c.id > after).order_by(table.c.id).limit(limit)
    if until is not None:
        query = query.where(table.c.id <= until)
    if task_ids is not None:
        query = query.where(table.c.task_id.in_(task_ids))
    return [EventView.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
