"""The events of a task as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from cli.tasks.progress import read_progress
from cli.text import one_line, plain
from contracts.tasks.views import EventView
from contracts.tasks.work import HANDED_BACK, WORKER_LEFT

_LONGEST = 300

_SIMPLE = {
    "started": "running",
    "cancelled": "cancelled",
    "cancel_requested": "cancel requested",
    "retried": "retried",
    "note": "note added",
    "deleted": "deleted",
    "new_run": "follows another run of its workflow",
    "pending": "ready for a worker",
    "succeeded": "succeeded",
}
#: How the worker's name follows.
_JOINED = {"claimed": "by", "started": "on"}


def event_words(event: EventView, worker: str | None = None) -> str:
    """What happened, and by whom. ``worker``: the name of the task's worker, if it is known."""
    details = event.details or {}
    words = _DETAILED[event.type](event, details) if event.type in _DETAILED else _simple(event, details)
    at = f" {_JOINED[event.type]} {one_line(worker, 40)}" if worker and event.type in _JOINED else ""
    by = f" by {one_line(event.actor, 80)}" if event.actor else ""
    return words + at + by


def failure_words(error: Mapping[str, Any]) -> str:
    """An error as workers report it: ``RateLimited: the source asked us to slow down``."""
    return f"{one_line(error.get('type') or 'Error', 80)}: {one_line(error.get('message') or '', _LONGEST)}"


def _simple(event: EventView, _: Mapping[str, Any]) -> str:
    return _SIMPLE.get(event.type) or one_line(event.type.replace("_", " "), 80)


def _claimed(event: EventView, _: Mapping[str, Any]) -> str:
    return f"attempt {event.attempt} taken" if event.attempt else "taken"


def is_handed_back(error: Mapping[str, Any] | None) -> bool:
    """Its worker stopped in good order: nothing failed, another worker goes on, and no attempt is used up."""
    return bool(error) and (error or {}).get("type") in (HANDED_BACK, WORKER_LEFT)


def _attempt_failed(event: EventView, details: Mapping[str, Any]) -> str:
    if is_handed_back(details):
        return f"handed back, goes on elsewhere: {one_line(details.get('message') or '', _LONGEST)}"
    return f"attempt {event.attempt} failed, another follows: {failure_words(details)}"


def _failed(_: EventView, details: Mapping[str, Any]) -> str:
    return f"failed: {failure_words(details)}" if details.get("message") else "failed"


def _progress(_: EventView, details: Mapping[str, Any]) -> str:
    report = read_progress(details)
    return "  ".join(part for part in (report.short, report.details) if part) or "at work"


def _reprioritised(_: EventView, details: Mapping[str, Any]) -> str:
    return f"priority {plain(details.get('from'))} → {plain(details.get('to'))}"


def _created(_: EventView, details: Mapping[str, Any]) -> str:
    return f"follows task {plain(details['follow_up_of'])[:8]}" if details.get("follow_up_of") else "submitted"


def _followed_up(_: EventView, details: Mapping[str, Any]) -> str:
    return f"followed by {plain(details.get('task_type'))} {plain(details.get('task_id'))[:8]}"


_DETAILED: Mapping[str, Callable[[EventView, Mapping[str, Any]], str]] = {
    "created": _created,
    "followed_up": _followed_up,
    "claimed": _claimed,
    "attempt_failed": _attempt_failed,
    "failed": _failed,
    "progress": _progress,
    "reprioritised": _reprioritised,
}
