"""One task with everything about it."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.views import AttemptView, NoteView, RelativeView, TaskDetailView
from db.agent.ledger import decision_of_task
from db.models import Task, TaskAttempt, TaskEvent, TaskNote
from db.tasks.events import events_after
from db.tasks.queries import get_task
from services.errors import TaskNotFound
from services.tasks.paid import paid_usd
from services.tasks.views import task_fields, view_of
from services.tasks.waiting import waiting_because
from services.temporal_links import WebUi

#: The newest events that a detail carries; all of them are at /events.
_EVENTS = 200
#: Children that a detail carries; all of them are at /tasks?parent=.
_CHILDREN = 100


async def task_detail(connection: AsyncConnection, task_id: uuid.UUID, web_ui: WebUi) -> TaskDetailView:
    """Needs a snapshot: a row that is older than its events would have its reader wait for what it was given already.

    Raises:
        TaskNotFound: there is no such task.
    """
    events = await events_after(connection, await _first_event(connection, task_id), _EVENTS, task_ids=[task_id])
    row = await get_task(connection, task_id)
    if row is None:
        raise TaskNotFound
    return view_of(
        TaskDetailView,
        {
            **task_fields(row),
            "waiting_because": await waiting_because(connection, row),
            "notes": await _notes(connection, task_id),
            "attempts": await _attempts(connection, task_id),
            "events": events,
            "follow_ups": _follow_ups(row["follow_ups"]),
            "children": await _children(connection, task_id),
            "decision": await decision_of_task(connection, task_id),
            "cost_usd": paid_usd(row),
            "temporal_url": web_ui.workflow(row["workflow_id"]),
            "temporal_queues": web_ui.queues_of(row),
            "temporal_lists": web_ui.lists_like(row),
        },
    )


def _follow_ups(planned: Any) -> Any:
    """Those of a damaged row are left as they are, for the view to refuse."""
    if not isinstance(planned, list) or not all(isinstance(each, dict) for each in planned):
        return planned
    return [{**each, "task_type": each.get("type")} for each in planned]


async def _first_event(connection: AsyncConnection, task_id: uuid.UUID) -> int:
    """The id just before the newest _EVENTS of a task; 0 when it has fewer."""
    newest = select(TaskEvent.id).where(TaskEvent.task_id == task_id).order_by(TaskEvent.id.desc()).offset(_EVENTS)
    return (await connection.execute(newest.limit(1))).scalar() or 0


async def _notes(connection: AsyncConnection, task_id: uuid.UUID) -> list[NoteView]:
    table = TaskNote.__table__
    query = select(table.c.author, table.c.text, table.c.created_at).where(table.c.task_id == task_id)
    rows = (await connection.execute(query.order_by(table.c.id))).mappings()
    return [NoteView.model_validate(dict(row)) for row in rows]


async def _children(connection: AsyncConnection, task_id: uuid.UUID) -> list[RelativeView]:
    table = Task.__table__
    query = select(table.c.id, table.c.type.label("task_type"), table.c.status).where(
        table.c.parent_task_id == task_id, table.c.deleted_at.is_(None)
    )
    rows = (await connection.execute(query.order_by(table.c.created_at).limit(_CHILDREN))).mappings()
    return [RelativeView.model_validate(dict(row)) for row in rows]


async def _attempts(connection: AsyncConnection, task_id: uuid.UUID) -> list[AttemptView]:
    table = TaskAttempt.__table__
    query = select(*table.c).where(table.c.task_id == task_id).order_by(table.c.claimed_at, table.c.attempt)
    rows = (await connection.execute(query)).mappings()
    return [AttemptView.model_validate({**row, "worker": row["worker_name"]}) for row in rows]
