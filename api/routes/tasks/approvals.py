"""Routes that approve or reject a task."""

import asyncio
import contextlib
import uuid

from fastapi import APIRouter

from api.audit import audit
from api.events.hub import Listener
from api.security.principal import MemberOperator, Principal
from api.state import Services, State
from contracts.tasks.approval import Decision
from contracts.tasks.requests import DecisionComment
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import DecisionView
from services.tasks.approvals import decide

router = APIRouter(prefix="/tasks/{task_id}", tags=["steer tasks"])

#: How long an answer waits for its effect.
_WAIT_SECONDS = 2.0


@router.post("/approve", summary="Approve a task that waits for approval")
async def approve(
    task_id: uuid.UUID, caller: MemberOperator, state: Services, body: DecisionComment | None = None
) -> DecisionView:
    return await _decide(state, task_id, caller, body, approved=True)


@router.post("/reject", summary="Reject a task that waits for approval")
async def reject(
    task_id: uuid.UUID, caller: MemberOperator, state: Services, body: DecisionComment | None = None
) -> DecisionView:
    return await _decide(state, task_id, caller, body, approved=False)


async def _decide(
    state: State, task_id: uuid.UUID, caller: Principal, body: DecisionComment | None, *, approved: bool
) -> DecisionView:
    decision = Decision(approved=approved, by=caller.label, comment=body.comment if body else "")
    with state.hub.listen([task_id]) as listener:
        async with state.database.transaction() as connection:
            await audit(connection, caller, "task.approve" if approved else "task.reject", str(task_id))
            status = await decide(connection, task_id, decision)
        if status is TaskStatus.AWAITING_APPROVAL:
            status = await _next_status(listener, status)
    return DecisionView(id=task_id, approved=approved, status=status)


async def _next_status(listener: Listener, status: TaskStatus) -> TaskStatus:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WAIT_SECONDS):
            while status is TaskStatus.AWAITING_APPROVAL:
                heard = await listener.queue.get()
                status = heard.event.status if heard else status
    return status
