"""Labels and payloads of the buttons under messages of our Telegram bot: a verb and an id, never more.

Core puts them under notifications, the bot under its own messages; the bot alone acts on them.
"""

import uuid

CANCEL, RETRY, APPROVE, REJECT, MUTE = "cancel", "retry", "approve", "reject", "mute"
#: Of a notification: nothing more of it for a while, and its failed task once more. Its message stays what it is.
QUIET, AGAIN = "quiet", "again"
LABELS = {
    CANCEL: "✖ Cancel",
    RETRY: "🔁 Retry",
    APPROVE: "✅ Approve",
    REJECT: "🚫 Reject",
    MUTE: "🔕 Mute",
    QUIET: "🔕 Mute",
    AGAIN: "🔁 Retry",
}


def button(verb: str, id_: uuid.UUID | str | int, about: str = "") -> tuple[str, str]:
    """(label, data)."""
    return f"{LABELS[verb]} {about}".strip(), f"{verb}:{id_}"
