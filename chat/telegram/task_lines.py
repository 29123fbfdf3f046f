"""Tasks as lines of a message."""

from collections.abc import Mapping
from typing import Any

from chat.telegram.texts import lines, safe, short_id, span
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.views import TaskView

_MARKS = {
    TaskStatus.SCHEDULED: "🕒",
    TaskStatus.BLOCKED: "⛓",
    TaskStatus.AWAITING_APPROVAL: "✋",
    TaskStatus.PENDING: "⏳",
    TaskStatus.CLAIMED: "▶️",
    TaskStatus.RUNNING: "▶️",
    TaskStatus.REVIEW: "👀",
    TaskStatus.SUCCEEDED: "✅",
    TaskStatus.FAILED: "❌",
    TaskStatus.CANCELLED: "✖️",
    TaskStatus.REJECTED: "🚫",
}
#: Parts of a result that a person wants first.
_RESULT_FIELDS = 4


def mark(status: TaskStatus) -> str:
    return _MARKS.get(status, "•")


def name(task: TaskView) -> str:
    """Type and ticker."""
    return f"<b>{safe(task.task_type, 60)}</b>" + (f" {safe(task.ticker, 20)}" if task.ticker else "")


def one_line(task: TaskView) -> str:
    """For lists."""
    why = f": {safe(error_of(task), 80)}" if task.status is TaskStatus.FAILED and task.error else ""
    return f"{mark(task.status)} {name(task)} {task.status.words}{_percent(task)} <code>{short_id(task.id)}</code>{why}"


def block(task: TaskView) -> str:
    """For a message about this one task."""
    return lines(
        f"{mark(task.status)} {name(task)} <code>{short_id(task.id)}</code>",
        f"{task.status.words}{_percent(task)}{_attempt(task)}{_took(task)}",
        _step(task) if task.status not in TERMINAL else None,
        safe(error_of(task), 300) if task.error and task.status is not TaskStatus.SUCCEEDED else None,
        _result(task.result) if task.status is TaskStatus.SUCCEEDED and task.result else None,
    )


def error_of(task: TaskView) -> str:
    error = task.error or {}
    return str(error.get("message") or error.get("type") or "no reason is known")


def _percent(task: TaskView) -> str:
    percent = (task.progress or {}).get("percent")
    shown = task.status in (TaskStatus.RUNNING, TaskStatus.CLAIMED) and isinstance(percent, int | float)
    return f" {percent:.0f} %" if shown else ""


def _step(task: TaskView) -> str | None:
    step = (task.progress or {}).get("step") or (task.progress or {}).get("current_step")
    return safe(step, 150) if step else None


def _attempt(task: TaskView) -> str:
    return f", attempt {task.attempt} of {task.max_attempts}" if task.attempt > 1 else ""


def _took(task: TaskView) -> str:
    return f" after {span(task.duration_ms / 1000)}" if task.duration_ms is not None and task.completed_at else ""


def _result(result: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in result.items() if isinstance(value, str | int | float)}
    return " · ".join(f"{safe(key, 30)}: {safe(value, 80)}" for key, value in list(plain.items())[:_RESULT_FIELDS])
