"""Reads repetition: "every morning at 7", "every weekday at 8:30", "every 2 hours". The rest is its own sentence."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.schedules.timing import Timing
from contracts.tasks.plain_language import Question
from intake.sentence import Sentence, pattern
from intake.times.clock import CLOCK, LEAD, PART, ROUGHLY, Clock, Doubt, clock_of
from intake.times.days import COUNT, WEEKDAY, count_of

FIELD = "timing"

_DAYS = (
    rf"(?:(?:every|each) (?:(?:single )?(?P<day>day)|(?P<part>{PART})|(?P<working>(?:week|work(?:ing)? ?)day)"
    rf"|(?P<named>{WEEKDAY}s?(?:(?:,? and |, ?){WEEKDAY}s?)*))(?:,? (?:in the )?(?P<part_of_days>{PART}))?"
    r"|(?P<daily>daily)|(?:on )?(?P<weekdays>weekdays))"
)
#: When it ends; counted from now.
_ENDS = pattern(rf"for (?:the )?(?:next|coming) (?:(?P<count>{COUNT}) )?(?P<unit>day|week|month|year)s?")
_ENDS_AFTER = {"day": 1, "week": 7, "month": 30, "year": 365}
_DAYS_CLOCK = pattern(rf"{_DAYS},? (?:{ROUGHLY}|{LEAD}){CLOCK}(?: in the (?P<later>{PART}))?")
_CLOCK_DAYS = pattern(rf"{LEAD}{CLOCK}(?: in the (?P<later>{PART}))?,? {_DAYS}")
_DAYS_ALONE = pattern(_DAYS)
_INTERVAL = pattern(rf"(?:every|each) (?:(?P<count>{COUNT}) ?)?(?P<unit>minute|min|hour|hr|h|day)s?|(?P<hourly>hourly)")
#: Repetition that leaves its time open, and how it may be meant.
_OPEN = (
    (
        pattern(r"weekly|(?:once (?:a|per|each|every)|every|each) week"),
        ("every monday at 7:00", "every friday at 18:00"),
    ),
    (pattern(r"(?:twice|two times|2 times|2x) (?:a|per|each|every) day|twice daily"), ("every 12 hours",)),
    (pattern(r"(?:three|3) times (?:a|per|each|every) day|3x (?:a|per) day"), ("every 8 hours",)),
    (pattern(r"once (?:a|per|each|every) day"), ("every day at 7:00",)),
)
_NAME = re.compile(WEEKDAY, re.IGNORECASE)
_TIME = r"(?:at\s+)?(?:\d{1,2}:\d\d(?:\s*[ap]m)?|\d{1,2}\s*[ap]m|noon|midnight)"
_CLOCK_BEFORE = re.compile(rf"\b{_TIME}\s*(?:,|\band\b|&)+\s*$", re.IGNORECASE)
_CLOCK_BEHIND = re.compile(rf"\s*(?:,|\band\b|&)+\s*(?:again\s+)?{_TIME}", re.IGNORECASE)
_MOST_DAYS = 3_650
_UNITS = {"m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True)
class Repetition:
    """When, and what is left of the sentence: all the rest, word by word."""

    timing: Timing
    rest: str


def read_repetition(text: str, zone: str, now: datetime | None = None) -> Repetition | Question | None:
    """None where the sentence says of none. ``zone``: of who wrote it; another one may be named."""
    read = _endless(text, zone)
    ends = next(Sentence(read.rest).find(_ENDS), None) if isinstance(read, Repetition) else None
    if ends is None or not isinstance(read, Repetition):
        return read
    days = _ENDS_AFTER[ends["unit"].lower()] * (count_of(ends["count"]) if ends["count"] else 1)
    until = (now or datetime.now(UTC)) + timedelta(days=min(days, _MOST_DAYS))
    rest = Sentence(read.rest).instead(ends.span(), " ").strip(" ,:")
    return Repetition(read.timing.model_copy(update={"ends_at": until.replace(microsecond=0)}), rest)


def ask_about_open_repetition(sentence: Sentence) -> None:
    """Of what repeats without saying when, offer how it may be meant; `clawdbot add` makes a schedule of each."""
    for wanted, instead in _OPEN:
        for found in sentence.find(wanted):
            answers = [sentence.instead(found.span(), each) for each in instead]
            question = f"\"{sentence.words(found.span()).strip()}\": at what time? Say it like '{instead[0]}'."
            sentence.ask(FIELD, question, found.span(), answers)


def _endless(text: str, zone: str) -> Repetition | Question | None:
    sentence = Sentence(text)
    for wanted, is_interval in ((_DAYS_CLOCK, False), (_CLOCK_DAYS, False), (_INTERVAL, True), (_DAYS_ALONE, False)):
        found = next(sentence.find(wanted), None)
        # "Every day" alone is no interval: it lacks its time of day.
        if found is None or (is_interval and _is_a_day(found)):
            continue
        words = sentence.words(found.span()).strip()
        if other := _other_clock(sentence.text, found.span()):
            question = f'"{sentence.words(other).strip()}" and "{words}": one time in a sentence. Write one for each.'
            return Question(field=FIELD, question=question, answers=[sentence.instead(other, " ")])
        try:
            timing = _interval(found) if is_interval else _by_the_clock(found, zone)
        except Doubt as doubt:
            answers = [sentence.instead(found.span(), each) for each in doubt.instead]
            return Question(field=FIELD, question=f'"{words}": {doubt}', answers=answers)
        return Repetition(timing, sentence.instead(found.span(), " ").strip(" ,:"))
    return None


def _other_clock(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Another time of day, joined to the one that was found."""
    if before := _CLOCK_BEFORE.search(text[: span[0]]):
        return before.span()
    behind = _CLOCK_BEHIND.match(text, span[1])
    return behind.span() if behind else None


def _is_a_day(found: re.Match[str]) -> bool:
    return (found["unit"] or "").lower() == "day" and not found["count"]


def _interval(found: re.Match[str]) -> Timing:
    if found["hourly"]:
        return Timing(every=3_600)
    seconds = _UNITS[found["unit"][0].lower()] * (count_of(found["count"]) if found["count"] else 1)
    if not 60 <= seconds <= 366 * 86_400:
        raise Doubt("it repeats after a minute at least, and a year at most.")
    return Timing(every=seconds)


def _by_the_clock(found: re.Match[str], zone: str) -> Timing:
    named = found.groupdict()
    part = named.get("part") or named.get("part_of_days") or named.get("later")
    if "hour" not in named:
        raise Doubt("at what time? Say it like 'every day at 7:00'.", f"{found[0].strip()} at {_usual(part)}")
    clock = clock_of(found, part)
    if clock.is_midnight:
        raise Doubt("at which end of the day is midnight? Write 00:00 or 23:59.")
    return Timing(cron=f"{clock.time.minute} {clock.time.hour} * * {_days(named)}", zone=_zone(clock, zone))


def _usual(part: str | None) -> str:
    return {"afternoon": "15:00", "evening": "18:00", "night": "20:00"}.get((part or "").lower(), "7:00")


def _zone(clock: Clock, zone: str) -> str:
    return clock.zone.key if clock.zone else zone


def _days(named: dict[str, str | None]) -> str:
    if named["working"] or named["weekdays"]:
        return "MON-FRI"
    return ",".join(dict.fromkeys(each[:3].upper() for each in _NAME.findall(named["named"] or ""))) or "*"
