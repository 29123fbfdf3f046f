"""One control socket: pushes tasks to its bot, takes its reports, and vouches for it while it answers."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.bots.bot import Bot
from api.bots.claims import Claim
from api.bots.heartbeat_sender import HeartbeatSender
from api.bots.leases import lease_of_bot
from api.bots.socket_messages import (
    BadMessage,
    CompleteMessage,
    Incoming,
    ProgressMessage,
    TaskComplete,
    TaskProgress,
    assignment,
    closing_words,
    message,
    read_message,
)
from api.state import State
from db.session import Unavailable
from db.workers.bot_leases import BotLease
from services.errors import DomainError, GatewayUnavailable, NotAllowed
from services.records.storing import token_in

logger = logging.getLogger(__name__)

#: A bot that does not take a message for this long is cut off.
_SEND_SECONDS = 10.0
_POLL_SECONDS = 20.0
_PAUSE_SECONDS = 1.0
#: Said goodbye. Without a code it may as well have vanished: uvicorn does not tell the two apart.
_GOODBYES = frozenset({1000, 1001})
#: Messages that wait for the bot to take them; then it is not read from any more.
_OUTBOX = 100

REFUSED, SILENT, SLOW = 4401, 4408, 4429


class Ended(Exception):
    """The connection is over; ``code`` is what it is closed with, None when the bot closed it."""

    def __init__(self, code: int | None = None, why: str = "", *, goodbye: bool = False) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.goodbye = goodbye


class Session:
    """From `connected` to the end of the connection."""

    def __init__(
        self,
        socket: WebSocket,
        bot: Bot,
        state: State,
        capabilities: Sequence[str],
        slots: int,
        heartbeat: float,
        *,
        may_be_silent: bool = False,
    ) -> None:
        self.bot = bot
        self.capabilities = capabilities
        self.connected_at = datetime.now(UTC)
        self._socket = socket
        self._state = state
        self._slots = slots
        self._heartbeat = heartbeat
        #: That it answers pings is enough.
        self._may_be_silent = may_be_silent
        #: The tasks that the bot has on hand, and who beats for each.
        self._keepers: dict[uuid.UUID, HeartbeatSender] = {}
        self._keeping: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._has_room = asyncio.Event()
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_OUTBOX)

    @property
    def tasks_on_hand(self) -> int:
        return len(self._keepers)

    async def run(self) -> None:
        """Serve until the connection ends, then give back what the bot still has on hand."""
        self._state.bots.sockets.sessions.add(self)
        try:
            await self._serve()
        finally:
            self._state.bots.sockets.sessions.discard(self)

    async def _serve(self) -> None:
        await self._send(
            message(
                "connected",
                worker_id=self.bot.worker_id,
                name=self.bot.name,
                capabilities=list(self.capabilities),
                max_concurrency=self._slots,
                heartbeat_seconds=self._heartbeat,
            )
        )
        parts = [asyncio.create_task(part) for part in (self._read(), self._write(), self._assign())]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_EXCEPTION)
            ended = next(error for part in done if (error := part.exception()))
        finally:
            for part in [*parts, *self._keeping.values()]:
                part.cancel()
            await asyncio.gather(*parts, *self._keeping.values(), return_exceptions=True)
        await self._let_go(ended)

    async def _let_go(self, ended: BaseException) -> None:
        if not isinstance(ended, Ended):
            logger.error("the socket of worker %s failed", self.bot.name, exc_info=ended)
            ended = Ended(1011, "Something went wrong on our side; connect again.")
        if ended.goodbye:
            claims, leases = self._state.bots.claims, [keeper.lease for keeper in self._keepers.values()]
            await asyncio.gather(*(claims.give_back(self.bot, lease, "Its worker disconnected.") for lease in leases))
        if ended.code is not None and self._socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._socket.close(ended.code, closing_words(ended.why))

    # -- what the bot says ----------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            text = await self._hear()
            try:
                await self._handle(read_message(text))
            except BadMessage as error:
                await self._send(message("error", detail=str(error)))

    async def _hear(self) -> str:
        try:
            async with asyncio.timeout(None if self._may_be_silent else 2 * self._heartbeat):
                return await self._socket.receive_text()
        except TimeoutError:
            raise Ended(SILENT, f"Send a heartbeat every {self._heartbeat:g} seconds.") from None
        except WebSocketDisconnect as gone:
            raise Ended(goodbye=gone.code in _GOODBYES) from None
        except KeyError:
            # Bytes instead of text.
            return ""

    async def _handle(self, said: Incoming) -> None:
        match said:
            case ProgressMessage():
                await self._progress(said.payload)
            case CompleteMessage():
                await self._complete(said.payload)
            case _:
                await self._send(message("heartbeat_ack"))

    async def _progress(self, said: TaskProgress) -> None:
        try:
            keeper = await self._keeper(said.task_id, said.token)
            verdict = await keeper.report(said)
        except (DomainError, Unavailable) as error:
            await self._send(_refusal(said.task_id, error))
            return
        if verdict.stop is not None:
            await self._stop(said.task_id, verdict.stop)
        elif said.task_id not in self._keeping:
            # It came back after its connection broke.
            self._keep(keeper)

    async def _complete(self, said: TaskComplete) -> None:
        # From here on its beats would only hear that the attempt is over.
        keeper = self._drop(said.task_id)
        try:
            lease = await lease_of_bot(self._state, self.bot.worker_id, said.task_id, said.token)
            await self._state.bots.reports.complete(self.bot, lease, said.completion())
        except (DomainError, Unavailable) as error:
            await self._send(_refusal(said.task_id, error))
            if keeper and isinstance(error, GatewayUnavailable | Unavailable):
                self._keep(keeper)
            return
        await self._send(message("task_acknowledged", task_id=said.task_id))

    async def _keeper(self, task_id: uuid.UUID, token: str | None) -> HeartbeatSender:
        known = self._keepers.get(task_id)
        if known is not None and (token is None or token_in(token) == known.lease.token):
            return known
        return self._keeper_of(await lease_of_bot(self._state, self.bot.worker_id, task_id, token))

    # -- what is pushed to it -------------------------------------------------------------------------------------

    async def _assign(self) -> None:
        while True:
            while len(self._keepers) >= self._slots:
                self._has_room.clear()
                await self._has_room.wait()
            claim = await self._claim()
            if claim is not None:
                self._keep(self._keeper_of(claim.lease))
                await self._send(assignment(claim))

    async def _claim(self) -> Claim | None:
        try:
            return await self._state.bots.claims.take(self.bot, self.capabilities, _POLL_SECONDS)
        except NotAllowed as error:
            raise Ended(REFUSED, error.detail) from None
        except (DomainError, Unavailable):
            # It goes on waiting, as the bot would.
            await asyncio.sleep(_PAUSE_SECONDS)
            return None

    def _keeper_of(self, lease: BotLease) -> HeartbeatSender:
        return HeartbeatSender(self.bot, lease, self._state.bots.reports, self._state.hub)

    def _keep(self, keeper: HeartbeatSender) -> None:
        task_id = keeper.lease.task_id
        self._drop(task_id)
        self._keepers[task_id] = keeper
        keeping = asyncio.create_task(keeper.run(lambda why: self._stop(task_id, why)))
        keeping.add_done_callback(_tell_failure)
        self._keeping[task_id] = keeping

    async def _stop(self, task_id: uuid.UUID, why: str) -> None:
        # The slot is the bot's to give back: it may need a moment to stop.
        await self._send(message("task_cancelled", task_id=task_id, reason=why))

    def _drop(self, task_id: uuid.UUID) -> HeartbeatSender | None:
        """Stop vouching for a task."""
        keeper = self._keepers.pop(task_id, None)
        if keeper is not None:
            self._keeping.pop(task_id).cancel()
            self._has_room.set()
        return keeper

    # -- the connection -------------------------------------------------------------------------------------------

    async def _send(self, content: dict[str, Any]) -> None:
        await self._outbox.put(content)

    async def _write(self) -> None:
        while True:
            content = await self._outbox.get()
            try:
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._socket.send_json(content)
            except TimeoutError:
                raise Ended(SLOW, "You do not take your messages.") from None
            except (RuntimeError, WebSocketDisconnect):
                raise Ended from None


def _tell_failure(keeping: asyncio.Task[None]) -> None:
    if not keeping.cancelled() and (error := keeping.exception()):
        logger.error("the heartbeats of a task have ended", exc_info=error)


def _refusal(task_id: uuid.UUID, error: Exception) -> dict[str, Any]:
    detail = error.detail if isinstance(error, DomainError) else "The database does not answer; report it again."
    return message("task_refused", task_id=task_id, detail=detail)
