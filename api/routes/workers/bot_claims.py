"""Routes of bots in any language: claim, heartbeat, complete (docs/bots.md)."""

import asyncio
import contextlib
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from api.bots.bot import Bot, bot_with
from api.bots.claims import Claim
from api.bots.leases import lease_of_bot
from api.bots.messages import ClaimRequest, CompletionRequest, HeartbeatRequest
from api.bots.views import AcknowledgedView, ClaimView, ContinueView, claim_view
from api.security.principal import WorkerCaller, address_of, credential_of
from api.state import Services
from contracts.names import LEASE_HEADER

router = APIRouter(prefix="/tasks", tags=["for bots"])

Token = Annotated[str | None, Header(alias=LEASE_HEADER, description="Token of the attempt; may be left out")]


async def _bot(request: Request, _: WorkerCaller, state: Services) -> Bot:
    return await bot_with(state.keys, credential_of(request), address_of(request))


CallingBot = Annotated[Bot, Depends(_bot)]


@router.post(
    "/claim",
    summary="Claim a task for a bot",
    responses={204: {"description": "No task came within `wait_seconds`"}},
    response_model=ClaimView,
)
async def claim(body: ClaimRequest, request: Request, bot: CallingBot, state: Services) -> Any:
    """Take a task; waits up to `wait_seconds` for one. Report on it before `heartbeat_seconds` have passed."""
    bot.check_name(body.worker_id)
    capabilities = bot.may_take(body.capabilities)
    taking = asyncio.create_task(state.bots.claims.take(bot, capabilities, body.wait_seconds))
    try:
        await _unless_hung_up(request, taking)
    finally:
        taken = await _end_of(taking)
    if taken is None:
        return Response(status_code=204)
    if await request.is_disconnected():
        await state.bots.claims.give_back(bot, taken.lease, "Its bot hung up before it got the task.", unseen=True)
    return claim_view(taken)


@router.post(
    "/{task_id}/heartbeat",
    summary="Report a heartbeat of a task",
    response_model=ContinueView,
    responses={410: {"model": ContinueView, "description": "Stop: cancelled, or not this attempt's any more"}},
)
async def heartbeat(
    task_id: uuid.UUID, body: HeartbeatRequest, bot: CallingBot, state: Services, token: Token = None
) -> Any:
    """Report that the task goes on, and how far it is."""
    bot.check_name(body.worker_id)
    lease = await lease_of_bot(state, bot.worker_id, task_id, token)
    verdict, _ = await state.bots.reports.beat(bot, lease, body)
    if verdict.stop is None:
        return ContinueView(continue_=True)
    return JSONResponse({"continue": False, "reason": verdict.stop}, 410)


@router.post("/{task_id}/complete", summary="Report the outcome of a task")
async def complete(
    task_id: uuid.UUID, body: CompletionRequest, bot: CallingBot, state: Services, token: Token = None
) -> AcknowledgedView:
    """Report how the task ended. Repeat it until it is answered: it counts once."""
    bot.check_name(body.worker_id)
    lease = await lease_of_bot(state, bot.worker_id, task_id, token)
    await state.bots.reports.complete(bot, lease, body)
    return AcknowledgedView()


async def _unless_hung_up(request: Request, taking: asyncio.Task[Claim | None]) -> None:
    """Wait for the claim, or until the bot is gone: then its poll ends, too."""
    hung_up = asyncio.create_task(_hang_up(request))
    hung_up.add_done_callback(lambda done: None if done.cancelled() else taking.cancel())
    try:
        await asyncio.wait([taking])
    finally:
        hung_up.cancel()
        taking.cancel()


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _end_of(taking: asyncio.Task[Claim | None]) -> Claim | None:
    with contextlib.suppress(asyncio.CancelledError):
        return await taking
    return None
