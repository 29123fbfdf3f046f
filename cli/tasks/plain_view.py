"""Watching without a live terminal: one line per change, one JSON event per line, or nothing."""

from collections.abc import Sequence
from typing import Protocol, Self
from uuid import UUID

from rich.console import Console
from rich.text import Text

from cli.output import complain, count, print_json, task_label
from cli.tasks.history import event_words, failure_words
from cli.tasks.progress import Report, read_progress
from cli.text import one_line, safe
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import EventView, TaskDetailView

#: Progress is told when its step changes, or after this many percent.
_STRIDE = 10


class View(Protocol):
    """What a watch shows itself on."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def loaded(self, tasks: Sequence[TaskDetailView]) -> None:
        """The state at the beginning."""

    def happened(self, task: TaskDetailView, event: EventView) -> None:
        """The task as it is now, and why."""

    def refreshed(self, task: TaskDetailView) -> None:
        """The task as it is now; perhaps nothing happened."""

    def gone(self, task_id: UUID) -> None:
        """The task was deleted."""

    def notice(self, text: str | None) -> None:
        """What hinders watching; None when nothing does any more."""

    def finished(self, tasks: Sequence[TaskDetailView]) -> None:
        """All are over."""


class Quiet:
    """Shows nothing but what hinders it, on stderr."""

    def __init__(self) -> None:
        self._notice: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def loaded(self, tasks: Sequence[TaskDetailView]) -> None:
        pass

    def happened(self, task: TaskDetailView, event: EventView) -> None:
        pass

    def refreshed(self, task: TaskDetailView) -> None:
        pass

    def gone(self, task_id: UUID) -> None:
        pass

    def notice(self, text: str | None) -> None:
        if text and text != self._notice:
            complain(safe(text))
        self._notice = text

    def finished(self, tasks: Sequence[TaskDetailView]) -> None:
        pass


class JsonLines(Quiet):
    """Every event as it came."""

    def happened(self, task: TaskDetailView, event: EventView) -> None:
        print_json(event, lines=True)


class PlainLines(Quiet):
    """One line per change; for pipes and logs, without control codes."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._reports: dict[UUID, Report] = {}
        self._states: dict[UUID, str] = {}

    def loaded(self, tasks: Sequence[TaskDetailView]) -> None:
        for task in tasks:
            self._states[task.id] = _state(task)
            self._line(task, _state(task))

    def refreshed(self, task: TaskDetailView) -> None:
        if task.waiting_because and self._states.get(task.id) != _state(task):
            self._line(task, _state(task))
        self._states[task.id] = _state(task)

    def happened(self, task: TaskDetailView, event: EventView) -> None:
        if event.type != "progress" or self._is_news(event):
            self._line(task, event_words(event, task.worker), event)

    def finished(self, tasks: Sequence[TaskDetailView]) -> None:
        # The error of a single task is in the line before.
        self._console.print(closing_words(tasks, with_errors=len(tasks) > 1), soft_wrap=True)

    def _is_news(self, event: EventView) -> bool:
        report = read_progress(event.details)
        last = self._reports.get(event.task_id)
        if last and last.step == report.step and (report.percent or 0) < (last.percent or 0) + _STRIDE:
            return False
        self._reports[event.task_id] = report
        return True

    def _line(self, task: TaskDetailView, words: str, event: EventView | None = None) -> None:
        moment = event.created_at if event else task.updated_at
        label = task_label(task.task_type, task.ticker)
        line = f"{moment.astimezone():%H:%M:%S}  {str(task.id)[:8]}  {label}  {words}"
        self._console.print(Text(line), soft_wrap=True)


def _state(task: TaskDetailView) -> str:
    return task.status.words + (f"  waiting: {one_line(task.waiting_because)}" if task.waiting_because else "")


def closing_words(tasks: Sequence[TaskDetailView], *, with_errors: bool = True) -> Text:
    """How it went: the failures with their errors, then the count."""
    failed = [task for task in tasks if task.status is not TaskStatus.SUCCEEDED]
    text = Text()
    for task in failed if with_errors else ():
        why = failure_words(task.error) if task.error else task.status.words
        text.append(f"{str(task.id)[:8]}  {task_label(task.task_type, task.ticker)}  {why}\n", style="red")
    good = len(tasks) - len(failed)
    words = f"{good} of {count(len(tasks), 'task')} succeeded." if len(tasks) > 1 else _single(tasks)
    return text.append(words, style="bold")


def _single(tasks: Sequence[TaskDetailView]) -> str:
    return f"The task {_PAST[tasks[0].status]}." if tasks else "There is nothing to watch."


_PAST = {status: f"is {status.words}" for status in TaskStatus} | {
    TaskStatus.SUCCEEDED: "succeeded",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "was cancelled",
    TaskStatus.REJECTED: "was rejected",
}
