"""Turns what Temporal says about a failed activity into a sentence for people."""

from collections.abc import Sequence
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError, TimeoutType

from contracts.tasks.work import ERROR_LIMIT, PLACE, TYPE_LIMIT, WORKER_LOST, TaskFailure

_TIMEOUTS = {
    TimeoutType.HEARTBEAT: (
        WORKER_LOST,
        "The worker stopped reporting (machine off, crashed or cut off), and no attempts are left.",
    ),
    TimeoutType.START_TO_CLOSE: (
        "AttemptTimeout",
        "The attempt took longer than the task type allows, and no attempts are left.",
    ),
}


def _place(details: Sequence[Any]) -> str | None:
    """As our workers tell it; what others send along is anything."""
    first = details[0] if details else None
    place = first.get(PLACE) if isinstance(first, dict) else None
    return place[:TYPE_LIMIT] if isinstance(place, str) and place else None


def failure_of(error: ActivityError) -> TaskFailure:
    """The type and the sentence of the last attempt's failure."""
    cause = error.cause
    if isinstance(cause, ApplicationError):
        return TaskFailure(
            type=(cause.type or "Error")[:TYPE_LIMIT],
            message=cause.message[:ERROR_LIMIT],
            retryable=not cause.non_retryable,
            place=_place(cause.details),
        )
    if isinstance(cause, TimeoutError) and cause.type in _TIMEOUTS:
        type_, message = _TIMEOUTS[cause.type]
        return TaskFailure(type=type_, message=message)
    return TaskFailure(type=type(cause or error).__name__, message=str(cause or error)[:ERROR_LIMIT])
