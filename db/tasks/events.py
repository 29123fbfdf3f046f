"""Appending to the history of tasks."""

import uuid
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
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
