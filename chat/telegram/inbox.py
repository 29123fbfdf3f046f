"""Works off the inbox: chats side by side, each in its order; what cannot be done right now is tried again."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from chat.telegram.api_client import Away
from chat.telegram.parsed_update import read_update
from chat.telegram.replies import Unreachable, send
from chat.telegram.texts import Answer
from chat.telegram.update_handler import UpdateHandler
from db.chat.inbox import Received, due_updates, mark_done, postpone, sweep_updates
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_CHATS_AT_ONCE = 10
#: Between two tries of one update.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 20.0
#: Nobody wants to see done today what they asked for yesterday.
_GIVE_UP = timedelta(minutes=30)
#: Telegram keeps what it could not deliver for a day.
_REMEMBER = timedelta(days=3)
_SWEEP_SECONDS = 3_600

_WAITS = Answer("ClawdBot does not answer right now. I keep your message and try again; nothing is lost.")
_GIVEN_UP = Answer(
    "ClawdBot did not answer for half an hour, so I gave up on this. Look with /status and say it again."
)
_BUG = Answer("Something went wrong on our side; the log of the bot has the details. Look with /status what was done.")


class Inbox:
    def __init__(self, bot: Bot, database: Database, carrier: UpdateHandler, news: asyncio.Event) -> None:
        self._bot = bot
        self._database = database
        self._carrier = carrier
        self._news = news
        #: By chat: what is being carried out.
        self._running: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled. What was begun and not marked as done is begun again by the next process."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._news.clear()
                for received in await self._due():
                    self._running[received.chat_id] = group.create_task(self._work(received))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._news.wait()

    async def sweep(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                async with self._database.transaction() as connection:
                    await sweep_updates(connection, _REMEMBER)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _due(self) -> list[Received]:
        free = _CHATS_AT_ONCE - len(self._running)
        if free <= 0:
            return []
        try:
            async with self._database.transaction() as connection:
                return await due_updates(connection, list(self._running), free)
        except Unavailable as error:
            logger.warning("the inbox cannot be read right now: %s", error.__cause__)
            return []

    async def _work(self, received: Received) -> None:
        try:
            await self._once(received)
        except Unavailable as error:
            # It stays as it is and comes up again.
            logger.warning("update %s waits for the database: %s", received.update_id, error.__cause__)
            await asyncio.sleep(_FIRST_PAUSE)
        except Exception:
            # Raised here it would end what is done for all other chats; this one has its turn again, after a while.
            logger.exception("update %s: what came of it could not be noted", received.update_id)
            await asyncio.sleep(_LONGEST_PAUSE)
        finally:
            del self._running[received.chat_id]
            self._news.set()

    async def _once(self, received: Received) -> None:
        try:
            asked = read_update(received.payload, self._bot)
            if asked is not None:
                await self._carrier.carry_out(asked, late=received.attempts > 0)
        except (Away, TelegramError) as error:
            if await self._is_postponed(received, error):
                return
        except Unreachable as error:
            logger.info("update %s: nobody to answer (%s)", received.update_id, error)
        except Unavailable:
            raise
        except Exception:
            logger.exception("update %s could not be carried out", received.update_id)
            await self._tell(received, _BUG)
        async with self._database.transaction() as connection:
            await mark_done(connection, received.update_id)

    async def _is_postponed(self, received: Received, error: Exception) -> bool:
        """False when it is over: a message that Telegram refuses, or one that has waited too long."""
        if isinstance(error, BadRequest):
            logger.error("update %s: Telegram refuses our answer: %s", received.update_id, error)
            return False
        if datetime.now(UTC) - received.received_at > _GIVE_UP:
            await self._tell(received, _GIVEN_UP)
            return False
        logger.warning("update %s is tried again: %s", received.update_id, error)
        if isinstance(error, Away) and received.attempts == 0:
            await self._tell(received, _WAITS)
        pause = min(_FIRST_PAUSE * 2.0 ** min(received.attempts, 10), _LONGEST_PAUSE)
        async with self._database.transaction() as connection:
            await postpone(connection, received.update_id, timedelta(seconds=pause))
        return True

    async def _tell(self, received: Received, answer: Answer) -> None:
        """If it can be told; what it is about does not depend on it, whatever Telegram answers."""
        try:
            await send(self._bot, received.chat_id, answer)
        except (TelegramError, Unreachable) as error:
            logger.info("update %s: could not say so: %s", received.update_id, error)
        except Exception:
            logger.exception("update %s: could not say so", received.update_id)
