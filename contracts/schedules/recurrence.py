"""Rules of RFC 5545 ("RRULE"), read by dateutil: what of them a schedule takes, and the times that they name.

The times are those of a clock on the wall; what they are on a day when the clocks are changed says `occurrences.py`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dateutil.rrule import rrule, rrulestr

_DAYS_SAID = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
#: Further than that nobody looks: a rule without any day would be searched up to the year 9999.
_HORIZON = timedelta(days=366 * 12)


def parts_of(rule: str) -> dict[str, str]:
    """``FREQ=DAILY;BYHOUR=7`` by name."""
    pairs = (part.partition("=") for part in rule.upper().removeprefix("RRULE:").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def checked_rule(rule: str, start: datetime | None, now: datetime) -> None:
    """``start`` and ``now``: on the wall of the schedule's zone.

    Raises:
        ValueError: it cannot be used; with a sentence.
    """
    parts = parts_of(rule)
    if "\n" in rule or "DTSTART" in rule.upper():
        raise ValueError("a rule is one line without DTSTART: say that as 'starts_at'")
    if "UNTIL" in parts or "COUNT" in parts:
        raise ValueError("a rule has no UNTIL and no COUNT here: say that as 'ends_at' and 'runs'")
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY; for less than a day take 'every' or 'cron'")
    if parts.get("BYSECOND", "0") != "0":
        raise ValueError("a rule names whole minutes: leave BYSECOND out")
    if start is None:
        _needs_no_start(parts)
    try:
        found = next(local_times(rule, start, now), None)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"this is no rule of RFC 5545: {error}") from None
    if found is None:
        raise ValueError("this rule is never due: there is no such day in the next twelve years")


def _needs_no_start(parts: dict[str, str]) -> None:
    if "BYHOUR" not in parts:
        raise ValueError("say at what time: add BYHOUR=7;BYMINUTE=0, or give 'starts_at'")
    if parts["FREQ"] != "DAILY" and not any(name in parts for name in _DAYS_SAID):
        raise ValueError("say on which days: add BYDAY=MO or BYMONTHDAY=1, or give 'starts_at'")
    if parts.get("INTERVAL", "1") != "1":
        raise ValueError("INTERVAL counts from a first day: give 'starts_at'")


def local_times(rule: str, start: datetime | None, after: datetime) -> Iterator[datetime]:
    """Times on the wall from ``after`` on, in order, without a zone, as are the arguments."""
    # Without a start nothing is counted: any earlier day will do, and the years since a far one would be gone through.
    anchor = start.replace(second=0, microsecond=0) if start else _a_year_before(after)
    text = ";".join(f"{name}={value}" for name, value in parts_of(rule).items())
    built: rrule = rrulestr(text, dtstart=anchor)
    return (each for each in built.replace(until=max(after, anchor) + _HORIZON) if each >= after)


def _a_year_before(time: datetime) -> datetime:
    return time.replace(year=time.year - 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
