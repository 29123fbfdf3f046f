"""Adopts tasks that were started from the Temporal side: gives them a row, so that the facade shows them."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import capability_of_queue, task_id_of, workspace_of_queue
from contracts.task_types import TASK_TYPES, ticker_of
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import RetrySettings, TaskInput, TimeoutSettings
from contracts.temporal_limits import cut
from db.models import Task, TaskEvent
from db.tasks.search import words_of
from workers.core.mirror.observed import Observed

#: Of the type of a task that was begun by hand, which stands in indexes.
_LONGEST_TYPE = 200


async def insert_adopted_task(connection: AsyncConnection, observed: Observed) -> None:
    """Insert the row of a workflow that the facade did not start; whoever was faster wins."""
    made = await connection.execute(insert(Task).values(_columns(observed)).on_conflict_do_nothing().returning(Task.id))
    if made.first() is None:
        return
    event = {
        "task_id": task_id_of(observed.workflow_id),
        "type": "created",
        "status": TaskStatus.PENDING.value,
        "round": observed.round,
        "actor": f"temporal:{observed.started_by}",
    }
    await connection.execute(insert(TaskEvent).values(event))


def _columns(observed: Observed) -> dict[str, Any]:
    task = observed.input or TaskInput(type="unknown")
    row = TASK_TYPES.get(task.type)
    created_by = f"temporal:{observed.started_by}"
    queue = task.capability or (row.capability if row else cut(task.type, _LONGEST_TYPE))
    return {
        "id": task_id_of(observed.workflow_id),
        "workflow_id": observed.workflow_id,
        "type": cut(task.type, _LONGEST_TYPE),
        "capability": capability_of_queue(queue),
        "queue": queue if workspace_of_queue(queue) else None,
        "params": task.params,
        # Not as it was typed: whoever holds the task reads and delivers rows of this ticker.
        "ticker": ticker_of(task.type, task.params),
        "priority": task.priority,
        "created_by": created_by,
        "status": TaskStatus.PENDING.value,
        "round": observed.round,
        "run_id": observed.run_id,
        "retry": (task.retry or (row.retry if row else RetrySettings())).model_dump(),
        "timeouts": (task.timeouts or (row.timeouts if row else TimeoutSettings())).model_dump(),
        "run_at": task.run_at,
        "start_deadline": task.start_deadline,
        "created_at": observed.started_at,
        "words": words_of(cut(task.type, _LONGEST_TYPE), created_by, str(task.params)),
    }
