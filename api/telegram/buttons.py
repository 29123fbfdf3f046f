"""The buttons under messages. Their data is a verb and an id, never more; who presses is checked like any caller."""

import uuid
from dataclasses import dataclass

from contracts.statuses import HELD, OPEN, TaskStatus

CANCEL, RETRY, APPROVE, REJECT, MUTE, QUIET = "cancel", "retry", "approve", "reject", "mute", "quiet"
_LABELS = {
    CANCEL: "✖ Cancel",
    RETRY: "🔁 Retry",
    APPROVE: "✅ Approve",
    REJECT: "🚫 Reject",
    MUTE: "🔕 Mute",
    QUIET: "🔕 Mute",
}
_RETRYABLE = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.REJECTED})


@dataclass(frozen=True)
class Press:
    """A button: of a task, or for QUIET of a notification."""

    verb: str
    id: str


def button(verb: str, id_: uuid.UUID | str | int, about: str = "") -> tuple[str, str]:
    """(label, data)."""
    return f"{_LABELS[verb]} {about}".strip(), f"{verb}:{id_}"


def read_button(data: str) -> Press | None:
    """None for what is none of ours: Telegram's clients may send any data."""
    verb, _, id_ = data.partition(":")
    if verb not in _LABELS or not id_ or len(id_) > 40:
        return None
    if verb != QUIET:
        try:
            id_ = str(uuid.UUID(id_))
        except ValueError:
            return None
    elif not id_.replace("-", "").isalnum():
        return None
    return Press(verb, id_)


def buttons_of(task_id: uuid.UUID | str, status: TaskStatus) -> list[tuple[str, str]]:
    """What can be done about a task in this state; Mute is for messages that follow it."""
    if status is TaskStatus.AWAITING_APPROVAL:
        return [button(APPROVE, task_id), button(REJECT, task_id)]
    if status in OPEN or status in HELD:
        return [button(CANCEL, task_id)]
    return [button(RETRY, task_id)] if status in _RETRYABLE else []
