"""Routes that steer a task: cancel, retry, reprioritise, note, delete."""

import asyncio
import contextlib
import uuid

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.audit import audit
from api.events.hub import Listener
from api.idempotency import IdempotencyKey
from api.security.principal import MemberOperator
from api.state import Services
from contracts.tasks.requests import NewNote, Reprioritisation
from contracts.tasks.statuses import RETRYABLE, TERMINAL, TaskStatus
from contracts.tasks.views import CancelView, NoteView, PriorityView, RetryView
from db.tasks.queries import get_task
from services.tasks import steer
from services.tasks.idempotency import once
from services.workspaces.quotas import admit_again

router = APIRouter(prefix="/tasks/{task_id}", tags=["steer tasks"])


class _Nothing(BaseModel):
    """A request without a body."""


#: How long a cancel waits for its effect before it answers "on its way". A worker that is online needs < 1 s.
_CANCEL_WAIT_SECONDS = 2.0


@router.post("/cancel", summary="Cancel a task, whatever it is doing")
async def cancel(task_id: uuid.UUID, caller: MemberOperator, state: Services) -> CancelView:
    """Answers `cancelled: true` once it has happened, or `false` while the request is safely on its way."""
    with state.hub.listen([task_id]) as listener:
        async with state.database.transaction() as connection:
            await audit(connection, caller, "task.cancel", str(task_id))
            status = await steer.cancel(connection, task_id, caller.label)
        status = await _end_of(listener, status)
    return CancelView(id=task_id, cancelled=status is TaskStatus.CANCELLED, status=status)


async def _end_of(listener: Listener, status: TaskStatus) -> TaskStatus:
    """The status once the task is over, or the last one seen in _CANCEL_WAIT_SECONDS."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CANCEL_WAIT_SECONDS):
            while status not in TERMINAL:
                heard = await listener.queue.get()
                status = heard.event.status if heard else status
    return status


@router.post("/retry", summary="Retry a task that is over, under the same id")
async def retry(
    task_id: uuid.UUID, caller: MemberOperator, state: Services, idempotency_key: IdempotencyKey = None
) -> RetryView:
    """Refused with 429 where its workspace has as many open tasks as it may."""
    async with state.database.transaction() as connection:

        async def act() -> RetryView:
            await audit(connection, caller, "task.retry", str(task_id))
            row = await get_task(connection, task_id)
            if row is not None and row["status"] in RETRYABLE:
                await admit_again(connection, row["instance"])
            return await steer.retry(connection, task_id, caller.label)

        scope = caller.label, f"POST /tasks/{task_id}/retry"
        return RetryView.model_validate(await once(connection, scope, idempotency_key, _Nothing(), act))


@router.post("/reprioritise", summary="Change the place of a waiting task in its queue")
async def reprioritise(
    task_id: uuid.UUID, body: Reprioritisation, caller: MemberOperator, state: Services
) -> PriorityView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "task.reprioritise", str(task_id), priority=body.priority)
        return await steer.reprioritise(connection, task_id, body.priority, caller.label)


@router.post("/notes", status_code=201, summary="Add a note to a task")
async def add_note(
    task_id: uuid.UUID, body: NewNote, caller: MemberOperator, state: Services, idempotency_key: IdempotencyKey = None
) -> NoteView:
    async with state.database.transaction() as connection:

        async def act() -> NoteView:
            return await steer.add_note(connection, task_id, body.text, caller.label)

        scope = caller.label, f"POST /tasks/{task_id}/notes"
        return NoteView.model_validate(await once(connection, scope, idempotency_key, body, act))


@router.delete("", status_code=204, summary="Delete a task that is over: hide it from lists")
async def delete(task_id: uuid.UUID, caller: MemberOperator, state: Services) -> Response:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "task.delete", str(task_id))
        await steer.delete(connection, task_id, caller.label)
    return Response(status_code=204)
