"""Bots of the coordinator: workers that register, say how they are, and leave."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit import audit
from api.routes.workers import changes
from api.security.principal import Admin, OperatorOrWorker, Principal, Reader, Role
from api.state import Services
from contracts.coordinator.requests import BotRegistration
from contracts.coordinator.views import BotView, NewBotView
from contracts.requests import CAPABILITY
from services.coordinator import bots
from services.errors import NotAllowed

router = APIRouter(prefix="/bots", tags=["coordinator"])


@router.post("", status_code=201, summary="Register a bot; its key is shown only here")
async def register(body: BotRegistration, caller: Admin, state: Services) -> NewBotView:
    """Sent as X-Worker-Key with all that the bot does. Its capabilities may be words of its own."""
    async with state.database.transaction() as connection:
        made = await bots.register_bot(connection, body)
        await audit(connection, caller, "worker.register", str(made.id), name=body.name)
    return made


@router.get("", summary="List bots, which are all workers, by name")
async def get_bots(_: Reader, state: Services) -> list[BotView]:
    async with state.database.transaction(snapshot=True) as connection:
        return await bots.get_bots(connection)


@router.get("/available", summary="List bots that are there with nothing to do")
async def get_available(
    _: Reader, state: Services, capability: Annotated[str | None, Query(pattern=CAPABILITY)] = None
) -> list[BotView]:
    async with state.database.transaction(snapshot=True) as connection:
        return list(await bots.available_bots(connection, capability))


@router.get("/{bot_id}", summary="Show a bot, its capabilities and its status")
async def get_bot(bot_id: uuid.UUID, _: Reader, state: Services) -> BotView:
    async with state.database.transaction(snapshot=True) as connection:
        return await bots.get_bot(connection, bot_id)


@router.post("/{bot_id}/heartbeat", summary="Check the presence of a bot")
async def heartbeat(bot_id: uuid.UUID, caller: OperatorOrWorker, state: Services) -> BotView:
    """Of itself it changes nothing: a bot is there while it has a claim or a socket open. Refused if it has none."""
    _check_is_its_own(caller, bot_id)
    async with state.database.transaction() as connection:
        return await bots.check_is_heard(connection, bot_id)


@router.post("/{bot_id}/busy", summary="Mark a bot as busy: it gets nothing new, what it has goes on")
async def busy(bot_id: uuid.UUID, caller: OperatorOrWorker, state: Services) -> BotView:
    _check_is_its_own(caller, bot_id)
    async with state.database.transaction() as connection:
        # A bot may say so a thousand times a minute, and the log is kept for ever.
        if await bots.mark_busy(connection, bot_id, caller.label):
            await audit(connection, caller, "worker.pause", str(bot_id), reason="marked as busy")
        return await bots.get_bot(connection, bot_id)


@router.post("/{bot_id}/available", summary="Mark a bot as available: it gets tasks again")
async def available(bot_id: uuid.UUID, caller: OperatorOrWorker, state: Services) -> BotView:
    """A bot can so end what it said itself; a pause by a person only people can."""
    _check_is_its_own(caller, bot_id)
    async with state.database.transaction() as connection:
        is_itself = caller.role is Role.WORKER
        if await bots.mark_available(connection, bot_id, caller.label, is_itself=is_itself):
            await audit(connection, caller, "worker.resume", str(bot_id))
        return await bots.get_bot(connection, bot_id)


@router.delete("/{bot_id}", status_code=204, summary="Delete a bot: revoke its keys and end its listing")
async def delete(bot_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    """The same as retiring a worker: what it did stays in the history of its tasks."""
    return await changes.retire(bot_id, caller, state)


def _check_is_its_own(caller: Principal, bot_id: uuid.UUID) -> None:
    """Before anything is looked up: a refusal must not tell about another bot, nor whether there is one."""
    if caller.role is Role.WORKER and caller.worker_id != bot_id:
        raise NotAllowed(f"This is the key of bot '{caller.name}', which speaks for itself only.")
