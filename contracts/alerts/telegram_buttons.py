"""Labels and payloads of the buttons under messages of our Telegram bot: a verb and an id, never more.

Core puts them under notifications, the bot under its own messages; the bot alone acts on them.
"""

import re
import uuid
from datetime import UTC, datetime, timedelta

CANCEL, RETRY, APPROVE, REJECT, MUTE = "cancel", "retry", "approve", "reject", "mute"
#: Of a notification: nothing more of it for a while, and its failed task once more. Its message stays what it is.
QUIET, AGAIN = "quiet", "again"
#: Of a result that waits for review: `accept:<task>:<round>:<end of its review>`, because each result has another.
ACCEPT, DECLINE, CHANGE = "accept", "decline", "change"
#: Of a plan.
REPAIR, HALT = "repair", "halt"
REVIEWS = frozenset({ACCEPT, DECLINE, CHANGE})
_EPOCH, _UNIT = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
LABELS = {
    CANCEL: "✖ Cancel",
    RETRY: "🔁 Retry",
    APPROVE: "✅ Approve",
    REJECT: "🚫 Reject",
    MUTE: "🔕 Mute",
    QUIET: "🔕 Mute",
    AGAIN: "🔁 Retry",
    ACCEPT: "👍 Good",
    DECLINE: "👎 Reject",
    CHANGE: "✏️ Changes",
    REPAIR: "🔁 Retry",
    HALT: "✖ Cancel",
}


def button(verb: str, id_: uuid.UUID | str | int, about: str = "") -> tuple[str, str]:
    """(label, data)."""
    return f"{LABELS[verb]} {about}".strip(), f"{verb}:{id_}"


def review_buttons(
    task_id: uuid.UUID | str, round_: int, before: datetime | None, about: str = ""
) -> list[tuple[str, str]]:
    """Under a result: it is good, it is not, or it shall be made again. ``before``: when its review ends."""
    which = f"{task_id}:{round_}" + (f":{_mark_of(before)}" if before else "")
    return [button(verb, which, about if verb == ACCEPT else "") for verb in (ACCEPT, DECLINE, CHANGE)]


def _mark_of(moment: datetime) -> str:
    """A moment in few characters: Telegram takes 64 bytes for all of it."""
    return f"{(moment - _EPOCH) // _UNIT:x}"


def moment_of(mark: str) -> datetime | None:
    """None: it is no mark of ours."""
    return _EPOCH + int(mark, 16) * _UNIT if re.fullmatch(r"[0-9a-f]{1,14}", mark) else None
