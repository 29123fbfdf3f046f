"""Quiet hours: a time of the day in a time zone, in which only what is critical is sent."""

import re
from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from contracts.timezones import zone_of

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)(?: ([\w+\-/]{1,60}))?")
_SENTENCE = "must be like 22:00-07:00 Europe/Berlin, or 22:00-07:00 for UTC"


def _checked(text: str) -> str:
    parts(text)
    return text


#: As people write it; `is_quiet` reads it.
QuietHours = Annotated[str, Field(max_length=100), AfterValidator(_checked)]


def is_quiet(hours: str | None, now: datetime) -> bool:
    """Whether ``now`` lies within these hours. The end is not in it; hours may go over midnight."""
    if hours is None:
        return False
    start, end, zone = parts(hours)
    local = now.astimezone(zone).time()
    return start <= local < end if start < end else (local >= start or local < end)


def parts(text: str) -> tuple[time, time, ZoneInfo]:
    """Start, end and zone.

    Raises:
        ValueError: with a sentence.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(_SENTENCE)
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise ValueError(f"start and end are the same; it {_SENTENCE}")
    return start, end, zone_of(found[5] or "UTC")
