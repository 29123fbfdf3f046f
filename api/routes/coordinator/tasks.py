"""Tasks of the coordinator: what waits, and what a bot or its manager says of one. What is not here is in tasks/."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.bots.leases import lease_of_bot
from api.bots.messages import BotError, Completion, HeartbeatRequest
from api.bots.views import AcknowledgedView
from api.routes.workers.bot_claims import CallingBot, Token
from api.security.principal import Operator, Reader
from api.state import Services
from contracts.coordinator.requests import Assignment
from contracts.coordinator.views import CoordinatedTaskView
from contracts.requests import Body
from contracts.storable import Text
from contracts.tasks.work import ERROR_LIMIT
from services.coordinator import workflows
from services.errors import NotYourTask

router = APIRouter(prefix="/tasks", tags=["coordinator"])


class FailureReport(Body):
    #: A text alone is its message.
    error: Annotated[Text, Field(min_length=1, max_length=ERROR_LIMIT)] | BotError


@router.get("/pending", summary="List tasks that wait for a bot, the oldest first")
async def get_pending(
    _: Reader, state: Services, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[CoordinatedTaskView]:
    async with state.database.transaction() as connection:
        return await workflows.pending_tasks(connection, limit)


@router.post("/{task_id}/assign", summary="Check the assignment of a task; bots take tasks, nobody hands out one")
async def assign(task_id: uuid.UUID, body: Assignment, _: Operator, state: Services) -> CoordinatedTaskView:
    """Answers with the task if that bot has it on hand; else says with 501 or 409 what to do instead."""
    async with state.database.transaction() as connection:
        return await workflows.check_assignment(connection, task_id, body.bot_id)


@router.post("/{task_id}/start", summary="Report the begin of a task")
async def start(task_id: uuid.UUID, bot: CallingBot, state: Services, token: Token = None) -> AcknowledgedView:
    """A heartbeat of a task that it was handed."""
    lease = await lease_of_bot(state, bot.worker_id, task_id, token)
    verdict, _ = await state.bots.reports.beat(bot, lease, HeartbeatRequest())
    if verdict.stop is not None:
        raise NotYourTask(f"Stop working on it: {verdict.stop.replace('_', ' ')}.")
    return AcknowledgedView()


@router.post("/{task_id}/fail", summary="Report the failure of a task")
async def fail(
    task_id: uuid.UUID, body: FailureReport, bot: CallingBot, state: Services, token: Token = None
) -> AcknowledgedView:
    """The task has failed for good, unless `error` is an object that says `retryable`."""
    error = body.error if isinstance(body.error, BotError) else BotError(message=body.error, retryable=False)
    lease = await lease_of_bot(state, bot.worker_id, task_id, token)
    await state.bots.reports.complete(bot, lease, Completion(status="failed", error=error))
    return AcknowledgedView()
