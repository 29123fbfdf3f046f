"""Words for the terminal. Whatever comes from a task may try to steer the terminal: `safe` is the way in."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

#: Invisible, but part of how people write: emoji families, scripts that join letters.
_JOINERS = "\u200c\u200d"
_SAFE_WHITE = "\n\t"
#: Controls, invisible formatting (direction overrides), lone surrogates, private use, line separators.
_DANGEROUS = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def safe(text: object) -> str:
    """The text with everything that could steer a terminal spelled out, e.g. ``\\x1b``."""
    return "".join(_spelled(each) for each in str(text))


def _spelled(character: str) -> str:
    if character in _SAFE_WHITE or character in _JOINERS:
        return character
    if unicodedata.category(character) in _DANGEROUS:
        return ascii(character)[1:-1]
    return character


def one_line(text: object, limit: int = 200) -> str:
    """The safe text on one line, cut at ``limit`` characters."""
    line = " ".join(safe(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def quoted(name: str) -> str:
    """A name as part of an address, whatever was typed."""
    return quote(name, safe="")


def plain(value: Any) -> str:
    """A value of params or result as a person would write it."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{safe(key)} {plain(each)}" for key, each in value.items()) or "-"
    if isinstance(value, Sequence):
        return ", ".join(plain(each) for each in value) or "-"
    return "-" if value is None else json.dumps(value)


def span(seconds: float) -> str:
    """A duration in its two largest units."""
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < 10:
        return f"{max(seconds, 0):.1f}".removesuffix(".0") + " s"
    rest, parts = round(seconds), list[str]()
    for unit, length in _UNITS:
        amount, rest = divmod(rest, length)
        parts.append(f"{amount} {unit}" if amount else "")
    first = next(place for place, part in enumerate(parts) if part)
    return " ".join(part for part in parts[first : first + 2] if part)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long since (or until) a moment, in its largest unit."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    size = abs(seconds)
    if size < 2:
        return "now"
    unit, length = next((unit, length) for unit, length in _UNITS if size >= length)
    amount = f"{int(size // length)} {unit}"
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def clock(moment: datetime) -> str:
    """A moment in the time of this machine."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
