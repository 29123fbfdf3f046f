"""The control socket of bots: tasks are pushed, reports come back. docs/bots.md describes the messages."""

import asyncio
import json
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket
from pydantic import BaseModel, Field
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from api.bots.bot import Bot, bot_with
from api.bots.socket_messages import closing_words
from api.bots.socket_session import REFUSED, Session
from api.security.principal import WorkerCaller, address_of, credential_of
from api.state import State, state_of
from contracts.storable import Text
from db.models import Worker
from db.session import Unavailable
from services.errors import DomainError, NotSignedIn, TooManySockets, UpgradeRequired

router = APIRouter(tags=["for bots"])

#: A bot that brings no key in its first request must say it this soon.
_AUTH_SECONDS = 10.0
#: Between two signs of life of a bot that does not say how often.
_HEARTBEAT_SECONDS = 30.0
#: The database does not answer.
_TRY_AGAIN = 1013


class SocketQuery(BaseModel):
    """How a bot wants to be served."""

    #: Its own name or id, as other coordinators want it. The key says who it is.
    bot_id: Text | None = None
    capabilities: Text = Field(default="", max_length=5_000, description="With commas between; default: all")
    heartbeat_seconds: float | None = Field(default=None, ge=5, le=60, description="Default: 30")

    @property
    def may_be_silent(self) -> bool:
        """Bots of the coordinator name themselves in the address, and say nothing while they have nothing to say."""
        return self.bot_id is not None and self.heartbeat_seconds is None


@router.get("/ws/control", status_code=426, summary="Open the control socket of a bot (WebSocket)")
async def no_upgrade(_: WorkerCaller) -> None:
    """Connect with a WebSocket client; this answers those who came without one."""
    raise UpgradeRequired


@router.websocket("/ws/control")
async def control(socket: WebSocket, query: Annotated[SocketQuery, Query()]) -> None:
    state = state_of(socket)
    await socket.accept()
    try:
        session = await _session(socket, state, query)
    except (WebSocketDisconnect, TimeoutError):
        with suppress(RuntimeError):
            await socket.close(REFUSED, "Say who you are first.")
        return
    except DomainError as error:
        code = _TRY_AGAIN if isinstance(error, TooManySockets) else REFUSED
        await socket.close(code, closing_words(error.detail))
        return
    except Unavailable:
        await socket.close(_TRY_AGAIN, "The database does not answer; try again in a few seconds.")
        return
    await session.run()


async def _session(socket: WebSocket, state: State, query: SocketQuery) -> Session:
    key = credential_of(socket)
    if not key:
        with state.bots.sockets.unknown(address_of(socket)):
            key = await _key_in_first_message(socket)
    bot = await bot_with(state.keys, key, address_of(socket))
    bot.check_name(query.bot_id)
    wanted = [name for each in query.capabilities.split(",") if (name := each.strip())]
    slots = await _slots(state, bot)
    heartbeat = query.heartbeat_seconds or _HEARTBEAT_SECONDS
    capabilities = bot.may_take(wanted)
    # Last, so that nothing is awaited until it counts itself.
    state.bots.sockets.check_room(bot)
    return Session(socket, bot, state, capabilities, slots, heartbeat, may_be_silent=query.may_be_silent)


async def _key_in_first_message(socket: WebSocket) -> str:
    async with asyncio.timeout(_AUTH_SECONDS):
        first = await socket.receive()
    if first["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(first.get("code", 1005))
    try:
        said = json.loads(first.get("text") or first.get("bytes") or b"")
        key = said.get("key") or said["payload"]["key"]
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        key = None
    # Half a surrogate pair, which JSON can spell, cannot even be hashed.
    if not isinstance(key, str) or not key.isascii():
        raise NotSignedIn('Send {"type": "auth", "key": "cwb_live_…"} first, or the header X-Worker-Key.')
    return key


async def _slots(state: State, bot: Bot) -> int:
    async with state.database.transaction() as connection:
        query = select(Worker.max_concurrency).where(Worker.id == bot.worker_id)
        found: int = (await connection.execute(query)).scalar_one()
    return found
