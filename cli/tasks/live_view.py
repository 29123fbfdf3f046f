"""Watching on a terminal: one row per task with a progress bar, redrawn as it changes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.output import status_text, task_label
from cli.tasks.plain_view import closing_words
from cli.tasks.progress import progress_of
from cli.text import one_line, span
from contracts.tasks.statuses import ON_HAND, TERMINAL, TaskStatus
from contracts.tasks.views import EventView, TaskDetailView

_REFRESH_PER_SECOND = 8
_BAR_WIDTH = 24
#: Lines of the terminal that are left to the shell and to our notice.
_SPARE_LINES = 4
_NARROW = 100


class LiveView:
    """The state of every task, drawn from scratch each time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[UUID, TaskDetailView] = {}
        self._is_loaded = False
        self._notice: str | None = None
        self._live = Live(
            get_renderable=self._draw,
            console=console,
            refresh_per_second=_REFRESH_PER_SECOND,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def loaded(self, tasks: Sequence[TaskDetailView]) -> None:
        self._tasks = {task.id: task for task in tasks}
        self._is_loaded = True

    def happened(self, task: TaskDetailView, event: EventView) -> None:
        self._tasks[task.id] = task

    def refreshed(self, task: TaskDetailView) -> None:
        self._tasks[task.id] = task

    def gone(self, task_id: UUID) -> None:
        self._tasks.pop(task_id, None)

    def notice(self, text: str | None) -> None:
        self._notice = text

    def finished(self, tasks: Sequence[TaskDetailView]) -> None:
        self.loaded(tasks)
        self._live.stop()
        self._console.print(closing_words(tasks), soft_wrap=True)

    def _draw(self) -> RenderableType:
        tasks = list(self._tasks.values())
        room = max(self._console.height - _SPARE_LINES, 3)
        shown = _most_wanted(tasks, room)
        parts: list[RenderableType] = [_rows(shown, narrow=self._console.width < _NARROW)]
        if not tasks:
            waiting = "No open tasks. New ones appear here; Ctrl-C ends." if self._is_loaded else "Loading …"
            parts = [Text(waiting, style="dim")]
        if len(shown) < len(tasks):
            parts.append(Text(f"… and {len(tasks) - len(shown)} more", style="dim"))
        if self._notice:
            parts.append(Text(one_line(self._notice), style="yellow"))
        return Group(*parts)


def _most_wanted(tasks: Sequence[TaskDetailView], room: int) -> list[TaskDetailView]:
    """All in their order if they fit; else those that run, those that wait, and the last that ended."""
    if len(tasks) <= room:
        return list(tasks)
    ended_last = sorted(tasks, key=lambda task: task.updated_at, reverse=True)
    return sorted(ended_last, key=lambda task: (task.status not in ON_HAND, task.status in TERMINAL))[:room]


def _rows(tasks: Sequence[TaskDetailView], *, narrow: bool) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for width in (8, None, None, 5, None):
        grid.add_column(no_wrap=True, width=width)
    grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    grid.add_column(no_wrap=True, justify="right")
    grid.expand = True
    for task in tasks:
        grid.add_row(
            Text(str(task.id)[:8], style="dim"),
            task_label(task.task_type, task.ticker),
            _bar(task, 10 if narrow else _BAR_WIDTH),
            Text(progress_of(task).short, justify="right"),
            status_text(task.status),
            _doing(task),
            Text(_time(task), style="dim"),
        )
    return grid


def _bar(task: TaskDetailView, width: int) -> ProgressBar:
    percent = progress_of(task).percent
    style = "red" if task.status in TERMINAL and task.status is not TaskStatus.SUCCEEDED else "cyan"
    # A task that runs without saying how far it is gets a bar that moves.
    unknown = percent is None and task.status is TaskStatus.RUNNING
    return ProgressBar(
        total=None if unknown else 100, completed=percent or 0, width=width, complete_style=style, pulse=unknown
    )


def _doing(task: TaskDetailView) -> Text:
    if task.error:
        return Text(one_line(task.error.get("message", "")), style="red")
    if task.waiting_because:
        return Text(one_line(task.waiting_because), style="yellow")
    return Text(progress_of(task).details)


def _time(task: TaskDetailView) -> str:
    if task.duration_ms is not None:
        return span(task.duration_ms / 1000)
    if task.started_at is None or task.status in TERMINAL:
        return ""
    return span((datetime.now(UTC) - task.started_at).total_seconds())
