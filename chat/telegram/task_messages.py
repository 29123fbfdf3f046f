"""Messages that follow tasks: one per task or batch, edited in place, and one more when all is over.

What is shown is read from the mirror, for all watches at once, so it costs no request per message and goes on while
the API is away. A message that cannot be composed or sent is put off, and those behind it go on; after some tries it is
given up: whoever asked for it is told, the audit log says so, and it counts in `clawdbot_chat_given_up`.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import RowMapping
from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from chat.telegram.replies import Unreachable, edit, send
from chat.telegram.task_pictures import Look, look_at, outcome
from chat.telegram.texts import Answer
from db.chat.watches import (
    due_watches,
    end_watch,
    give_up,
    look_later,
    note_shown,
    nothing_new,
    put_off,
    sweep_watches,
    tasks_of,
)
from db.people.audit import add_entry
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
#: Telegram lets a bot say about one thing a second in a chat.
_BETWEEN_EDITS = timedelta(seconds=3)
_AFTER_FAILURE = timedelta(seconds=10)
#: Of one that something is wrong with: doubled each time, for forty minutes in all.
_LONGEST_PAUSE = timedelta(minutes=10)
MOST_TRIES = 10
_AT_ONCE = 100
#: Of one chat: looked at at once, and being sent. One that answers slowly, or never, keeps the others' room free.
_OF_A_CHAT, _SENT_TO_A_CHAT = 20, 3
_REMEMBER = timedelta(days=7)
_SWEEP_SECONDS = 3_600
_LONGEST_WHY = 300

_GIVEN_UP = Answer(
    "I could not bring a message about your tasks up to date, and have given it up. The tasks themselves go on: "
    "/status shows how they stand."
)


class Following:
    def __init__(self, bot: Bot, database: Database) -> None:
        self._bot = bot
        self._database = database
        #: Chats of the watches whose message is being sent, by id: a chat that Telegram slows down holds up no other.
        self._busy: dict[int, int] = {}

    async def run(self) -> None:
        """Until cancelled. A message that was sent but not noted is sent again by the next process."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    await self.look(group)
                except Unavailable as error:
                    logger.warning("messages do not follow their tasks right now: %s", error.__cause__)
                await asyncio.sleep(_LOOK_SECONDS)

    async def sweep(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                async with self._database.transaction() as connection:
                    await sweep_watches(connection, _REMEMBER)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def look(self, group: asyncio.TaskGroup) -> None:
        """Begin to send what has changed."""
        full = [chat for chat, sending in Counter(self._busy.values()).items() if sending >= _SENT_TO_A_CHAT]
        async with self._database.transaction() as connection:
            watches = await due_watches(connection, busy=self._busy, full=full, each=_OF_A_CHAT, limit=_AT_ONCE)
            if not watches:
                return
            wanted = list({task_id for watch in watches for task_id in watch["task_ids"]})
            rows = {row["id"]: row for row in await tasks_of(connection, wanted)}
            looks, bad = [], []
            for watch in watches:
                try:
                    looks.append(look_at(watch, rows))
                except Exception as error:
                    bad.append((watch, error))
            await nothing_new(connection, [each.watch["id"] for each in looks if not each.is_news])
        for watch, wrong in bad:
            self._begin(group, watch, partial(self._put_off, watch, wrong))
        for look in looks:
            if look.is_news:
                self._begin(group, look.watch, partial(self._show, look))

    def _begin(self, group: asyncio.TaskGroup, watch: RowMapping, act: Callable[[], Awaitable[None]]) -> None:
        """Unless enough is on its way to this chat: then it has its turn again in a moment."""
        if sum(chat == watch["chat_id"] for chat in self._busy.values()) < _SENT_TO_A_CHAT:
            self._busy[watch["id"]] = watch["chat_id"]
            group.create_task(self._alone(watch, act))

    async def _alone(self, watch: RowMapping, act: Callable[[], Awaitable[None]]) -> None:
        """Raises nothing: it would end all messages that are on their way."""
        try:
            await act()
        except Unavailable as error:
            logger.warning("what a message shows could not be noted: %s", error.__cause__)
        except Exception as error:
            await self._put_off(watch, error)
        finally:
            self._busy.pop(watch["id"], None)

    async def _show(self, look: Look) -> None:
        if look.is_closed:
            return await self._end(look.watch)
        try:
            await self._bring_up_to_date(look)
        except Unreachable:
            await self._end(look.watch)
        except BadRequest:
            # It is about this message, and would be the same again: Telegram is there.
            raise
        except TelegramError as error:
            level = logging.INFO if isinstance(error, RetryAfter) else logging.WARNING
            logger.log(level, "a message about a task waits: %s", error)
            await self._later(look.watch, _AFTER_FAILURE)

    async def _bring_up_to_date(self, look: Look) -> None:
        watch = look.watch
        message_id = await self._put(watch, look.answer)
        if look.is_over:
            # An edit makes no sound, so who has seen the task begin is told of its end.
            if watch["message_id"] is not None:
                await send(
                    self._bot, watch["chat_id"], Answer(outcome(look.tasks)), reply_to=message_id, topic=watch["topic"]
                )
            return await self._end(watch)
        async with self._database.transaction() as connection:
            await note_shown(connection, watch["id"], message_id, look.answer.html, _BETWEEN_EDITS)

    async def _put(self, watch: RowMapping, answer: Answer) -> int:
        """The id of the message that shows it now."""
        message_id: int | None = watch["message_id"]
        if message_id is not None and (
            answer.html == watch["shown"] or await edit(self._bot, watch["chat_id"], message_id, answer)
        ):
            return message_id
        return await send(self._bot, watch["chat_id"], answer, topic=watch["topic"])

    async def _later(self, watch: RowMapping, pause: timedelta) -> None:
        async with self._database.transaction() as connection:
            await look_later(connection, watch["id"], pause)

    async def _end(self, watch: RowMapping) -> None:
        async with self._database.transaction() as connection:
            await end_watch(connection, watch["id"])

    async def _put_off(self, watch: RowMapping, error: Exception) -> None:
        """Something is wrong with this one. Raises nothing."""
        is_known = isinstance(error, TelegramError)
        logger.warning("the message %s about tasks: %s", watch["id"], error, exc_info=None if is_known else error)
        pause = min(_AFTER_FAILURE * 2 ** min(watch["tries"], 10), _LONGEST_PAUSE)
        try:
            async with self._database.transaction() as connection:
                tries = await put_off(connection, watch["id"], pause)
            if tries >= MOST_TRIES:
                await self._give_up(watch, error)
        except Unavailable:
            # It comes up again, and is put off then.
            logger.warning("the message %s about tasks could not be put off", watch["id"])
        except Exception:
            logger.exception("the message %s about tasks could not be put off", watch["id"])

    async def _give_up(self, watch: RowMapping, error: Exception) -> None:
        why = (
            f"{type(error).__name__}: {error}"[:_LONGEST_WHY]
            if isinstance(error, TelegramError)
            else (f"{type(error).__name__}; the log of the bot has the details")
        )
        async with self._database.transaction() as connection:
            await give_up(connection, watch["id"], why)
            about = {
                "why": why,
                "chat_id": watch["chat_id"],
                "task_ids": [str(each) for each in watch["task_ids"]][:20],
            }
            await add_entry(connection, "telegram", "telegram.message_given_up", str(watch["id"]), about)
        logger.error("the message %s about tasks is given up after %d tries: %s", watch["id"], MOST_TRIES, why)
        with contextlib.suppress(Exception):
            await send(self._bot, watch["chat_id"], _GIVEN_UP, topic=watch["topic"])
