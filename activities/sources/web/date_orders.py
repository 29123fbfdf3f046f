"""Reads dates that are three numbers in each order that makes a date of them, and knows which order is usual where.

03/02/2026 is a day of March in the United States and of February in most of the world; 26.03.02 begins with its year
in Korea, and with its day in Germany.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

#: Which of three numbers is the day, the month, the year.
Order = Literal["dmy", "mdy", "ymd"]
_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
#: A name before the first digit. Days of the week say nothing that other dates do not, in whichever language.
_FIRST_WORD = re.compile(r"\s*([^\W\d_]+)\.?\s*,?\s*(?=\d)")
#: By the first letters of their names; "mar" is a month, too.
_DAYS = (
    "mon lun", "tue die", "wed mit mer mie mi\u00e9", "thu don jeu jue gio", "fri fre ven vie", "sat sam sab s\u00e1b",
    "sun son dim dom",
)  # fmt: skip
_NUMBER_OF_DAY = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
#: Perhaps behind the time of day.
_THREE = re.compile(
    r"(?:(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)[\s,|]+)?"
    r"(?P<first>\d{1,2})(?P<between>[./-])\s?(?P<second>\d{1,2})(?P=between)\s?(?P<third>\d{4}|\d{2})\.?(?![\d./])",
    re.IGNORECASE,
)
_ANOTHER_YEAR = re.compile(r"(?<![+\-\d])\d{4}(?!\d)")
#: What stands between such a date and its time, and behind the time: "02.03.2026 um 10.30 Uhr".
_UNTIL_CLOCK = re.compile(
    r"\s*(?:[,|@T\u2013\u2014-]|at|um|\u00e0|\u00e0s|as|kl\.?|klo|alle|o)?\s*(?=\d)", re.IGNORECASE
)
#: "26-03-02 0915"; 2015 could be a year, too.
_CLOCK_OF_DIGITS = re.compile(r",?\s([01]\d|2[0-3])(?<!19)(?<!20)([0-5]\d)(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})\s?[h.:]\s?(\d{2})(?:[.:](\d{2}))?(?!\d)(?:\s?(?:Uhr|hrs?|hs?)\b)?", re.IGNORECASE
)

_BY_LANGUAGE: dict[str, Order] = {
    **dict.fromkeys(
        "bg ca cs da de el es et fi fr gl he hr id is it lv mk nb nl nn no pl pt ro ru sk sl sr th tr uk vi".split(),
        "dmy",
    ),
    **dict.fromkeys("hu ja ko lt mn zh".split(), "ymd"),
}  # fmt: skip
#: English is written in both ways: the country tells, of the language or of the host.
_BY_COUNTRY: dict[str, Order] = {
    **dict.fromkeys(
        "ar at au be bg br ch cl cz de dk es fi fr gb gr hk hr ie in it ke mx my ng nl no nz pe pk pl pt ro rs ru sg "
        "si sk tr ua uk".split(),
        "dmy",
    ),
    **dict.fromkeys("gov mil us".split(), "mdy"),
    **dict.fromkeys("cn hu jp kr lt tw".split(), "ymd"),
}  # fmt: skip


@dataclass(frozen=True)
class Swappable:
    """A date of three numbers."""

    #: What dates that are written alike have in common: what stands between the numbers, the digits of the year.
    shape: str
    #: The same with the year first, by each order that makes a date of it.
    readings: dict[Order, str]


def swappable(text: str) -> Swappable | None:
    """The readings of a date that is three numbers; None of any other. A day of the week beside it decides."""
    found = _THREE.match(without_day_name(text))
    rest = found.string[found.end() :] if found else ""
    if found and len(found["third"]) == 2 and not found["clock"] and (clock := _CLOCK_OF_DIGITS.match(rest)):
        rest = f" {clock[1]}:{clock[2]}{rest[clock.end() :]}"
    if found is None or _ANOTHER_YEAR.search(rest):
        return None
    behind = f"{found['clock'] or ''} {_CLOCK.sub(_with_colons, _UNTIL_CLOCK.sub('', rest, count=1), count=1)}".strip()
    days = _days_of(found, _day_of_week(text))
    shape = f"{found['between']}{len(found['third'])}"
    return Swappable(shape, {order: f"{day} {behind}" for order, day in days.items()})


def _with_colons(clock: re.Match[str]) -> str:
    return ":".join(part for part in clock.groups() if part)


def without_day_name(text: str) -> str:
    """The text without the name of a day of the week before its first digit."""
    match = _FIRST_WORD.match(text)
    return text[match.end() :] if match and match[1][:3].lower() not in _MONTHS else text


def usual_order(language: str, url: str) -> Order | None:
    """How dates are written where a text in this language comes from, as far as that is one way."""
    name, _, region = language.lower().replace("_", "-").partition("-")
    country = (urlsplit(url).hostname or "").rpartition(".")[2]
    if name == "en" and region == "us":
        # Software says so, too, of sites elsewhere.
        return "mdy" if _BY_COUNTRY.get(country, "mdy") == "mdy" else None
    if name == "en":
        return _BY_COUNTRY.get(region or country)
    return _BY_LANGUAGE.get(name) if name else _BY_COUNTRY.get(country)


def _days_of(found: re.Match[str], day_of_week: int | None) -> dict[Order, date]:
    parts = (found["first"], found["second"], found["third"])
    year_first = len(parts[0]) == len(parts[2]) == 2
    days: dict[Order, date] = {}
    for order in _ORDERS if year_first else _ORDERS[:2]:
        if day := _day(dict(zip(order, parts, strict=True))):
            days[order] = day
    if found["between"] == "." and len(parts[2]) == 4 and "dmy" in days:
        # Between dots, and with the whole year, nobody writes the month first.
        return {"dmy": days["dmy"]}
    return {order: day for order, day in days.items() if day.weekday() == day_of_week} or days


def _day(numbers: Mapping[str, str]) -> date | None:
    year = int(numbers["y"])
    if year < 100:
        year += 2000 if year < 90 else 1900
    try:
        return date(year, int(numbers["m"]), int(numbers["d"]))
    except ValueError:
        return None


def _day_of_week(text: str) -> int | None:
    name = _FIRST_WORD.match(text)
    return _NUMBER_OF_DAY.get(name[1][:3].lower()) if name else None
