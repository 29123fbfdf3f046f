"""Times as people write them: `2030-01-31T08:00+01:00`, `tomorrow 8:00`, `yesterday`, `in 2 hours`, `3 days ago`.

What names no zone is meant in that of this machine.
"""

from datetime import datetime
from typing import Any

import typer

_EXAMPLES = "2030-01-31T08:00+01:00, 'tomorrow 8:00' or 'in 2 hours'"


def moment(text: str) -> datetime:
    """A moment to come, with its zone. A day alone is none: it has many."""
    value, is_day = _read(text, "future")
    if value is None:
        raise typer.BadParameter(f"'{text}' is no time. Write one like {_EXAMPLES}.")
    if is_day:
        raise typer.BadParameter(f"'{text}' is a day. Give the time, too, such as '{text} 8:00'.")
    return value


def bound(text: str) -> datetime:
    """Where a range begins or ends: a moment, or a day, which is its first moment."""
    value, is_day = _read(text, "past")
    if value is None:
        raise typer.BadParameter(f"'{text}' is no time. Write one like 2030-01-31, yesterday or '3 hours ago'.")
    return value.replace(hour=0, minute=0, second=0, microsecond=0) if is_day else value


def _read(text: str, prefer: str) -> tuple[datetime | None, bool]:
    """(the time, whether it is a day alone)."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return _in_words(text, prefer)
    is_day = not any(mark in text for mark in "T:") and len(text.strip()) <= len("2030-01-31")
    return (value if value.tzinfo else value.astimezone()), is_day


def _in_words(text: str, prefer: str) -> tuple[datetime | None, bool]:
    # Takes a quarter of a second, and most commands need none of it.
    from dateparser.date import DateDataParser

    settings: dict[str, Any] = {
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RETURN_TIME_AS_PERIOD": True,
        "PREFER_DATES_FROM": prefer,
        # Half a date, such as "31" or "May", is filled in by guessing.
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(text)
    return found.date_obj, found.period != "time"
