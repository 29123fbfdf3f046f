"""Reads start times: "tomorrow at 8", "in 2 hours", "tonight", "next monday 9:30"."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from intake.clock import CLOCK, LEAD, PART, USUAL, Clock, Doubt, clock_of
from intake.days import COUNT, DATE, WEEKDAY, count_of, read_date, weekday_after
from intake.sentence import Sentence, pattern

FIELD = "run_at"

_DAY = (
    r"(?:(?P<near>the day after tomorrow|today|tomorrow|tonight|this(?= (?:morning|afternoon|evening)))"
    rf"|(?:on )?(?:this |coming )?(?P<weekday>(?:next )?{WEEKDAY})|(?:on )?(?P<date>{DATE}))"
)
_IN = pattern(rf"in (?:(?P<half>half an hour)|(?P<count>{COUNT}) ?(?P<unit>minute|min|hour|hr|h|day|week)s?)")
_DAY_CLOCK = pattern(rf"{_DAY}(?:,? |T)?(?:(?P<part>{PART}),? )?{LEAD}{CLOCK}(?: in the (?P<later>{PART}))?")
_CLOCK_DAY = pattern(rf"{LEAD}{CLOCK}(?: in the (?P<part>{PART}))?,? {_DAY}(?: (?P<later>{PART}))?")
_DAY_PART = pattern(rf"{_DAY}(?: (?P<part>{PART}))?")
_CLOCK = pattern(rf"{LEAD}{CLOCK}(?: in the (?P<part>{PART}))?")
_NOW = pattern(r"(?:right )?now|immediately|(?:right|straight) away")


def read_starts(sentence: Sentence, now: datetime) -> None:
    """Take every point in time; ask where the hour or the day is open, or has passed. ``now`` has the time zone."""
    for wanted, reader in _READERS:
        for found in sentence.find(wanted):
            words = sentence.words(found.span()).strip()
            try:
                moment = reader(found, now)
            except Doubt as doubt:
                sentence.ask(FIELD, f'"{words}": {doubt}', found.span())
            else:
                sentence.take(FIELD, moment, found.span())
    for found in sentence.find(_NOW):
        if found[0] == "NOW" and not sentence.shouted:
            sentence.ask(FIELD, 'Is "NOW" a ticker or a time? Write $NOW or "now".', found.span())
        else:
            sentence.take(FIELD, None, found.span())


def _in(found: re.Match[str], now: datetime) -> datetime:
    if found["half"]:
        return _later(now, 1_800)
    unit = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}[found["unit"][0].lower()]
    return _later(now, unit * count_of(found["count"]))


def _later(now: datetime, seconds: int) -> datetime:
    if not 0 < seconds <= 366 * 86_400:
        raise Doubt("a task starts within a year.")
    return (now.astimezone(UTC) + timedelta(seconds=seconds)).replace(microsecond=0).astimezone(now.tzinfo)


def _day_clock(found: re.Match[str], now: datetime) -> datetime:
    part = found["part"] or found["later"] or ("night" if _near(found) == "tonight" else None)
    return _moment(_day(found, now.date()), clock_of(found, part), now)


def _day_part(found: re.Match[str], now: datetime) -> datetime:
    part = found["part"] or ("night" if _near(found) == "tonight" else None)
    if part is None:
        _day(found, now.date())
        raise Doubt("at what time does it start? Say 'at 8:00'; for days to collect, 'since …' or 'from … to …'.")
    return _moment(_day(found, now.date()), Clock(USUAL[part.lower()]), now)


def _today(found: re.Match[str], now: datetime) -> datetime:
    return _moment(now.date(), clock_of(found, found["part"]), now)


def _near(found: re.Match[str]) -> str:
    return " ".join((found["near"] or "").lower().split())


def _day(found: re.Match[str], today: date) -> date:
    if near := _near(found):
        return today + timedelta(days={"tomorrow": 1, "the day after tomorrow": 2}.get(near, 0))
    if found["weekday"]:
        day = weekday_after(found["weekday"], today)
        if day is None:
            raise Doubt("this week or next? Say the date, like 'on 3 June at 9:00'.")
        return day
    day = read_date(found["date"], today, prefer="future")
    if day is None:
        raise Doubt("there is no such day.")
    return day


def _moment(day: date, clock: Clock, now: datetime) -> datetime:
    if clock.is_midnight:
        if day != now.date():
            raise Doubt("at which end of the day is midnight? Write 00:00 or 23:59.")
        day += timedelta(days=1)
    zone = UTC if clock.is_utc else now.tzinfo
    moment = datetime.combine(day, clock.time, zone)
    if moment.astimezone(UTC).astimezone(zone).time() != clock.time:
        raise Doubt("the clocks are changed that night, and this time is left out. Choose another one.")
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        first, second = (moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        raise Doubt(
            "the clocks are changed that night, and this time comes twice. "
            f"Write it in UTC: {first:%Y-%m-%d at %H:%M} UTC or {second:%H:%M} UTC."
        )
    if moment <= now:
        raise Doubt("this has passed already. Say the day, like 'tomorrow at 8:00'.")
    if moment - now > timedelta(days=366):
        raise Doubt("a task starts within a year.")
    return moment


#: In this order: what is longer first.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime]], ...] = (
    (_IN, _in),
    (_DAY_CLOCK, _day_clock),
    (_CLOCK_DAY, _day_clock),
    (_DAY_PART, _day_part),
    (_CLOCK, _today),
)
