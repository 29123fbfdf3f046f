"""Days as people write them. Reading them is dateparser's; here is what counts as one, and when to doubt."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateparser.date import DateDataParser

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
YEAR = r"(?:(?:19|20)\d\d)"
NUMBER = r"(?:[0-3]?\d(?:st|nd|rd|th)?)"
ISO = r"(?:\d{4}-\d\d-\d\d)"
#: By dots the day comes first everywhere; by slashes only where the other number cannot be a month.
_DOTTED = r"(?:(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:20)?\d\d)?)"
_LOW, _HIGH, _SHORT_YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:1[3-9]|2\d|3[01])", r"(?:20)?\d\d(?!\d)"
_SLASHED = rf"(?:(?:{_HIGH}/{_LOW}|{_LOW}/{_HIGH})/{_SHORT_YEAR})"
#: A day of the calendar, with or without its year.
DATE = rf"(?:{ISO}|{_DOTTED}|{_SLASHED}|{NUMBER}(?: of)? {MONTH}(?:,? {YEAR})?|{MONTH} {NUMBER}(?![:\d])(?:,? {YEAR})?)"
MONTH_OF_YEAR = rf"(?:{MONTH}(?: {YEAR})?)"

_COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = {"a": 1, "an": 1, **{word: place for place, word in enumerate(_COUNTS, 1)}, "thirty": 30, "ninety": 90}
COUNT = rf"(?:\d{{1,6}}|{'|'.join(sorted(_COUNT, key=len, reverse=True))})"

_SETTINGS: dict[str, Any] = {
    "PREFER_DAY_OF_MONTH": "first",
    "PREFER_MONTH_OF_YEAR": "first",
    "DATE_ORDER": "DMY",
    "NORMALIZE": False,
}


def count_of(text: str) -> int:
    """The number that is written as `COUNT`."""
    return _COUNT.get(text.lower()) or int(text)


@lru_cache(maxsize=8)
def _parser(today: date, prefer: str) -> DateDataParser:
    base = datetime.combine(today, datetime.min.time())
    return DateDataParser(languages=["en"], settings={**_SETTINGS, "RELATIVE_BASE": base, "PREFER_DATES_FROM": prefer})


def read_date(text: str, today: date, *, prefer: str = "past") -> date | None:
    """The day that a `DATE`, or the first day that a `MONTH_OF_YEAR` or a year names; None: there is no such day.

    ``prefer``: "past" or "future", where the year is left out.
    """
    if re.fullmatch(YEAR, text):
        return date(int(text), 1, 1)
    plain = re.sub(r"(?i)(?<=\d)(st|nd|rd|th)\b|\bof\b|,", " ", _with_month(text))
    # The future of dateparser begins tomorrow, ours today.
    base = today - timedelta(days=1) if prefer == "future" else today
    found = _parser(base, prefer).get_date_data(" ".join(plain.split())).date_obj
    return found.date() if found else None


def _with_month(text: str) -> str:
    """Numbers alone with the name of the month: 24.12.2026 is 24 december 2026."""
    found = re.fullmatch(r"(\d+)([./])(\d+)[./](\d*)", text.strip())
    if not found:
        return text
    day, month = int(found[1]), int(found[3])
    if found[2] == "/" and day <= 12:
        day, month = month, day
    year = f"20{found[4]}" if len(found[4]) == 2 else found[4]
    return f"{day} {date(2000, month, 1):%B} {year}".strip()


def warm_up() -> None:
    """Let dateparser load its tables, which takes a fifth of a second once."""
    read_date("1 June", date(2026, 1, 1))


def has_year(text: str) -> bool:
    return re.search(rf"\b{YEAR}\b|[./]\d\d$", text) is not None


def last_day_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of that month."""
    place = day.year * 12 + day.month - 1 - months
    first = date(place // 12, place % 12 + 1, 1)
    return first.replace(day=min(day.day, last_day_of_month(first).day))


def weekday_of(text: str) -> int:
    """0 is Monday."""
    return next(place for place, name in enumerate(WEEKDAYS) if name.startswith(text.lower()[:3]))


def weekday_before(text: str, today: date) -> date | None:
    """The last such day before today; None if today is one, or "last" may be of this week or the one before."""
    day = today - timedelta(days=(today.weekday() - weekday_of(text.split()[-1])) % 7)
    if day == today or (text.lower().startswith("last") and same_week(day, today)):
        return None
    return day


def weekday_after(text: str, today: date) -> date | None:
    """The first such day after today; None if today is one, or "next" may be of this week or the one after."""
    day = today + timedelta(days=(weekday_of(text.split()[-1]) - today.weekday()) % 7)
    follows = text.lower().startswith("next")
    if follows and day == today:
        return today + timedelta(days=7)
    return None if day == today or (follows and same_week(day, today)) else day


def weekday_on_or_after(text: str, today: date, weeks: int = 0) -> date:
    days = (weekday_of(text.split()[-1]) - today.weekday()) % 7
    return today + timedelta(days=days, weeks=weeks)


def same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]
