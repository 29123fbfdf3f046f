"""Text for a phone: HTML as Telegram reads it, everything from outside escaped and cut short.

A text is cut before it is escaped, so that no entity is cut in half.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

#: Telegram takes 4,096 characters after parsing; markup comes on top.
_LONGEST = 3_500
#: Lines of a list; a phone shows about as many.
MOST_LINES = 12
_MOST_BUTTONS = 8


@dataclass(frozen=True)
class Answer:
    """What the person reads: HTML, and rows of buttons as (label, data)."""

    html: str
    buttons: Sequence[Sequence[tuple[str, str]]] = field(default_factory=tuple)

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in self.buttons if row]
        return InlineKeyboardMarkup(rows[:_MOST_BUTTONS]) if rows else None

    @property
    def plain(self) -> str:
        """For the small notice above a button, which knows no markup and 200 characters."""
        return cut(self.html.replace("<b>", "").replace("</b>", ""), 200)


def safe(value: Any, most: int = 200) -> str:
    """Any text as one line of HTML."""
    return escape(cut(" ".join(str(value).split()), most), quote=False)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def lines(*parts: str | None) -> str:
    """The parts as lines, as many as fit into a message."""
    kept: list[str] = []
    for part in filter(None, parts):
        if sum(map(len, kept)) + len(part) > _LONGEST:
            kept.append("…")
            break
        kept.append(part)
    return "\n".join(kept)


def listing(heading: str, rows: Sequence[str], total: int | None = None) -> str:
    """A heading and its first lines; says how many are left out."""
    left = (len(rows) if total is None else total) - min(len(rows), MOST_LINES)
    return lines(heading, *rows[:MOST_LINES], f"… and {left} more" if left > 0 else None)


def short_id(task_id: Any) -> str:
    return str(task_id)[:8]


def span(seconds: float) -> str:
    """Like ``42 s``, ``5 min``, ``3 h``, ``2 d``."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def ago(moment: str | None) -> str:
    """Of a moment as the API writes it."""
    if not moment:
        return "never"
    return f"{span((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())} ago"
