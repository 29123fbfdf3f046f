"""Steering a task: cancel, retry, reprioritise, note, delete. Each is a row change and a command in the outbox."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, func, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.priority import label_of
from contracts.tasks.requests import MOST_TAGS
from contracts.tasks.statuses import ON_HAND, RETRYABLE, TERMINAL, TaskStatus
from contracts.tasks.views import NoteView, PriorityView, RetryView
from contracts.tasks.work import Outcome
from db.models import Task, TaskNote
from db.tasks import outbox, rounds
from db.tasks.events import add_event
from db.tasks.mirror import apply_outcome
from db.tasks.outbox import Command
from db.tasks.queries import get_task
from db.tasks.search import LONGEST_WORDS, words_of
from services.errors import TaskNotFound, WrongState
from services.tasks.approvals import renewed

#: Tasks of one statement: each has its own limit of time.
_AT_ONCE = 2_000

# A start that no relay has ever touched can simply be taken back; not where another workflow may have started the task,
# as its child: that of its plan, or the agent's. Nor where a start of the round before was sent and not ticked off
# before its relay died: sent again, it would begin this round.
_TAKE_BACK = text("""
DELETE FROM outbox WHERE task_id = :id AND command = 'start' AND tries = 0
    AND NOT payload ? 'child' AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = :id AND plan_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.task_id = :id AND e.command = 'start' AND e.tries > 0)
