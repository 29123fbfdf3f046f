"""Times of day: "8", "9:30", "8pm", "noon", "in the evening", "half past 7", "7ish"."""

import re
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from intake.times.zones import ZONE, zone_called

PART = r"(?:morning|afternoon|evening|night)"
#: Behind "at" a bare number will do, elsewhere it must look like a time.
LEAD = (
    r"(?:(?:at|@)(?: (?:about|around|roughly))? ?|(?:around )?"
    r"(?=\d{1,2}(?::\d\d| ?[ap]\.?m| ?-?ish\b)|noon|midnight|(?:half|quarter) (?:past|to) \d))"
)
#: Behind a day it need not look like one: "tomorrow around 7", but not "tomorrow around 20 posts".
ROUGHLY = (
    r"(?:(?:around|about|roughly) "
    r"(?=\d{1,2}(?!\d| (?:\w+ )?(?:post|tweet|comment|thread|article|headline|filing|mention|submission))))"
)
CLOCK = (
    r"(?:(?:(?P<quarter>half past|quarter past|quarter to) )?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?: ?(?P<half>[ap])\.?m\b\.?)?(?: ?o'clock| ?-?ish\b|h\b)?"
    rf"|(?P<name>noon|midnight))(?: ?(?P<zone>{ZONE})\b)?"
)
#: When a part of the day begins, for those who name no hour.
USUAL = {"morning": time(8), "afternoon": time(15), "evening": time(18), "night": time(20)}
_LATE = ("afternoon", "evening", "night")
#: Nobody says whether "at 3" is at night.
_LAST_UNCLEAR = 6


class Doubt(ValueError):
    """The words may mean two things, or nothing; the message says what to write instead.

    ``instead``: words that may be put in their place.
    """

    def __init__(self, message: str, *instead: str) -> None:
        super().__init__(message)
        self.instead = instead


@dataclass(frozen=True)
class Clock:
    """A time of day; midnight is that at the end of the day."""

    time: time
    is_midnight: bool = False
    #: If it names one.
    zone: ZoneInfo | None = None


def clock_of(found: re.Match[str], part: str | None) -> Clock:
    """The time that a match of `CLOCK` means.

    Raises:
        Doubt: there is no such time, or the half of the day is open.
    """
    zone = zone_called(found["zone"]) if found["zone"] else None
    if found["name"]:
        midnight = found["name"].lower() == "midnight"
        if part and not (midnight and part.lower() == "night"):
            raise Doubt("there is no such time of day.")
        return Clock(time(0 if midnight else 12), midnight, zone)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    hour = _of_the_day(hour, found, part.lower() if part else None)
    since = (found["quarter"] or "").lower().split()
    if hour > 23 or minute > 59 or (since and (minute or not hour)):
        raise Doubt("there is no such time of day.")
    minute += {"half": 30, "quarter": 15}[since[0]] * (-1 if since[1] == "to" else 1) if since else 0
    return Clock(time(hour + minute // 60, minute % 60), zone=zone)


def _of_the_day(hour: int, found: re.Match[str], part: str | None) -> int:
    half = found["half"].lower() if found["half"] else None
    if half:
        if not 1 <= hour <= 12 or (part in _LATE and half == "a") or (part == "morning" and half == "p"):
            raise Doubt("there is no such time of day.")
        return hour % 12 + (12 if half == "p" else 0)
    if part:
        return _within(hour, part)
    if 1 <= hour <= _LAST_UNCLEAR and not found["hour"].startswith("0"):
        halves = (f"{found[0][: found.start('hour') - found.start()]}{hour}{half}" for half in ("am", "pm"))
        behind = found[0][found.end("minute" if found["minute"] else "hour") - found.start() :]
        behind = re.sub(r"^(?:\s*-?ish|h)\b", "", behind, flags=re.IGNORECASE)
        raise Doubt(
            f"in the morning or in the afternoon? Write {hour}am or {hour}pm.", *(f"{each}{behind}" for each in halves)
        )
    return hour


def _within(hour: int, part: str) -> int:
    """The hour in that part of the day."""
    if part in _LATE and 1 <= hour <= 11:
        hour += 12
    if not {"morning": 0 <= hour <= 11, "afternoon": 12 <= hour <= 18}.get(part, 17 <= hour <= 23):
        raise Doubt(f"this is not in the {part}. Write the time like 8am or 20:00.")
    return hour
