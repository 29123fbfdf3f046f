"""Reads start times: "tomorrow at 8", "in 2 hours", "tonight", "next monday 9:30"."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from intake.sentence import Sentence, pattern
from intake.times.clock import CLOCK, LEAD, PART, ROUGHLY, USUAL, Clock, Doubt, clock_of
from intake.times.days import COUNT, DATE, WEEKDAY, count_of, has_year, read_date, weekday_after, weekday_on_or_after
from intake.times.far import refuse_far_start
from intake.times.sayings import ask_about_sayings
from intake.times.zones import OpenZone, season_differs

FIELD = "run_at"

_DAY = (
    r"(?:(?P<near>the day after tomorrow|today|tomorrow|tmrw|tmr|tonight|this(?= (?:morning|afternoon|evening)))"
    rf"|(?:on )?(?:this |coming )?(?P<weekday>(?:next )?{WEEKDAY})|(?:on )?(?P<date>{DATE}))"
)
_UNIT = r"(?P<unit>minute|min|m|hour|hr|h|day|week)s?"
_IN = pattern(rf"in (?:(?P<half>half an hour)|(?P<count>{COUNT}) ?{_UNIT})(?: from now)?")
_FROM_NOW = pattern(rf"(?:(?P<half>half an hour)|(?P<count>{COUNT}) ?{_UNIT}) from now")
_IN_CLOCK = pattern(rf"in (?P<count>{COUNT}) (?P<unit>day|week)s?,? {LEAD}{CLOCK}(?: in the (?P<part>{PART}))?")
_BELL = pattern(
    r"(?:(?P<early>today|tomorrow),? )?(?P<side>before|at|after) (?:the )?(?:market(?:'s)? )?"
    r"(?P<bell>open|opens|opening|close|closes|closing)(?: bell)?(?:,? (?P<late>today|tomorrow))?"
)
_NEXT_WEEK = pattern(r"next (?P<unit>week|month)")
_DAY_CLOCK = pattern(
    rf"{_DAY}(?:,? |T)?(?:(?P<part>{PART}),? )?(?:{ROUGHLY}|{LEAD}){CLOCK}(?: in the (?P<later>{PART}))?"
)
_CLOCK_DAY = pattern(rf"{LEAD}{CLOCK}(?: in the (?P<part>{PART}))?,? {_DAY}(?: (?P<later>{PART}))?")
_DAY_PART = pattern(rf"(?P<first>first thing )?{_DAY}(?: (?P<part>{PART}))?|first thing in the (?P<early>morning)")
_CLOCK = pattern(rf"{LEAD}{CLOCK}(?: in the (?P<part>{PART}))?")
_NOW = pattern(r"(?:right )?now|immediately|(?:right|straight) away")


def read_starts(sentence: Sentence, now: datetime) -> None:
    """Take every point in time; ask where the hour or the day is open, or has passed. ``now`` has the time zone."""
    ask_about_sayings(sentence, FIELD)
    for wanted, reader in _READERS:
        for found in sentence.find(wanted):
            words = sentence.words(found.span()).strip()
            try:
                moment = reader(found, now)
            except OpenZone as several:
                meant = [re.sub(re.escape(found["zone"]), each, words) for each in several.instead]
                sentence.ask(FIELD, f'"{words}": {several}', found.span(), _instead(sentence, found, meant))
            except Doubt as doubt:
                sentence.ask(FIELD, f'"{words}": {doubt}', found.span(), _instead(sentence, found, doubt.instead))
            else:
                sentence.take(FIELD, moment, found.span())
    for found in sentence.find(_NOW):
        if found[0] == "NOW" and not sentence.shouted:
            meant = [sentence.instead(found.span(), each) for each in ("$NOW", "now")]
            sentence.ask(FIELD, 'Is "NOW" a ticker or a time? Write $NOW or "now".', found.span(), meant)
        else:
            sentence.take(FIELD, None, found.span())


def _instead(sentence: Sentence, found: re.Match[str], meant: Iterable[str]) -> list[str]:
    return [sentence.instead(found.span(), each) for each in meant]


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
    clock = clock_of(found, part)
    return _moment(found, _day(found, _today_at(found, clock, now)), clock, now)


def _in_clock(found: re.Match[str], now: datetime) -> datetime:
    clock = clock_of(found, found["part"])
    days = count_of(found["count"]) * (7 if found["unit"].lower() == "week" else 1)
    if days > 366:
        raise Doubt("a task starts within a year.")
    return _moment(found, _today_at(found, clock, now) + timedelta(days=days), clock, now)


def _next_week(found: re.Match[str], now: datetime) -> datetime:
    raise Doubt("on which day, and at what time? Say it like 'next monday at 8:00'.", "next monday at 8:00")


def _bell(found: re.Match[str], now: datetime) -> datetime:
    times = {
        ("before", "o"): "9am",
        ("at", "o"): "9:30am",
        ("after", "o"): "10am",
        ("before", "c"): "3:30pm",
        ("at", "c"): "4pm",
    }
    at = times.get((found["side"].lower(), found["bell"][0].lower()), "4:30pm")
    day = found["early"] or found["late"] or "tomorrow"
    raise Doubt(
        "at what time is that? In New York the market opens at 9:30am and closes at 4pm.",
        f"{day} at {at} New York time",
    )


def _today_at(found: re.Match[str], clock: Clock, now: datetime) -> date:
    """The day that it is, where the clock is that was named."""
    there = now.astimezone(clock.zone).date() if clock.zone else now.date()
    if there != now.date() and not found.groupdict().get("date"):
        raise Doubt(
            f"there it is {there:%A} already or still. Write the date, too, like 'on {there.day} {there:%B} at 9am'."
        )
    return there


def _day_part(found: re.Match[str], now: datetime) -> datetime:
    if found["early"]:
        return _moment(found, now.date() + timedelta(days=1), Clock(USUAL["morning"]), now)
    part = found["part"] or ("night" if _near(found) == "tonight" else "morning" if found["first"] else None)
    if part is None:
        _day(found, now.date())
        if _near(found) == "today":
            raise Doubt("what is from today, or at what time does it start?", "from today", "today at 18:00")
        raise Doubt(
            "at what time does it start? Say 'at 8:00'; for days to collect, 'since …' or 'from … to …'.",
            *(f"{found[0].strip()} at {each}" for each in ("8:00", "12:00", "18:00")),
        )
    return _moment(found, _day(found, now.date()), Clock(USUAL[part.lower()]), now)


def _today(found: re.Match[str], now: datetime) -> datetime:
    clock = clock_of(found, found["part"])
    return _moment(found, _today_at(found, clock, now), clock, now)


def _near(found: re.Match[str]) -> str:
    return " ".join((found["near"] or "").lower().split())


def _day(found: re.Match[str], today: date) -> date:
    if near := _near(found):
        return today + timedelta(days={"tomorrow": 1, "tmrw": 1, "tmr": 1, "the day after tomorrow": 2}.get(near, 0))
    if found["weekday"]:
        day = weekday_after(found["weekday"], today)
        if day is None:
            days = (weekday_on_or_after(found["weekday"], today), weekday_on_or_after(found["weekday"], today, weeks=1))
            raise Doubt(
                "this week or next? Say the date, like 'on 3 June at 9:00'.",
                *(found[0].replace(found["weekday"], f"{each.day} {each:%B}") for each in days),
            )
        return day
    day = read_date(found["date"], today, prefer="future")
    if day is None:
        raise Doubt("there is no such day.")
    if not has_year(found["date"]):
        refuse_far_start(found[0], found["date"], day, today)
    return day


def _moment(found: re.Match[str], day: date, clock: Clock, now: datetime) -> datetime:
    """In the zone of ``now``, whatever zone was named."""
    if clock.is_midnight:
        if day != now.date():
            raise Doubt("at which end of the day is midnight? Write 00:00 or 23:59.")
        day += timedelta(days=1)
    zone = clock.zone or now.tzinfo
    moment = datetime.combine(day, clock.time, zone)
    if clock.zone and (shown := season_differs(found["zone"], moment)):
        raise Doubt(f"the clocks there show {shown} by then. Write {shown}, or the time in UTC.")
    if moment.astimezone(UTC).astimezone(zone).time() != clock.time:
        raise Doubt("the clocks are changed that night, and this time is left out. Choose another one.")
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        first, second = (moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        raise Doubt(
            "the clocks are changed that night, and this time comes twice. "
            f"Write it in UTC: {first:%Y-%m-%d at %H:%M} UTC or {second:%H:%M} UTC."
        )
    if moment <= now:
        raise Doubt(
            "this has passed already. Say the day, like 'tomorrow at 8:00'.",
            *([f"tomorrow {found[0].strip()}"] if day == now.date() and not _names_a_day(found) else []),
        )
    if moment - now > timedelta(days=366):
        raise Doubt("a task starts within a year.")
    return moment.astimezone(now.tzinfo)


def _names_a_day(found: re.Match[str]) -> bool:
    named = found.groupdict()
    return any(named.get(each) for each in ("near", "weekday", "date", "count"))


#: In this order: what is longer first.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime]], ...] = (
    (_BELL, _bell),
    (_IN_CLOCK, _in_clock),
    (_IN, _in),
    (_FROM_NOW, _in),
    (_DAY_CLOCK, _day_clock),
    (_CLOCK_DAY, _day_clock),
    (_DAY_PART, _day_part),
    (_CLOCK, _today),
    (_NEXT_WEEK, _next_week),
)
