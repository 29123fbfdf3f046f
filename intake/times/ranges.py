"""Spans of days that are asked for: "last 30 days", "since March", "from 1 to 15 June", "this week"."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from intake.sentence import Sentence, pattern
from intake.times.clock import Doubt
from intake.times.days import (
    COUNT,
    DATE,
    MONTH,
    MONTH_OF_YEAR,
    NUMBER,
    WEEKDAY,
    YEAR,
    count_of,
    has_year,
    last_day_of_month,
    months_before,
    read_date,
    weekday_before,
    weekday_of,
)
from intake.times.far import refuse_far_end
from intake.times.open_days import ask, ask_about_open_days
from intake.times.portions import READERS as PORTIONS
from intake.times.spans import Found, between, dated, since

FIELD = "date_range"
_MOST_DAYS = 3_650

_LEAD = r"(?:(?:over|for|from|in|of|during|within|since) )?(?:the )?"
_LAST = pattern(
    rf"{_LEAD}(?:last|past|previous) (?P<count>{COUNT}) ?(?P<unit>hour|day|week|month|year)s?"
    rf"|{_LEAD}(?:(?:last|past) )?(?<!at\s)(?P<short>\d{{1,5}}) ?(?P<letter>[hdwy])"
    rf"|(?P<bare>{COUNT}) (?P<bare_unit>day|week|month|year)s?(?= (?:worth )?of\b)"
)
_ONE_PAST = pattern(
    r"(?:(?:over|for|from|in|of|during|within) )?(?:the last|(?:the )?past) (?P<unit>day|week|fortnight|month|year)"
    r"|(?:(?:over|for|from|in|of|during|within) )?(?:the )?last (?P<two_weeks>fortnight)"
)
_CURRENT = pattern(
    r"(?:(?:over|for|from|in|of|during) )?"
    r"(?:this (?P<unit>week|month|quarter|year)(?: so far)?|ytd|(?P<until_now>week|month|quarter|year) to date)"
)
_SINCE_DAY = (
    rf"(?P<weekday>(?:last )?{WEEKDAY})|(?P<date>{DATE})|(?P<month>{MONTH_OF_YEAR}|{YEAR})|(?P<word>yesterday|today)"
    rf"|(?P<count>{COUNT}) (?P<unit>day|week|month|year)s? ago"
)
_SINCE = pattern(rf"(?:ever )?since (?:{_SINCE_DAY})")
_TO = r"(?: (?:up )?to | until | till | through | and | ?- ?)"
_FROM_TO = pattern(
    rf"(?:(?:from|between|for|of|in) )?(?:the )?"
    rf"(?:(?P<first>{NUMBER}){_TO}(?:the )?(?P<last>{NUMBER}(?: of)? {MONTH}(?:,? {YEAR})?)"
    rf"|(?P<month_first>{MONTH} {NUMBER}){_TO}(?P<month_last>{NUMBER}(?:,? {YEAR})?)(?! ?{MONTH})"
    rf"|(?P<start>{DATE}|(?:last )?{WEEKDAY}){_TO}(?:the )?(?P<end>{DATE}|today|now|yesterday))"
)
_MONTHS = pattern(
    rf"(?:from|between) (?:(?:the )?(?:start|beginning) of )?(?P<start>{MONTH_OF_YEAR}|{YEAR}){_TO}"
    rf"(?:(?:the )?end of (?!today|now))?(?P<end>{MONTH_OF_YEAR}|{YEAR}|today|now)"
)
_WHOLE = pattern(rf"(?:in|during|for|of) (?:the (?:month|year) of )?(?P<month>{MONTH_OF_YEAR}|{YEAR})(?! ?\d)")
_WORD = pattern(r"(?:(?:from|of|for) )?(?P<day>yesterday)(?:'s)?|(?:from )?today's|(?:from|of) today")
#: A day of a range followed by a time of day: ranges have days, and a start would have to be told apart.
_CLOCK_BEHIND = re.compile(
    r"\s*,?\s*(?:at\s+)?(?:\d{1,2}:\d\d|\d{1,2}\s*[ap]m\b|\d{1,2}(?=\s|$)|noon|midnight)", re.IGNORECASE
)

_CLOCK_BEFORE = re.compile(
    r"(?:\bat\s+\d{1,2}|\d{1,2}:\d\d|\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?|noon|midnight)(?:\s+\w+\s+time)?\s*,?\s*$",
    re.IGNORECASE,
)
_WHOLE_DAYS = "ranges have whole days; say when to start first, like 'tomorrow at 8: …'."
#: Words for the end of a range: how many days ago that is.
_RECENT = {"today": 0, "now": 0, "yesterday": 1}


def read_ranges(sentence: Sentence, now: datetime) -> None:
    """Take every span of days; ask where one may mean two things, or does not exist.

    The days are those of the time zone of ``now``, and say so unless that is UTC.
    """
    today, zone = now.date(), getattr(now.tzinfo, "key", "UTC")
    for wanted, reader in _READERS:
        for found in sentence.find(wanted):
            try:
                range_, doubt = reader(found, today)
            except Doubt as open_:
                ask(sentence, FIELD, found, open_)
                continue
            if range_ and reader in _ENDS_IN_A_DAY and _CLOCK_BEHIND.match(sentence.rest, found.end()):
                range_, doubt = None, _WHOLE_DAYS
            if range_ and reader is _word and _CLOCK_BEFORE.search(sentence.text[: found.start()]):
                range_, doubt = None, _WHOLE_DAYS
            if range_ and zone != "UTC" and "last_days" not in range_:
                range_ = {**range_, "zone": zone}
            if range_:
                sentence.take(FIELD, range_, found.span())
            else:
                sentence.ask(FIELD, f'"{sentence.words(found.span()).strip()}": {doubt}', found.span())
    ask_about_open_days(sentence, FIELD, today)


def _last(found: re.Match[str], today: date) -> Found:
    count = count_of(found["count"] or found["short"] or found["bare"])
    return _back(count, (found["unit"] or found["letter"] or found["bare_unit"]).lower(), today)


def _back(count: int, unit: str, today: date) -> Found:
    """So many units up to now."""
    if unit[0] == "h":
        unit, count = "d", count // 24 if count % 24 == 0 else -1
    if count < 0:
        return None, "ranges have whole days; say how many days."
    days = count * {"d": 1, "w": 7, "m": 31, "y": 366}[unit[0]]
    if not 1 <= days <= _MOST_DAYS:
        return None, f"a range has 1 to {_MOST_DAYS} days."
    if unit[0] in "dw":
        return {"last_days": days}, ""
    return since(months_before(today, count * (12 if unit[0] == "y" else 1)))


def _one_past(found: re.Match[str], today: date) -> Found:
    unit = (found["unit"] or found["two_weeks"]).lower()
    return _back(2, "week", today) if unit == "fortnight" else _back(1, unit, today)


def _current(found: re.Match[str], today: date) -> Found:
    unit = (found["unit"] or found["until_now"] or "year").lower()
    if unit == "week":
        return since(today - timedelta(days=today.weekday()))
    months = {"month": today.month, "quarter": today.month - (today.month - 1) % 3, "year": 1}
    return since(today.replace(month=months[unit], day=1))


def _since_day(found: re.Match[str], today: date) -> Found:
    if found["count"]:
        days = {"day": 1, "week": 7, "month": 31, "year": 366}[found["unit"].lower()] * count_of(found["count"])
        if days > _MOST_DAYS:
            return None, f"a range has 1 to {_MOST_DAYS} days."
        if found["unit"].lower() in ("day", "week"):
            return since(today - timedelta(days=days))
        return _back(count_of(found["count"]), found["unit"].lower(), today)
    if found["word"]:
        return since(today - timedelta(days=found["word"].lower() == "yesterday"))
    if found["weekday"]:
        day = weekday_before(found["weekday"], today)
        if day is None:
            near = today - timedelta(days=(today.weekday() - weekday_of(found["weekday"].split()[-1])) % 7)
            either = (near, near - timedelta(days=7))
            raise Doubt("which one? Say the date, like 'since 3 June'.", *(f"since {dated(each)}" for each in either))
        return since(day)
    day = read_date(found["date"] or found["month"], today)
    if day is None:
        return None, "there is no such day."
    return since(day) if day <= today else (None, "that day is still to come.")


def _from_to(found: re.Match[str], today: date) -> Found:
    if found["first"]:
        end = found["last"]
        start = f"{found['first']} {re.sub(rf'(?i)^{NUMBER}(?: +of)?', '', end)}"
    elif found["month_first"]:
        start, end = found["month_first"], f"{found['month_first'].split()[0]} {found['month_last']}"
        start += f" {end[-4:]}" if has_year(end) else ""
    else:
        start, end = found["start"], found["end"]
    return _from_one_to_other(start, end, today, whole_month=False)


def _months(found: re.Match[str], today: date) -> Found:
    return _from_one_to_other(found["start"], found["end"], today, whole_month=True)


def _from_one_to_other(start: str, end: str, today: date, *, whole_month: bool) -> Found:
    """A year that only one of both has counts for the other, too; without any, the start is the last one that was."""
    recent = _RECENT.get(end.lower())
    last = today - timedelta(days=recent) if recent is not None else None
    if re.fullmatch(rf"(?:last )?{WEEKDAY}", start, re.IGNORECASE):
        first = weekday_before(start, today)
        last = last or read_date(end, today)
        if first is None:
            return None, "which day is that? Say the date, like 'from 3 June to today'."
    elif last:
        first = read_date(start, today)
    elif has_year(end) and not has_year(start):
        last = read_date(end, today)
        first = read_date(start, last) if last else None
    else:
        first = read_date(start, today)
        last = read_date(end, first if first and not has_year(end) else today, prefer="future")
    if first is None or last is None:
        return None, "there is no such day."
    if whole_month and recent is None:
        last = last.replace(month=12, day=31) if re.fullmatch(YEAR, end) else last_day_of_month(last)
    if recent is None and not has_year(end):
        refuse_far_end(first, last, today, whole_month=whole_month)
    return between(first, last, today)


def _whole(found: re.Match[str], today: date) -> Found:
    month = found["month"]
    first = read_date(month, today)
    if first is None:
        return None, "there is no such month."
    if not has_year(month) and first.year < today.year:
        said = f"in {month} {first.year}"
        raise Doubt(f"of which year? Say '{said}', or a day to start on.", said)
    last = last_day_of_month(first if not re.fullmatch(YEAR, month) else first.replace(month=12))
    return between(first, last, today)


def _word(found: re.Match[str], today: date) -> Found:
    # A day, whenever the task starts.
    day = today - timedelta(days=1) if found["day"] else today
    return between(day, day, today)


_ENDS_IN_A_DAY = (_since_day, _from_to, _months, _whole, _word, *(reader for _, reader in PORTIONS))
#: In this order: what is longer first.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Found]], ...] = (
    (_FROM_TO, _from_to),
    (_MONTHS, _months),
    *PORTIONS,
    (_SINCE, _since_day),
    (_LAST, _last),
    (_ONE_PAST, _one_past),
    (_CURRENT, _current),
    (_WHOLE, _whole),
    (_WORD, _word),
)
