"""Messages that follow tasks: one per task or batch, edited in place, and one more when all is over.

What is shown is read from the mirror, for all watches at once, so it costs no request per message and goes on while
the API is away.
"""

import asyncio
import contextlib
import logging
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import RowMapping
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from api.services.views import task_view
from api.telegram.buttons import MUTE, button, buttons_of
from api.telegram.replies import Unreachable, edit, send
from api.telegram.task_lines import block, mark, one_line, word
from api.telegram.texts import MOST_LINES, Answer, lines, safe
from contracts.statuses import TERMINAL, TaskStatus
from contracts.views import TaskView
from db.session import Database, Unavailable
from db.telegram_watches import due_watches, end_watch, look_later, note_shown, sweep_watches, tasks_of

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
#: Telegram lets a bot say about one thing a second in a chat.
_BETWEEN_EDITS = timedelta(seconds=3)
_UNCHANGED = timedelta(seconds=1)
_AFTER_FAILURE = timedelta(seconds=10)
_AT_ONCE = 100
_REMEMBER = timedelta(days=7)
_SWEEP_SECONDS = 3_600


class Following:
    def __init__(self, bot: Bot, database: Database) -> None:
        self._bot = bot
        self._database = database
        #: Ids of watches whose message is being sent: a chat that Telegram slows down holds up no other.
        self._busy: set[int] = set()

    async def run(self) -> None:
        """Until cancelled. A message that was sent but not noted is sent again by the next process."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    await self._look(group)
                except Unavailable as error:
                    logger.warning("messages do not follow their tasks right now: %s", error.__cause__)
                await asyncio.sleep(_LOOK_SECONDS)

    async def sweep(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                async with self._database.transaction() as connection:
                    await sweep_watches(connection, _REMEMBER)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        async with self._database.transaction() as connection:
            watches = [each for each in await due_watches(connection, _AT_ONCE) if each["id"] not in self._busy]
            wanted = list({task_id for watch in watches for task_id in watch["task_ids"]})
            tasks = {row["id"]: task_view(row) for row in await tasks_of(connection, wanted)} if wanted else {}
        for watch in watches:
            self._busy.add(watch["id"])
            group.create_task(self._work(watch, tasks))

    async def _work(self, watch: RowMapping, tasks: dict[uuid.UUID, TaskView]) -> None:
        try:
            await self._show(watch, tasks)
        except Unavailable as error:
            logger.warning("what a message shows could not be noted: %s", error.__cause__)
        finally:
            self._busy.discard(watch["id"])

    async def _show(self, watch: RowMapping, all_tasks: dict[uuid.UUID, TaskView]) -> None:
        tasks = [all_tasks[id_] for id_ in watch["task_ids"] if id_ in all_tasks]
        if not tasks or not watch["may_read"]:
            return await self._end(watch)
        try:
            await self._bring_up_to_date(watch, tasks)
        except Unreachable:
            await self._end(watch)
        except TelegramError as error:
            level = logging.INFO if isinstance(error, RetryAfter) else logging.WARNING
            logger.log(level, "a message about a task waits: %s", error)
            await self._later(watch, _AFTER_FAILURE)

    async def _bring_up_to_date(self, watch: RowMapping, tasks: Sequence[TaskView]) -> None:
        answer, is_over = picture(tasks, watch["heading"]), all(each.status in TERMINAL for each in tasks)
        if answer.html == watch["shown"] and not is_over:
            return await self._later(watch, _UNCHANGED)
        message_id = await self._put(watch, answer)
        if is_over:
            # An edit makes no sound. A message that was there from the beginning is not enough.
            if watch["message_id"] is not None:
                await send(self._bot, watch["chat_id"], Answer(outcome(tasks)), reply_to=message_id)
            return await self._end(watch)
        async with self._database.transaction() as connection:
            await note_shown(connection, watch["id"], message_id, answer.html, _BETWEEN_EDITS)

    async def _put(self, watch: RowMapping, answer: Answer) -> int:
        """The id of the message that shows it now."""
        message_id: int | None = watch["message_id"]
        if message_id is not None and (
            answer.html == watch["shown"] or await edit(self._bot, watch["chat_id"], message_id, answer)
        ):
            return message_id
        return await send(self._bot, watch["chat_id"], answer)

    async def _later(self, watch: RowMapping, pause: timedelta) -> None:
        async with self._database.transaction() as connection:
            await look_later(connection, watch["id"], pause)

    async def _end(self, watch: RowMapping) -> None:
        async with self._database.transaction() as connection:
            await end_watch(connection, watch["id"])


def picture(tasks: Sequence[TaskView], heading: str) -> Answer:
    """What a message about these tasks says right now."""
    above = safe(heading, 500) if heading else None
    if len(tasks) == 1:
        [task] = tasks
        mute = [] if task.status in TERMINAL else [button(MUTE, task.id)]
        return Answer(lines(above, block(task)), [[*buttons_of(task.id, task.status), *mute]])
    # Those that went wrong first: they are what a person looks for.
    order = {TaskStatus.FAILED: 0, TaskStatus.AWAITING_APPROVAL: 1, TaskStatus.RUNNING: 2}
    shown = sorted(tasks, key=lambda each: order.get(each.status, 3))[:MOST_LINES]
    is_over = all(each.status in TERMINAL for each in tasks)
    mute = [] if is_over else [button(MUTE, tasks[0].id)]
    left = len(tasks) - len(shown)
    more = f"… and {left} more" if left else None
    return Answer(lines(above, f"<b>{_counted(tasks)}</b>", *map(one_line, shown), more), [mute])


def outcome(tasks: Sequence[TaskView]) -> str:
    """The last word on them."""
    if len(tasks) == 1:
        return block(tasks[0])
    return f"All {len(tasks)} tasks are over: {_counted(tasks)}"


def _counted(tasks: Sequence[TaskView]) -> str:
    counts = Counter(each.status for each in tasks)
    return ", ".join(f"{mark(status)} {count} {word(status)}" for status, count in counts.most_common())
