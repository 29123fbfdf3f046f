"""Reads the moment that a feed writes, as it is written. What could be two moments is none.

A reading that is wrong by months, or by the hours of a zone, looks like any other: so whatever lacks its year or day,
or whose zone nobody knows, is not read at all. Nor is a date of three numbers (03/02/2026, 02.03.26) whose day, month
and year could be swapped, unless something beside it tells which is which (`date_orders`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dateutil import parser

from activities.sources.web.date_orders import Order, swappable, without_day_name
from activities.sources.web.date_zones import NoSuchZone, is_possible, with_plain_zone, zone_of

#: A date without punctuation (2026030210, 202603021000), not milliseconds of the last century or seconds of 2034.
_COMPACT = {10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_EPOCH = re.compile(r"(?:[6-9]\d{8}|1\d{9})(\.\d+)?|1\d{12}|1[4-8]\d{14}(\d{3})?")
_PER_SECOND = {13: 1e3, 16: 1e6, 19: 1e9}
_YEAR_FIRST = re.compile(r"(\d{4})\s?[/.]\s?(\d{1,2})\s?[/.]\s?(\d{1,2})\.?(?!\d)")
_EAST_ASIAN = re.compile(
    r"(\d{4})\s?[\u5e74\ub144]\s?(\d{1,2})\s?[\u6708\uc6d4]\s?(\d{1,2})\s?[\u65e5\uc77c](?:\s?[(\uff08]\w[)\uff09])?"
)
_HOURS_OF_EAST = re.compile(
    r"(\d{1,2})\s?[\u6642\u65f6\uc2dc]\s?(\d{1,2})\s?[\u5206\ubd84](?:\s?(\d{1,2})\s?[\u79d2\ucd08])?"
)
#: A day of a zone, as XML Schema has it: what stands behind it is no time of day.
_DAY_OF_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:?\d{2})")
#: No separator says which two digits are the year: 260302.
_SIX_DIGITS = re.compile(r"\d{6}(?!\d)")
#: The name of the zone behind its hours, as Java writes it, or a Z behind them.
_ZONE_AGAIN = re.compile(r"(?:([+-]\d\d:?\d\d|[Zz])\[[\w/+-]+\]|([+-]\d\d:\d\d)Z)$")
#: From one time to another. Between two that are glued together the second is hours of a zone if it is the smaller one.
_HOURS_TO = re.compile(
    r"(?<![\dT:])(\d{1,2}:\d\d)(\s?[ap]m)?(\s?[-\u2013\u2014]\s?)(\d{1,2}:\d\d)(?![\d:])\s?([ap]m)?", re.IGNORECASE
)
#: Half a day has twelve hours: what is more is the year (30 Nov 26 - 10 AM).
_HALVES_TO = re.compile(r"(?<![\d:-])(?:0?\d|1[0-2])\s?(?:[ap]m)?\s?[-\u2013\u2014]\s?\d{1,2}\s?[ap]m\b", re.IGNORECASE)
#: Hours of the Americas, as programs write them behind an ISO date or that of a mail: no span, from night to morning.
_ZONE_OF_AMERICA = re.compile(r"(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4}) 0\d:\d\d-0[3-8]:00$")
_TIME_AND_ZONE = re.compile(
    # Some write no zero before what has one digit: 9:5:3.
    r"\d{1,2}\s?[:h]\s?\d{1,2}(?::\d{1,2})?(?:[.,]\d+)?(?:\s?[ap]m\b)?(?:\s*[+-]\d{2}:?\d{2}(?!\d))?"
    r"|\d{1,2}\s?[ap]m\b",
    re.IGNORECASE,
)
_NAME_OF_MONTH = re.compile(r"(?<![^\W\d_])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
#: "02 Mar 26 0015"; 2026 is rather a year.
_TIME_OF_DIGITS = re.compile(r"([^\W\d_]{3,}\.?[ -](?:\d{4}|\d\d),?) (?!19|20)[0-2]\d[0-5]\d(?!\d)")
#: What Python takes for a time of day behind an ISO date: another date, and parts of an hour that are minutes.
_NOT_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:\D\d{7,}|-\d\d(?![:\d])|\D\d\d[.,]\d)")
_MIDNIGHT_AT_THE_END = re.compile(r"(?<!\d)24:00(:00(\.0+)?)?(?!\d)")
#: "10.30 p.m.": a dot there is no decimal one, whose half hour would be lost.
_DOT_OF_CLOCK = re.compile(
    r"(?<![\d.])()(\d{1,2})\.(\d\d)(?=\s?(?:[ap]\.?\s?m|uhr|uur)\b)"
    # Behind the year, with or without a word between: "2026, 10.30", "2026 klo 10.30". Before it, it may be a day.
    r"|(\b\d{4}\b(?:\s[^\W\d_]{3,}\.?\s\d{1,2}\b)?\D{0,12}\s)(\d{1,2})\.(\d\d)(?![\d.])",
    re.IGNORECASE,
)
#: Between a time and its zone the word hides the zone.
_UHR = re.compile(r"\s?\buhr(?=\s*\+\d\d:?\d\d(?!\d))", re.IGNORECASE)
_HALF_OF_DAY = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
#: What of a date with the name of its month is neither the day nor the year.
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_NO_DAY = re.compile(r"\d{1,2}\s?[:h.]\s?\d{2}(?:[:.]\d{2})?(?:\.\d+)?|[+-]\d{2}:?\d{2}(?!\d)", re.IGNORECASE)
#: Letters of the military, which RFC 822 had the wrong way round: since RFC 2822 they mean UTC.
_LETTER = re.compile(r"(?<=\d)\s+[A-IK-Y]$")
#: How programs write that they have no date.
_NO_DATE = re.compile(r"-0001|0000-00-00")
#: The year 1 of .NET among other numbers; not a time of day (0015) behind a year of ours.
_YEAR_ONE = re.compile(r"(?:\s|/|(?<=[./]\d)\.|(?<=[./]\d\d)\.)00\d\d(?![\d:])")
_YEAR_OF_OURS = re.compile(
    # Of two digits, before a time of day without a colon: "02 Mar 26 0015".
    r"(?<!\d)(?:19|2[0-9])\d\d(?!\d)"
    r"|\d(?:[ -][^\W\d_]{3,}\.?[ -]|(?P<between>[/.-])\d\d?(?P=between))\d\d,? 00[0-5]\d(?!\d)"
)
#: The same as a year: 1 in Go, 1900 in spreadsheets, 1970 where time began, 9999 for ever. The Web began in 1990; in
#: Thailand that was 2533, so a year of ours is not far from now.
_YEARS = range(1990, 2100)
#: Of feeds about money. All that the library knows would take it seconds to say no.
_LANGUAGES = "de fr es it pt nl pl ru uk cs sv da nb fi tr ja zh ko".split()
#: Two days that differ in all their parts: a date that lacks one is read as two.
_DEFAULTS = (datetime(2000, 1, 1), datetime(2005, 3, 5))  # noqa: DTZ001 - with a zone, every date without one would take it over
_LONGEST = 100


@dataclass(frozen=True)
class Moments:
    """A date of three numbers, of which nobody knows by itself what each of them is."""

    #: See `Swappable`.
    shape: str
    moments: dict[Order, datetime]


def moment_of(text: str, orders: Mapping[str, Order] | None = None) -> datetime | None:
    """The instant in UTC; without a zone the text is taken for UTC. None if it cannot be read for certain.

    ``orders``: by their shapes, in which order dates of three numbers are written here.
    """
    if _YEAR_ONE.search(text) and not _YEAR_OF_OURS.search(text):
        return None
    if (several := moments_of(text)) is None:
        return _moment(text)
    order = (orders or {}).get(several.shape)
    if order in several.moments:
        return several.moments[order]
    alike = set(several.moments.values())
    return alike.pop() if len(alike) == 1 else None


def moments_of(text: str) -> Moments | None:
    """The instants that a date of three numbers may mean, by the order that it is written in; None of any other."""
    found = swappable(" ".join(text.split())) if len(text) <= _LONGEST else None
    if found is None:
        return None
    moments = {order: _moment(reading) for order, reading in found.readings.items()}
    return Moments(found.shape, {order: moment for order, moment in moments.items() if moment})


def _moment(text: str) -> datetime | None:
    text = " ".join(text.replace("\u2212", "-").split())
    if not text or len(text) > _LONGEST or _NO_DATE.search(text):
        return None
    try:
        text = _ZONE_AGAIN.sub(lambda found: found[1] or found[2], text)
        if day := _DAY_OF_ZONE.fullmatch(text):
            text = f"{day[1]}T00:00{day[2]}"
        found = None if _is_span(text) else _digits(text) or _iso(text) or _written(text)
        if found is None or found.year not in _YEARS or not is_possible(found.utcoffset()):
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _digits(text: str) -> datetime | None:
    """A date without punctuation; seconds since 1970, or thousandths, millionths, billionths of them."""
    if text.isdecimal() and len(text) in _COMPACT and (len(text) > 10 or text.startswith("20")):
        return datetime.strptime(text, _COMPACT[len(text)]).replace(tzinfo=UTC)
    if not _EPOCH.fullmatch(text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / (_PER_SECOND.get(len(text), 1.0) if text.isdecimal() else 1.0), UTC)


def _iso(text: str) -> datetime | None:
    if _NOT_ISO.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written(text: str) -> datetime | None:
    """As people and programs write it, with names of months, days and zones."""
    text, days = _MIDNIGHT_AT_THE_END.subn("00:00:00", text)
    text = _HOURS_OF_EAST.sub(lambda m: f" {':'.join(part for part in m.groups() if part)}", text)
    text = _EAST_ASIAN.sub(r"\1-\2-\3", text)
    text = _LETTER.sub(" +0000", _YEAR_FIRST.sub(r"\1-\2-\3", text))
    text = _HALF_OF_DAY.sub(r"\1m", _UHR.sub("", _DOT_OF_CLOCK.sub(r"\1\4\2\5:\3\6", text)))
    try:
        text = with_plain_zone(without_day_name(text))
        found = set() if _is_several(text) else _readings(text)
    except NoSuchZone:
        return None
    except (ValueError, OverflowError):
        found = _in_another_language(text)
    return found.pop() + timedelta(days=days) if len(found) == 1 else None


def _is_span(text: str) -> bool:
    """Whether it goes from one time of day to another."""
    text = _HALF_OF_DAY.sub(r"\1m", text)
    if _HALVES_TO.search(text):
        return True
    if _ZONE_OF_AMERICA.match(text) or (found := _HOURS_TO.search(text)) is None:
        return False
    first, half, between, second, half_behind = found.groups()
    if half_behind or not between.endswith("-"):
        return True
    return between == "-" and not half and second.zfill(5) > first.zfill(5)


def _is_several(text: str) -> bool:
    """Whether it has more numbers than one date and one time of day: "March 1-2, 2026" would be a day of 2002."""
    rest, times = _TIME_AND_ZONE.subn(" ", text)
    if times > 1:
        return True
    if not _NAME_OF_MONTH.search(rest):
        return len(re.findall(r"\d+", rest)) > 3
    return len(re.findall(r"\d+", _TIME_OF_DIGITS.sub(r"\1", rest))) > 2


def _readings(text: str) -> set[datetime]:
    if _SIX_DIGITS.match(text):
        return set()
    orders = [False] if re.match(r"\d{4}-", text) else [False, True]
    return {
        parser.parse(text, default=default, dayfirst=day_first, tzinfos=zone_of)
        for day_first in orders
        for default in _DEFAULTS
    }


def _in_another_language(text: str) -> set[datetime]:
    """`23 nov. 2026 10:00`: names of months that are not English."""
    # A number too many, also in brackets, would be taken for the month.
    text = _IN_BRACKETS.sub(" ", text)
    if not re.search(r"[^\W\d_]{3}", text) or len(re.findall(r"\d+", _NO_DAY.sub(" ", text))) != 2:
        return set()
    # Loads the tables of those languages: only for the few feeds that need them.
    import dateparser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "TIMEZONE": "UTC"}
    found = dateparser.parse(text, languages=_LANGUAGES, settings=settings)
    return {found} if found else set()
