"""Asks about words for days that may mean two things, or others than the calendar says: "last week", "q3", 03/04/2026.

Nothing is taken: each is asked about, and days are offered.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NoReturn

from intake.sentence import Sentence, pattern
from intake.times.clock import Doubt
from intake.times.days import COUNT, DATE, count_of, last_day_of_month, months_before, read_date
from intake.times.spans import dated, spoken

_CALENDAR_OR_NOT = pattern(
    r"(?:(?:over|for|from|in|of|during|since) )?(?:the )?(?:last|previous) (?P<unit>week|month|year|quarter)"
)
_WEEKEND = pattern(r"(?:(?:over|for|from|on|of|during|since|at) )?(?:the |this |last )?weekend")
_QUARTER = pattern(
    r"(?:(?:in|for|from|of|during) )?(?:the )?q(?P<number>[1-4])(?: (?:of )?(?P<year>20\d\d))?"
    r"(?! (?:earnings|results?|report))"
)
_TODAY = pattern(r"(?:since|from) (?:early )?(?:this )?(?:morning|afternoon)|today so far|so far today")
_HOLIDAY = pattern(r"(?:since |from )(?P<holiday>christmas|xmas|new year'?s?)")
_AFTER = pattern(rf"after (?P<date>{DATE})")
_AGO = pattern(rf"(?:from |of )?(?P<count>{COUNT}) (?P<unit>day|week)s? ago")
_DAY_OR_MONTH = r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])/(?:20)?\d\d"
_BETWEEN_SLASHES = pattern(
    rf"(?:between |from )?(?P<first>{_DAY_OR_MONTH})(?: and | to | until | ?- ?)(?P<last>{_DAY_OR_MONTH})"
)
_SLASHES = pattern(r"(?:on |since |from )?(?P<date>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])/(?:20)?\d\d)")


def ask_about_open_days(sentence: Sentence, field: str, today: date) -> None:
    """One question for each."""
    for wanted, reader in _READERS:
        for found in sentence.find(wanted):
            try:
                reader(found, today)
            except Doubt as open_:
                ask(sentence, field, found, open_)


def ask(sentence: Sentence, field: str, found: re.Match[str], doubt: Doubt) -> None:
    """About words of the sentence, with what may be said in their place."""
    span = found.span()
    answers = [sentence.instead(span, each) for each in doubt.instead]
    sentence.ask(field, f'"{sentence.words(span).strip()}": {doubt}', span, answers)


def _calendar_or_not(found: re.Match[str], today: date) -> NoReturn:
    unit = found["unit"].lower()
    example = {"week": "last 7 days", "month": "last 30 days", "quarter": "last 3 months", "year": "last 12 months"}
    raise Doubt(
        f"is that the {unit} of the calendar? Say '{example[unit]}', or 'from … to …' with dates.",
        f"over the {example[unit]}", spoken(*_before(unit, today)),
    )  # fmt: skip


def _before(unit: str, today: date) -> tuple[date, date]:
    """First and last day of the last whole week, month, quarter or year."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    current = today.replace(month=today.month - (today.month - 1) % months, day=1)
    return months_before(current, months), current - timedelta(days=1)


def _weekend(found: re.Match[str], today: date) -> NoReturn:
    sunday = today - timedelta(days=(today.weekday() + 1) % 7 or 7)
    raise Doubt("which days are that? Say 'from … to …' with dates.", spoken(sunday - timedelta(days=1), sunday))


def _quarter(found: re.Match[str], today: date) -> NoReturn:
    year = int(found["year"]) if found["year"] else today.year - (int(found["number"]) > (today.month + 2) // 3)
    first = date(year, int(found["number"]) * 3 - 2, 1)
    last = last_day_of_month(first.replace(month=first.month + 2))
    raise Doubt("a company's quarter may be another one than the calendar's. Say the days.", spoken(first, last))


def _of_today(found: re.Match[str], today: date) -> NoReturn:
    raise Doubt("ranges have whole days. All of today?", "from today")


def _holiday(found: re.Match[str], today: date) -> NoReturn:
    month, day = {"christmas": (12, 25), "xmas": (12, 25), "new year": (1, 1), "new years": (1, 1)}[
        " ".join(found["holiday"].lower().split()).replace("'", "")
    ]
    then = date(today.year, month, day)
    then = then if then <= today else then.replace(year=today.year - 1)
    raise Doubt("which day is that? Say the date.", f"since {dated(then)}")


def _between_slashes(found: re.Match[str], today: date) -> NoReturn:
    """Both are written alike."""
    (first, *days), (last, *months) = _either(found["first"]), _either(found["last"])
    spoken = [f"from {first} to {last}", *(f"from {one} to {other}" for one, other in zip(days, months, strict=True))]
    raise Doubt(f"day or month first? Write {' or '.join(dict.fromkeys(spoken))}.", *spoken)


def _slashes(found: re.Match[str], today: date) -> NoReturn:
    either = _either(found["date"])
    words = found[0].strip().partition(found["date"])[0]
    raise Doubt(
        f"day or month first? Write {either[0]} or {either[1]}.", *(f"{words}{each}".strip() for each in either)
    )


def _either(written: str) -> list[str]:
    """With the month first, and with the day first."""
    one, other, year = (int(each) for each in re.findall(r"\d+", written))
    year += 2000 if year < 100 else 0
    return [date(year, *pair).isoformat() for pair in ((one, other), (other, one))]


def _after(found: re.Match[str], today: date) -> NoReturn:
    day = read_date(found["date"], today)
    if day is None or day >= today:
        raise Doubt("no end can be set here. Name the start, like 'tomorrow at 8'.")
    days = (day, day + timedelta(days=1))
    raise Doubt("with that day, or from the next one on?", *(f"since {dated(each)}" for each in days))


def _ago(found: re.Match[str], today: date) -> NoReturn:
    days = count_of(found["count"]) * (7 if found["unit"].lower() == "week" else 1)
    if days > 3_650:
        raise Doubt("that is too long ago.")
    day = today - timedelta(days=days)
    raise Doubt("that day alone, or since then?", spoken(day, day), f"since {dated(day)}")


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], NoReturn]], ...] = (
    (_BETWEEN_SLASHES, _between_slashes),
    (_SLASHES, _slashes),
    (_CALENDAR_OR_NOT, _calendar_or_not),
    (_WEEKEND, _weekend),
    (_QUARTER, _quarter),
    (_TODAY, _of_today),
    (_HOLIDAY, _holiday),
    (_AFTER, _after),
    (_AGO, _ago),
)
