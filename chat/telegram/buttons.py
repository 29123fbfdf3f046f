"""The buttons under messages, read and chosen; who presses is checked like any caller."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from contracts.alerts.telegram_buttons import APPROVE, CANCEL, LABELS, QUIET, REJECT, RETRY, REVIEWS, button, moment_of
from contracts.tasks.statuses import ON_HAND, OPEN, TaskStatus

_RETRYABLE = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.REJECTED})


@dataclass(frozen=True)
class Press:
    """A button: of a task or plan, or for QUIET of a notification."""

    verb: str
    id: str
    #: Of a review: the round whose result the person saw, and when its review ends.
    round: int | None = None
    review_before: datetime | None = None


def read_button(data: str) -> Press | None:
    """None for what is none of ours: Telegram's clients may send any data."""
    verb, _, id_ = data.partition(":")
    if verb not in LABELS or not id_ or len(id_) > 64:
        return None
    round_, before = "", None
    if verb in REVIEWS:
        id_, _, which = id_.partition(":")
        round_, has_end, mark = which.partition(":")
        before = moment_of(mark)
        if not _is_number(round_) or (has_end and before is None):
            return None
    if verb != QUIET:
        try:
            id_ = str(uuid.UUID(id_))
        except ValueError:
            return None
    elif not _is_number(id_):
        return None
    return Press(verb, id_, int(round_) if round_ else None, before)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def buttons_of(task_id: uuid.UUID | str, status: TaskStatus) -> list[tuple[str, str]]:
    """What can be done about a task in this state; Mute is for messages that follow it."""
    if status is TaskStatus.AWAITING_APPROVAL:
        return [button(APPROVE, task_id), button(REJECT, task_id)]
    if status in OPEN or status in ON_HAND:
        return [button(CANCEL, task_id)]
    return [button(RETRY, task_id)] if status in _RETRYABLE else []
