"""Reads the zone beside a time of day, as feeds write it: a name, hours, a name and its hours, or that in brackets.

Two zones that differ are none, and neither is one that nobody knows: hours too many look like any other time.
"""

import re
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateparser.timezones import timezone_info_list

#: Where the letters mean several zones: those of RFC 822, and what feeds in English write.
_OURS = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "BST": 1, "IST": 5.5, "WET": 0, "WEST": 1, "MESZ": 2, "MEZ": 1,
}  # fmt: skip
#: What these mean depends on the season.
_SEASONAL = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_HOURS_OF_SEASONAL = {"ET": (-5, -4), "CT": (-6, -5), "MT": (-7, -6), "PT": (-8, -7)}
_TABLE = {name: seconds for group in timezone_info_list for name, seconds in group["timezones"] if name.isalpha()}
_GREENWICH = frozenset({"GMT", "UTC", "UT"})
#: No place has more.
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)

_CLOCK = r"(?::\d\d(?:[.,]\d+)?\s*(?:[ap]m\b)?|\d\s*[ap]m\b)"
_HOURS = r"([+-])(\d{1,2})(?::?(\d{2}))?(?![\d:])"
_HAS_CLOCK = re.compile(r"\d:\d\d|\d\s*[ap]m\b", re.IGNORECASE)
#: "10:00 EST-5", "10:00 GMT+0530".
_NAME_AND_HOURS = re.compile(rf"(?<=\d)({_CLOCK}\s*)(?![ap]m\b)([A-Z]{{1,5}})\s*{_HOURS}", re.IGNORECASE)
_GREENWICH_AND_HOURS = re.compile(rf"(?<![A-Za-z])(?:GMT|UTC?)\s*{_HOURS}", re.IGNORECASE)
#: A name behind the hours says the same once more.
_HOURS_AT_THE_END = re.compile(r"(?<=[\d\sMm])([+-])(\d{1,2})(?::?(\d{2}))?\s*([A-Z]{2,5})?\s*$")
_HOURS_TWICE = re.compile(r":\d\d[^+-]*[+-]\d{1,2}:?\d{2}\s*[+-]\d")
_BRACKETS = re.compile(r"\s*[(\[\uff08]([^()\[\]\uff08\uff09]*)[)\]\uff09]\s*")
_ZONE = re.compile(rf"(?:[A-Z]{{1,5}}\s*)?{_HOURS}|[A-Z]{{1,5}}", re.IGNORECASE)
#: Of the week, by their beginnings, as some feeds put them into brackets.
_DAYS = frozenset(
    "mo mon tu tue we wed th thu fr fri sa sat su sun lun mar mer jeu ven sam dim die mit don son".split()
)
#: What else stands in brackets and says nothing of the zone. Any other word may be a place.
_NOTE = re.compile(
    r"\b(?:updated?|edited|modified|corrected|ago|(?:min(?:ute)?s?|time)\.? read|read(?:ing)? time"
    r"|mis[e]? \u00e0 jour|modifi\u00e9e?|aktualisiert|ge\u00e4ndert|actualizado|aggiornato|atualizado|bijgewerkt)\b"
    r"|^(?:exclusive|premium|sponsored|video|audio|reuters|bloomberg|afp|ap|dpa|efe|upi)$",
    re.IGNORECASE,
)
_CLOCK_OF_NOTE = re.compile(r"\d\s?[:h.]\s?\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)
#: Behind its time such a note has the date at most: a zone there would be the one of the whole date.
_BEHIND_CLOCK_OF_NOTE = re.compile(
    r"(?::\d\d)?\s*(?:[ap]\.?m\b|uhr\b|h\b)?[\s.,]*(?:\d{1,2}[\s.]+)?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s.,\d]*)?",
    re.IGNORECASE,
)


class NoSuchZone(ValueError):
    """Nobody knows the zone."""


def is_possible(offset: timedelta | None) -> bool:
    """Whether clocks somewhere are so far from those of Greenwich."""
    return offset is None or _WEST <= offset <= _EAST


def zone_of(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone that is called so, or is so many seconds from UTC.

    Raises:
        NoSuchZone: nobody knows it.
    """
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if not name:
        return None
    known = name.upper()
    if known in _SEASONAL:
        return ZoneInfo(_SEASONAL[known])
    if (hours := _hours_of(known)) is None:
        raise NoSuchZone(name)
    return timezone(timedelta(hours=hours))


def with_plain_zone(text: str) -> str:
    """The text with its zone once, outside of brackets, as a name or as hours: `EST`, `-0500`.

    Raises:
        NoSuchZone: it has two, or one that nobody knows.
    """
    text = _NAME_AND_HOURS.sub(_of_name_and_hours, _unbracketed(text))
    text = _GREENWICH_AND_HOURS.sub(lambda found: f" {_written(*found.groups())}", text)
    if not _HAS_CLOCK.search(text):
        return text
    if _HOURS_TWICE.search(text):
        raise NoSuchZone(text)
    return _HOURS_AT_THE_END.sub(_of_hours_and_name, text)


def _hours_of(name: str) -> float | None:
    return _OURS.get(name, _TABLE[name] / 3600 if name in _TABLE else None)


def _written(sign: str, hours: str, minutes: str | None) -> str:
    """`-5` and `+5:30` as `-0500` and `+0530`."""
    return f"{sign}{int(hours):02}{minutes or '00'}"


def _of_name_and_hours(found: re.Match[str]) -> str:
    """One of the two, if they agree. dateutil takes EST-5 for five hours east of Greenwich."""
    clock, name, sign, hours, minutes = found[1], found[2].upper(), *found.groups()[2:]
    ahead = _ahead(sign, hours, minutes)
    if name in _GREENWICH or ahead in _HOURS_OF_SEASONAL.get(name, ()):
        return f"{clock} {_written(sign, hours, minutes)}"
    # EST+5 is how systems write their setting, with the sign the other way round.
    if len(name) > 1 and _hours_of(name) in (ahead, -ahead):
        return f"{clock} {name}"
    if name == "Z" and not ahead:
        return f"{clock}Z"
    raise NoSuchZone(found[0])


def _of_hours_and_name(found: re.Match[str]) -> str:
    """The hours. "-0400 EST" is what programs write that forget the name of their summer time."""
    *written, name = found.groups()
    called = _hours_of(name) if name and name not in _GREENWICH else None
    if called is not None and abs(called - _ahead(*written)) > 1:
        raise NoSuchZone(found[0])
    return f" {_written(*written)}"


def _ahead(sign: str, hours: str, minutes: str | None) -> float:
    return (1 if sign == "+" else -1) * (int(hours) + int(minutes or 0) / 60)


def _unbracketed(text: str) -> str:
    """With a zone in brackets outside of them. Where there is one outside, brackets say the same once more."""
    inside = [said.strip() for said in _BRACKETS.findall(text)]
    outside = _BRACKETS.sub(" ", text)
    said = [each for each in inside if each and each[:3].rstrip(".").lower() not in _DAYS and not _is_note(each)]
    if any(map(_HAS_CLOCK.search, said)) and not _HAS_CLOCK.search(outside):
        # Without its time, the date would be midnight.
        raise NoSuchZone(text)
    if not said or not _HAS_CLOCK.search(outside) or _has_zone(outside):
        return outside if inside else text
    if len(said) > 1 or not _ZONE.fullmatch(said[0]):
        raise NoSuchZone(text)
    return _BRACKETS.sub(lambda found: f" {found[1]} " if found[1].strip() == said[0] else " ", text).strip()


def _is_note(said: str) -> bool:
    if not _NOTE.search(said):
        return False
    clock = _CLOCK_OF_NOTE.search(said)
    return clock is None or bool(_BEHIND_CLOCK_OF_NOTE.fullmatch(said, clock.end()))


def _has_zone(text: str) -> bool:
    behind = re.search(rf"{_CLOCK}\s*(?:{_HOURS}|([A-Z]{{1,5}})\b)", text, re.IGNORECASE)
    return bool(behind and (behind[1] or _is_name(behind[4])))


def _is_name(word: str) -> bool:
    return word.upper() in _SEASONAL or _hours_of(word.upper()) is not None
