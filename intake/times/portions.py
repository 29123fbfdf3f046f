"""Parts of a month or a year: "first half of October", "last 10 days of May", "first week of November", "mid-June".

What has one reading is taken. Where a week may begin with the month or on a Monday, and where "early" or "the end" has
no bounds, days are offered.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NoReturn

from intake.sentence import pattern
from intake.times.clock import Doubt
from intake.times.days import (
    COUNT,
    MONTH_OF_YEAR,
    YEAR,
    count_of,
    has_year,
    last_day_of_month,
    months_before,
    read_date,
)
from intake.times.spans import Found, between, dated, since, spoken

_PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "last": -1, "final": -1,
}  # fmt: skip
_DAY_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_PLACE = rf"(?P<place>{'|'.join(_PLACES)})"
_PERIOD = (
    rf"(?:the (?:month|year) of )?(?P<period>{MONTH_OF_YEAR}|{YEAR}"
    r"|(?:(?P<which>the|this|last|previous) )?(?P<unit>month|year))"
)
_NO_END = r"by|until|till|before|to|up to|through"
_LEAD = rf"(?:(?P<lead>(?:ever )?since|after|{_NO_END}|over|for|from|in|of|during|within|on|at|around) )?(?:the )?"

_PIECE = pattern(rf"{_LEAD}{_PLACE} (?P<piece>week|weekend|half|quarter),? (?:of|in) {_PERIOD}")
_DAYS = pattern(rf"{_LEAD}(?P<side>first|last|final) (?P<count>{COUNT}) days (?:of|in) {_PERIOD}")
_ONE_DAY = pattern(
    rf"{_LEAD}(?:(?P<word>{'|'.join(_DAY_WORDS)}|last)(?: day)?|(?P<place>1st|2nd|3rd|4th|5th) day) of {_PERIOD}"
)
_EDGE = pattern(
    rf"{_LEAD}(?:(?P<edge>beginning|start|middle|end) of |(?P<vague>early|mid|late)(?: in | of |[ -])?){_PERIOD}"
)
_WHICH = "which days are that? Say 'from … to …' with dates."
Span = tuple[date, date]


def _piece(found: re.Match[str], today: date) -> Found:
    first, last = _period(found, today)
    place, piece = _PLACES[found["place"].lower()], found["piece"].lower()
    if piece == "half":
        return _taken(found, _half(first, last, place), today)
    if piece == "quarter":
        _ask(
            found, [_quarter(first, last, place)], today, "a company's quarter may be another one than the calendar's."
        )
    if piece == "weekend":
        _ask(found, [_weekend(first, last, place)], today)
    spans = list(dict.fromkeys((_counted_week(first, last, place), _week_of_mondays(first, last, place))))
    if len(spans) == 1:
        return _taken(found, spans[0], today)
    _ask(found, spans, today)


def _days(found: re.Match[str], today: date) -> Found:
    first, last = _period(found, today)
    days = count_of(found["count"])
    if not 1 <= days <= (last - first).days + 1:
        raise Doubt("it has not as many days.")
    if found["side"].lower() == "first":
        return _taken(found, (first, first + timedelta(days=days - 1)), today)
    return _taken(found, (last - timedelta(days=days - 1), last), today)


def _one_day(found: re.Match[str], today: date) -> Found:
    """Of a range it may be the first day, or the only one."""
    first, last = _period(found, today)
    word = (found["word"] or "").lower()
    place = _DAY_WORDS.index(word) + 1 if word in _DAY_WORDS else _PLACES[(found["word"] or found["place"]).lower()]
    day = last if place < 0 else first + timedelta(days=place - 1)
    if _lead(found) == "since":
        return _taken(found, (day, day), today)
    _refuse_coming(day, today)
    _refuse_end(found)
    raise Doubt("that day alone, or since then?", f"since {dated(day)}", spoken(day, day))


def _edge(found: re.Match[str], today: date) -> Found:
    first, last = _period(found, today)
    edge = (found["edge"] or found["vague"]).lower()
    if edge in ("start", "beginning"):
        if _lead(found) == "since":
            return _taken(found, (first, last), today)
        _refuse_coming(first, today)
        _refuse_end(found)
        raise Doubt(_WHICH, spoken(first, _third(first, last, 1)[1]), f"since {dated(first)}")
    if edge == "end" and last.month == first.month:
        _ask(found, [(last - timedelta(days=6), last), _third(first, last, 3)], today)
    middle = edge in ("middle", "mid")
    if middle and _lead(found) == "since":
        half = first.replace(day=15) if last.month == first.month else first.replace(month=7)
        _ask(found, [(half, last), _third(first, last, 2)], today)
    _ask(found, [_third(first, last, 2 if middle else 1 if edge == "early" else 3)], today)


def _period(found: re.Match[str], today: date) -> Span:
    """Its first and its last day."""
    period, unit = found["period"], (found["unit"] or "").lower()
    back = (found["which"] or "").lower() in ("last", "previous")
    first: date | None
    if unit == "month":
        first = months_before(today.replace(day=1), int(back))
    elif unit == "year":
        first = date(today.year - back, 1, 1)
    else:
        first = read_date(period, today)
    if first is None:
        raise Doubt("there is no such month.")
    is_year = unit == "year" or re.fullmatch(YEAR, period) is not None
    return first, first.replace(month=12, day=31) if is_year else last_day_of_month(first)


def _half(first: date, last: date, place: int) -> Span:
    if place not in (1, 2, -1):
        raise Doubt("it has two halves.")
    middle = first.replace(month=7) if last.month != first.month else first.replace(day=16)
    return (first, middle - timedelta(days=1)) if place == 1 else (middle, last)


def _quarter(first: date, last: date, place: int) -> Span:
    if last.month == first.month or place > 4:
        raise Doubt("a year has four quarters. Say the days.")
    begin = first.replace(month=(4 if place < 0 else place) * 3 - 2)
    return begin, last_day_of_month(begin.replace(month=begin.month + 2))


def _weekend(first: date, last: date, place: int) -> Span:
    """The Saturday is within."""
    if place < 0:
        begin = last - timedelta(days=(last.weekday() - 5) % 7)
    else:
        begin = first + timedelta(days=(5 - first.weekday()) % 7, weeks=place - 1)
    return _inside((begin, begin + timedelta(days=1)), last)


def _counted_week(first: date, last: date, place: int) -> Span:
    """Seven days at a time, from the first day or up to the last one."""
    if place < 0:
        return last - timedelta(days=6), last
    begin = first + timedelta(weeks=place - 1)
    return _inside((begin, min(begin + timedelta(days=6), last)), last)


def _week_of_mondays(first: date, last: date, place: int) -> Span:
    """A week of the calendar that begins within, or the last one that lies within."""
    if place < 0:
        end = last - timedelta(days=(last.weekday() + 1) % 7)
        return end - timedelta(days=6), end
    begin = first + timedelta(days=-first.weekday() % 7, weeks=place - 1)
    return (begin, begin + timedelta(days=6)) if begin <= last else _counted_week(first, last, place)


def _third(first: date, last: date, place: int) -> Span:
    """Ten days of a month, or four months of a year."""
    if last.month != first.month:
        begin = first.replace(month=place * 4 - 3)
        return begin, last_day_of_month(begin.replace(month=begin.month + 3))
    begin = first.replace(day=place * 10 - 9)
    return begin, last if place == 3 else begin + timedelta(days=9)


def _inside(span: Span, last: date) -> Span:
    if span[0] > last:
        raise Doubt("there is no such one.")
    return span


def _lead(found: re.Match[str]) -> str:
    return " ".join((found["lead"] or "").lower().split()).removeprefix("ever ")


def _taken(found: re.Match[str], span: Span, today: date) -> Found:
    """These days, or all since them. Of a month that was last year's, it is asked whether that is meant."""
    _refuse_end(found)
    first, last = span
    is_since = _lead(found) == "since"
    said = f"since {dated(first)}" if is_since else spoken(first, last)
    if not found["unit"] and not has_year(found["period"]) and first.year < today.year:
        raise Doubt(f"of which year? Say '{said}'.", said)
    if is_since:
        _refuse_coming(first, today)
        return since(first)
    return between(first, last, today)


def _ask(found: re.Match[str], spans: Iterable[Span], today: date, why: str = "which days are that?") -> NoReturn:
    _refuse_end(found)
    begun = [each for each in spans if each[0] <= today]
    if not begun:
        raise Doubt("those days are still to come.")
    if _lead(found) == "since":
        raise Doubt(f"{why} Say 'since …' with a date.", *dict.fromkeys(f"since {dated(first)}" for first, _ in begun))
    raise Doubt(f"{why} Say 'from … to …' with dates.", *(spoken(*each) for each in begun))


def _refuse_coming(day: date, today: date) -> None:
    if day > today:
        raise Doubt("that day is still to come.")


def _refuse_end(found: re.Match[str]) -> None:
    """Words that set an end, or leave open which side of the days is meant."""
    if _lead(found) == "after" or re.fullmatch(_NO_END, _lead(found)):
        raise Doubt("say the days as dates, like 'from 3 June to 9 July' or 'since 3 June'.")


#: What is longer first.
READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Found]], ...] = (
    (_PIECE, _piece),
    (_DAYS, _days),
    (_EDGE, _edge),
    (_ONE_DAY, _one_day),
)