RETURNING id
""")


async def cancel(connection: AsyncConnection, task_id: uuid.UUID, actor: str) -> TaskStatus:
    """Ask for the end of a task. Returns its status now: cancelled at once if it had not left the outbox.

    Raises:
        TaskNotFound, WrongState: there is nothing to cancel.
    """
    row = await _locked(connection, task_id)
    status = TaskStatus(row["status"])
    if status is TaskStatus.CANCELLED:
        return status
    if status in TERMINAL:
        raise WrongState(f"This task has already {_PAST[status]}; there is nothing to cancel.")
    await connection.execute(update(Task).where(Task.id == task_id).values(cancel_requested_at=func.now()))
    await add_event(connection, task_id, "cancel_requested", status, round_=row["round"], actor=actor)
    if (await connection.execute(_TAKE_BACK, {"id": task_id})).first():
        await apply_outcome(connection, _cancelled(row))
        return TaskStatus.CANCELLED
    # A cancel that is late must not end the run that a person asks for next.
    await outbox.put(connection, task_id, Command.CANCEL, json.dumps({"round": row["round"]}))
    return status


async def retry(connection: AsyncConnection, task_id: uuid.UUID, actor: str, feedback: str | None = None) -> RetryView:
    """Run a task that is over once more, under the same id. A crawl goes on at its last checkpoint.

    ``feedback``: what a person wants to be different; the worker is told.

    Raises:
        TaskNotFound, WrongState: it is not over yet.
    """
    [row] = await retry_each(connection, [task_id], actor, feedback)
    return RetryView(id=task_id, status=row["status"], retry_count=row["round"])


async def retry_each(
    connection: AsyncConnection, task_ids: Sequence[uuid.UUID], actor: str, feedback: str | None = None
) -> list[RowMapping]:
    """The same with all of these, in a few statements. Raises TaskNotFound, which says which, and WrongState."""
    begun: list[RowMapping] = []
    # In one order, also across the parts.
    wanted = sorted(set(task_ids), key=str)
    for begin in range(0, len(wanted), _AT_ONCE):
        part = wanted[begin : begin + _AT_ONCE]
        rows = await rounds.lock_tasks(connection, part)
        if missing := sorted(set(part) - {row["id"] for row in rows}, key=str):
            raise TaskNotFound(task_id=missing[0])
        begun += await rounds.begin_rounds(connection, [_next_round(row) for row in rows], actor, feedback)
    return begun


def _next_round(row: RowMapping) -> dict[str, Any]:
    """Raises WrongState."""
    status = TaskStatus(row["status"])
    if status not in RETRYABLE:
        raise WrongState(f"This task is {status}. Cancel it first, or wait until it is over.")
    approval = renewed(row["approval"])
    return {"id": row["id"], "approval": approval, "waits": approval is not None and "decision" not in approval}


async def reprioritise(connection: AsyncConnection, task_id: uuid.UUID, priority: int, actor: str) -> PriorityView:
    """Change the place of a waiting task in its queue.

    Raises:
        TaskNotFound, WrongState: it does not wait (any more).
    """
    row = await _locked(connection, task_id)
    status = TaskStatus(row["status"])
    if status in TERMINAL or status in ON_HAND:
        raise WrongState(f"This task is {status}; only waiting tasks have a place in the queue.")
    await connection.execute(update(Task).where(Task.id == task_id).values(priority=priority, updated_at=func.now()))
    await outbox.put(connection, task_id, Command.REPRIORITISE, json.dumps({"priority": priority}))
    details = {"from": row["priority"], "to": priority}
    await add_event(connection, task_id, "reprioritised", status, round_=row["round"], actor=actor, details=details)
    return PriorityView(id=task_id, priority=priority, priority_label=label_of(priority))


async def tag(
    connection: AsyncConnection, task_id: uuid.UUID, add: Sequence[str], remove: Sequence[str], actor: str
) -> list[str]:
    """Add tags and take others away; the tags that it has then. Words of a tag that is taken away are still found.

    Raises:
        TaskNotFound, WrongState: it would have too many.
    """
    row = await _locked(connection, task_id)
    tags = list(dict.fromkeys([*(tag for tag in row["tags"] if tag not in remove), *add]))
    if len(tags) > MOST_TAGS:
        raise WrongState(f"This task would have {len(tags)} tags; {MOST_TAGS} are the most. Take some away.")
    if tags == row["tags"]:
        return tags
    words = func.left(func.concat_ws(" ", Task.words, words_of(*add)), LONGEST_WORDS)
    await connection.execute(
        update(Task).where(Task.id == task_id).values(tags=tags, words=words, updated_at=func.now())
    )
    details = {"added": sorted(set(tags) - set(row["tags"])), "removed": sorted(set(row["tags"]) - set(tags))}
    status = TaskStatus(row["status"])
    await add_event(connection, task_id, "tagged", status, round_=row["round"], actor=actor, details=details)
    return tags


async def add_note(connection: AsyncConnection, task_id: uuid.UUID, note: str, actor: str) -> NoteView:
    """Add to the notes thread. Raises TaskNotFound."""
    row = await _locked(connection, task_id)
    made = await connection.execute(
        insert(TaskNote).values(task_id=task_id, author=actor, text=note).returning(TaskNote.created_at)
    )
    await add_event(connection, task_id, "note", TaskStatus(row["status"]), round_=row["round"], actor=actor)
    return NoteView(author=actor, text=note, created_at=made.scalar_one())


async def delete(connection: AsyncConnection, task_id: uuid.UUID, actor: str) -> None:
    """Hide a task that is over. Its rows stay for the audit.

    Raises:
        TaskNotFound, WrongState: it is not over yet.
    """
    row = await _locked(connection, task_id)
    status = TaskStatus(row["status"])
    if status not in TERMINAL:
        raise WrongState(f"This task is {status}. Cancel it before you delete it.")
    await connection.execute(update(Task).where(Task.id == task_id).values(deleted_at=func.now()))
    await add_event(connection, task_id, "deleted", status, round_=row["round"], actor=actor)


_PAST = {TaskStatus.SUCCEEDED: "succeeded", TaskStatus.FAILED: "failed", TaskStatus.REJECTED: "been rejected"}


async def _locked(connection: AsyncConnection, task_id: uuid.UUID) -> RowMapping:
    row = await get_task(connection, task_id, lock=True)
    if row is None:
        raise TaskNotFound
    return row


def _cancelled(row: RowMapping) -> Outcome:
    return Outcome(task_id=str(row["id"]), run_id="", round=row["round"], status=TaskStatus.CANCELLED)
