"""The history of tasks: appending to it, and reading on from an event."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select
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


async def events_after(
    connection: AsyncConnection, after: int, limit: int, task_ids: Sequence[uuid.UUID]
) -> list[EventView]:
    """Events of these tasks with a higher id, oldest first."""
    query = select(*_columns()).where(TaskEvent.id > after, TaskEvent.task_id.in_(task_ids))
    rows = await connection.execute(query.order_by(TaskEvent.id).limit(limit))
    return [EventView.model_validate(dict(row)) for row in rows.mappings()]


async def events_before(connection: AsyncConnection, before: int, limit: int, task_id: uuid.UUID) -> list[EventView]:
    """The newest events of a task with a lower id, oldest first."""
    query = select(*_columns()).where(TaskEvent.id < before, TaskEvent.task_id == task_id)
    rows = await connection.execute(query.order_by(TaskEvent.id.desc()).limit(limit))
    return [EventView.model_validate(dict(row)) for row in reversed(rows.mappings().all())]


def _columns() -> list[ColumnElement[Any]]:
    return [TaskEvent.__table__.c[name] for name in EventView.model_fields if name != "schedule_id"]
