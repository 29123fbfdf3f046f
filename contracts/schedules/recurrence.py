"""Rules of RFC 5545 ("RRULE"), read by dateutil: what of them a schedule takes, and the times that they name.

The times are those of a clock on the wall; what they are on a day when the clocks are changed says `occurrences.py`.
"""

import calendar
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

_DAYS_SAID = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
#: Further than that nobody looks.
_HORIZON = timedelta(days=366 * 12)
#: Longest intervals that are looked at among the last years that there are: about one, and of years a few.
_OFTEN = {"DAILY": 366, "WEEKLY": 52, "MONTHLY": 12, "YEARLY": 4}
#: Years that a search goes through at most: two intervals before its begin, and the horizon.
_SEARCHED = 2 * _OFTEN["YEARLY"] + 14


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
    if not parts.get("INTERVAL", "1").isdecimal() or not int(parts.get("INTERVAL", "1")):
        raise ValueError("INTERVAL must be a whole number from 1 on")
    if "BYEASTER" in parts and parts["FREQ"] != "YEARLY":
        raise ValueError("BYEASTER goes with FREQ=YEARLY")
    if start is None:
        _needs_no_start(parts)
    try:
        found = next(local_times(rule, start, now), None)
    except (ValueError, TypeError, OverflowError, IndexError) as error:
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
    parts = parts_of(rule)
    # Without a start nothing is counted, and any earlier day will do.
    begin = start.replace(second=0, microsecond=0) if start else _first_day(after, after.year - 1)
    anchor = _nearer(parts, begin, after)
    later = _years_later(parts, anchor)
    text = ";".join(f"{name}={value}" for name, value in (_implied(parts, begin) | parts).items())
    built: rrule = rrulestr(text, dtstart=anchor.replace(year=anchor.year + later))
    until = max(after, begin) + _HORIZON
    times = (
        each.replace(year=each.year - later) for each in built.replace(until=until.replace(year=until.year + later))
    )
    return (each for each in times if each >= after and each >= begin)


def _implied(parts: dict[str, str], start: datetime) -> dict[str, str]:
    """What a rule leaves to its start."""
    said = {"BYHOUR": str(start.hour), "BYMINUTE": str(start.minute)}
    if not any(name in parts for name in _DAYS_SAID):
        if parts["FREQ"] == "WEEKLY":
            said["BYDAY"] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
        elif parts["FREQ"] in ("MONTHLY", "YEARLY"):
            said["BYMONTHDAY"] = str(start.day)
            if parts["FREQ"] == "YEARLY":
                said["BYMONTH"] = str(start.month)
    return said


def _nearer(parts: dict[str, str], start: datetime, after: datetime) -> datetime:
    """A start with the same intervals, two of them before ``after``: what lies before would all be gone through."""
    every, frequency = int(parts.get("INTERVAL", "1")), parts["FREQ"]
    if frequency in ("DAILY", "WEEKLY"):
        days = every * (7 if frequency == "WEEKLY" else 1)
        left_out = max((after - start).days // days - 2, 0)
        return start + timedelta(days=days * left_out)
    months = every * (12 if frequency == "YEARLY" else 1)
    left_out = ((after.year - start.year) * 12 + after.month - start.month) // months - 2
    if left_out <= 0:
        return start
    first = start.year * 12 + start.month - 1 + months * left_out
    return _first_day(start, first // 12, 1 if frequency == "YEARLY" else first % 12 + 1)


def _first_day(like: datetime, year: int, month: int = 1) -> datetime:
    return like.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)


def _years_later(parts: dict[str, str], anchor: datetime) -> int:
    """How many years later the same days come among the last ones that there are.

    dateutil searches for a day that there is not up to the year 9999, for a minute: there it ends soon.
    """
    if int(parts.get("INTERVAL", "1")) > _OFTEN[parts["FREQ"]] or "BYEASTER" in parts:
        return 0
    return _twin(anchor.year) - anchor.year


@lru_cache(maxsize=64)
def _twin(year: int) -> int:
    """The last year from which on the days fall as from this one on. The calendar is the same every 400 years."""
    wanted = _kinds(year)
    return next((each for each in range(9_999 - _SEARCHED, year, -1) if _kinds(each) == wanted), year)


def _kinds(year: int) -> list[tuple[int, bool]]:
    """On which day each of these years begins, and whether it is a leap year."""
    years = range(year, year + _SEARCHED)
    return [(calendar.weekday(each, 1, 1), calendar.isleap(each)) for each in years]
