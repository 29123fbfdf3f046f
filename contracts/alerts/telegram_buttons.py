"""Labels and payloads of the buttons under messages of our Telegram bot: a verb and an id, never more.

Core puts them under notifications, the bot under its own messages; the bot alone acts on them.
"""

import uuid

CANCEL, RETRY, APPROVE, REJECT, MUTE = "cancel", "retry", "approve", "reject", "mute"
#: Of a notification: nothing more of it for a while, and its failed task once more. Its message stays what it is.
QUIET, AGAIN = "quiet", "again"
#: Of a result that waits for review: `accept:<task>:<round>`, because the next round has another result.
ACCEPT, DECLINE, CHANGE = "accept", "decline", "change"
#: Of a plan.
REPAIR, HALT = "repair", "halt"
REVIEWS = frozenset({ACCEPT, DECLINE, CHANGE})
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


def review_buttons(task_id: uuid.UUID | str, round_: int, about: str = "") -> list[tuple[str, str]]:
    """Under a result: it is good, it is not, or it shall be made again."""
    return [button(verb, f"{task_id}:{round_}", about if verb == ACCEPT else "") for verb in (ACCEPT, DECLINE, CHANGE)]
