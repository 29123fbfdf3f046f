"""Messages that follow tasks: one per task or batch, edited in place, and one more when all is over.

What is shown is read from the mirror, for all watches at once, so it costs no request per message and goes on while
the API is away.
"""

import asyncio
import contextlib
import logging
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import RowMapping
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from chat.telegram.buttons import buttons_of
from chat.telegram.replies import Unreachable, edit, send
from chat.telegram.task_lines import block, mark, one_line
from chat.telegram.texts import MOST_LINES, Answer, lines, safe, short_id
from contracts.alerts.telegram_buttons import MUTE, button, review_buttons
from contracts.plans.statuses import UNDER_WAY, StepStatus
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.views import TaskView
from db.chat.watches import due_watches, end_watch, look_later, note_shown, nothing_new, sweep_watches, tasks_of
from db.session import Database, Unavailable
from services.tasks.views import task_view

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
#: Telegram lets a bot say about one thing a second in a chat.
_BETWEEN_EDITS = timedelta(seconds=3)
_AFTER_FAILURE = timedelta(seconds=10)
_AT_ONCE = 100
_REMEMBER = timedelta(days=7)
_SWEEP_SECONDS = 3_600


class Look:
    """A watch and how its tasks are right now."""

    def __init__(self, watch: RowMapping, rows: Mapping[uuid.UUID, RowMapping]) -> None:
        """``rows``: of tasks by id, these among them unless they were deleted."""
        self.watch = watch
        mine = [rows[id_] for id_ in watch["task_ids"] if id_ in rows]
        self.tasks = tasks = [task_view(row) for row in mine]
        #: What their plans have not done with: a moment after the end it is known whether a person has to look.
        open_ = [row for row in mine if row["step_status"] in UNDER_WAY]
        in_review = {row["id"]: row["review_before"] for row in open_ if row["step_status"] == StepStatus.REVIEW}
        #: Nobody may see it (any more), or there is nothing left to see.
        self.is_closed = not tasks or not watch["may_read"]
        self.is_over = not self.is_closed and not open_ and all(each.status in TERMINAL for each in tasks)
        self.answer = Answer("") if self.is_closed else picture(tasks, watch["heading"], in_review)

    @property
    def is_news(self) -> bool:
        return self.is_closed or self.is_over or self.answer.html != self.watch["shown"]


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
            if not watches:
                return
            wanted = list({task_id for watch in watches for task_id in watch["task_ids"]})
            rows = await tasks_of(connection, wanted)
            known = {row["id"]: row for row in rows}
            looks = [Look(watch, known) for watch in watches]
            await nothing_new(connection, [each.watch["id"] for each in looks if not each.is_news])
        for look in looks:
            if look.is_news:
                self._busy.add(look.watch["id"])
                group.create_task(self._work(look))

    async def _work(self, look: Look) -> None:
        try:
            await self._show(look)
        except Unavailable as error:
            logger.warning("what a message shows could not be noted: %s", error.__cause__)
        finally:
            self._busy.discard(look.watch["id"])

    async def _show(self, look: Look) -> None:
        if look.is_closed:
            return await self._end(look.watch)
        try:
            await self._bring_up_to_date(look)
        except Unreachable:
            await self._end(look.watch)
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


def picture(
    tasks: Sequence[TaskView], heading: str, in_review: Mapping[uuid.UUID, datetime | None] = MappingProxyType({})
) -> Answer:
    """What a message about these tasks says right now.

    ``in_review``: those of which somebody has to look at the results, and until when.
    """
    above = safe(heading, 500) if heading else None
    if len(tasks) == 1:
        [task] = tasks
        if task.id in in_review:
            return Answer(lines(above, block(task), _look_at(task)), [_look_buttons(task, in_review)])
        mute = [] if task.status in TERMINAL else [button(MUTE, task.id)]
        return Answer(lines(above, block(task)), [[*buttons_of(task.id, task.status), *mute]])
    # Those that went wrong first: they are what a person looks for.
    order = {TaskStatus.FAILED: 0, TaskStatus.AWAITING_APPROVAL: 1, TaskStatus.RUNNING: 2}
    shown = sorted(tasks, key=lambda each: order.get(each.status, 3))[:MOST_LINES]
    is_over = all(each.status in TERMINAL for each in tasks)
    mute = [] if is_over else [button(MUTE, tasks[0].id)]
    left = len(tasks) - len(shown)
    more = f"… and {left} more" if left else None
    asked = [_look_buttons(each, in_review, short_id(each.id)) for each in tasks if each.id in in_review]
    looks = [f"{_look_at(each)} <code>{short_id(each.id)}</code>" for each in tasks if each.id in in_review]
    return Answer(lines(above, f"<b>{_counted(tasks)}</b>", *map(one_line, shown), more, *looks), [mute, *asked])


def _look_buttons(task: TaskView, ends: Mapping[uuid.UUID, datetime | None], about: str = "") -> list[tuple[str, str]]:
    return review_buttons(task.id, task.retry_count, ends[task.id], about)


def _look_at(task: TaskView) -> str:
    """With the number of a result that was made again: messages with the same text count as the same."""
    again = f" no. {task.retry_count + 1}" if task.retry_count else ""
    return f"👀 Look at the result{again}: is it good?"


def outcome(tasks: Sequence[TaskView]) -> str:
    """The last word on them."""
    if len(tasks) == 1:
        return block(tasks[0])
    return f"All {len(tasks)} tasks are over: {_counted(tasks)}"


def _counted(tasks: Sequence[TaskView]) -> str:
    counts = Counter(each.status for each in tasks)
    return ", ".join(f"{mark(status)} {count} {status.words}" for status, count in counts.most_common())
