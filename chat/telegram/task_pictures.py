"""Composes what a message about some tasks says, from the mirror and without a word to anybody."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import RowMapping

from chat.telegram.buttons import buttons_of
from chat.telegram.task_lines import block, mark, one_line
from chat.telegram.texts import MOST_LINES, Answer, lines, safe, short_id
from contracts.alerts.telegram_buttons import MUTE, button, review_buttons
from contracts.plans.statuses import UNDER_WAY, StepStatus
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.views import TaskView
from services.tasks.views import task_view


class Look:
    """A watch and how its tasks are right now."""

    def __init__(self, watch: RowMapping, rows: Sequence[RowMapping]) -> None:
        """``rows``: of those of its tasks that may be seen."""
        self.watch = watch
        self.tasks = tasks = [task_view(row) for row in rows]
        #: What their plans have not done with: a moment after the end it is known whether a person has to look.
        open_ = [row for row in rows if row["step_status"] in UNDER_WAY]
        in_review = {row["id"]: row["review_before"] for row in open_ if row["step_status"] == StepStatus.REVIEW}
        #: Nobody may see it (any more), or there is nothing left to see.
        self.is_closed = not tasks or not watch["may_read"]
        self.is_over = not self.is_closed and not open_ and all(each.status in TERMINAL for each in tasks)
        self.answer = Answer("") if self.is_closed else picture(tasks, watch["heading"], in_review)

    @property
    def is_news(self) -> bool:
        return self.is_closed or self.is_over or self.answer.html != self.watch["shown"]


def look_at(watch: RowMapping, rows: Mapping[uuid.UUID, RowMapping]) -> Look:
    """``rows``: by id, those of all tasks that anybody watches. What its person may not see is not there."""
    seen = watch["workspaces"]
    found = [rows[id_] for id_ in watch["task_ids"] if id_ in rows and (seen is None or rows[id_]["instance"] in seen)]
    return Look(watch, found)


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
            return Answer(lines(above, block(task), _look_at(task, in_review)), [_look_buttons(task, in_review)])
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
    looks = [f"{_look_at(each, in_review)} <code>{short_id(each.id)}</code>" for each in tasks if each.id in in_review]
    return Answer(lines(above, f"<b>{_counted(tasks)}</b>", *map(one_line, shown), more, *looks), [mute, *asked])


def _look_buttons(task: TaskView, ends: Mapping[uuid.UUID, datetime | None], about: str = "") -> list[tuple[str, str]]:
    return review_buttons(task.id, task.retry_count, ends[task.id], about)


def _look_at(task: TaskView, ends: Mapping[uuid.UUID, datetime | None]) -> str:
    """With what tells this result from one before: messages with the same text count as the same, buttons or not.

    That is its number, and the end of its review where a reset in Temporal made it again under the same one.
    """
    again = f" no. {task.retry_count + 1}" if task.retry_count else ""
    end = ends[task.id]
    until = f" by {end.astimezone(UTC):%d %b %H:%M:%S} UTC" if end else ""
    return f"👀 Look at the result{again}{until}: is it good?"


def outcome(tasks: Sequence[TaskView]) -> str:
    """The last word on them."""
    if len(tasks) == 1:
        return block(tasks[0])
    return f"All {len(tasks)} tasks are over: {_counted(tasks)}"


def _counted(tasks: Sequence[TaskView]) -> str:
    counts = Counter(each.status for each in tasks)
    return ", ".join(f"{mark(status)} {count} {status.words}" for status, count in counts.most_common())
