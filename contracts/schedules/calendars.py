"""Tells Temporal a timing: by its own calendars where they say the same, else the next moments one by one.

On the day when the clocks are changed Temporal's calendars leave out an hour: a time that is skipped is not due at
all, one that comes twice is due the second time only, and an hourly one misses an hour (measured with server 1.32). So
around such days, and for rules that are no calendar, moments are *fed*: exact ones in UTC, anew before they run out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from contracts.schedules.occurrences import next_due
from contracts.schedules.recurrence import parts_of
from contracts.schedules.timing import Timing
from contracts.timezones import zone_of

#: Moments that are looked at, and fed where need be. A feed is renewed when half of it is used.
FED = 60
#: Transitions further ahead than that are for later.
_FARTHEST = timedelta(days=400)
_DAY = timedelta(days=1)
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
#: What of a rule a calendar can say, without one of FREQ, INTERVAL and WKST that means something.
_SAID = {"FREQ", "INTERVAL", "WKST", "BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTH", "BYMONTHDAY"}


@dataclass(frozen=True)
class Calendar:
    """Of each field the values that match; none: all. 0 is Sunday."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    seconds: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Told:
    """``zone``: of the calendars. ``again_at``: when the same timing has to be told anew; None: never."""

    zone: str
    calendars: tuple[Calendar, ...] = ()
    every: timedelta | None = None
    offset: timedelta = timedelta()
    again_at: datetime | None = None

    @property
    def is_fed(self) -> bool:
        return bool(self.calendars) and bool(self.calendars[0].years)


def told(timing: Timing, now: datetime, since: datetime | None = None) -> Told:
    """``since``: from when on moments are fed that are over, because Temporal may have been away then."""
    if timing.at is not None:
        return Told("UTC", (_exact(timing.at),))
    if timing.interval is not None:
        start = int(timing.starts_at.timestamp()) if timing.starts_at else 0
        offset = timedelta(seconds=start % int(timing.interval.total_seconds()))
        return Told("UTC", every=timing.interval, offset=offset)
    coming = [due.at for due in next_due(timing, now, FED)]
    again_at = coming[FED // 2] if len(coming) == FED else None
    if again_at is None and timing.rrule is not None and timing.ends_at is None:
        # A rule is looked at a few years ahead, and goes on behind them.
        again_at = now + _FARTHEST
    calendars = _native(timing)
    if calendars and not _clocks_change(timing.zone, now, coming[-1] if coming else now):
        return Told(timing.zone, calendars, again_at=again_at)
    over = [due.at for due in next_due(timing, since, FED // 2) if due.at <= now] if since else []
    return Told("UTC", tuple(_exact(each) for each in over + coming), again_at=again_at)


def _exact(moment: datetime) -> Calendar:
    at = moment.astimezone(UTC)
    return Calendar((at.minute,), (at.hour,), (at.day,), (at.month,), (), (at.year,), (at.second,))


def _clocks_change(zone_name: str, now: datetime, until: datetime) -> bool:
    """Whether they do between a day before now and a day after ``until``."""
    zone = zone_of(zone_name)
    day, end = now - _DAY, min(until, now + _FARTHEST) + _DAY
    offset = day.astimezone(zone).utcoffset()
    while day < end:
        day += _DAY
        if day.astimezone(zone).utcoffset() != offset:
            return True
    return False


def _native(timing: Timing) -> tuple[Calendar, ...]:
    """Empty where no calendar says the same."""
    if timing.cron is not None:
        return _of_cron(timing.cron)
    return _of_rule(timing.rrule or "") if timing.starts_at is None else ()


def _of_cron(line: str) -> tuple[Calendar, ...]:
    cron = CronSim(line, datetime.now(UTC))
    weekdays: Iterable[int | tuple[int, int]] = cron.weekdays
    # "The last Friday", "the second Monday", "the last day of the month".
    if any(isinstance(each, tuple) for each in weekdays) or min(cron.days) < 0:
        return ()
    on = {each % 7 for each in weekdays if isinstance(each, int)}
    minutes, hours, months = _all_of(cron.minutes), _all_of(cron.hours), _all_of(cron.months)
    if cron.day_and:
        return (Calendar(minutes, hours, _all_of(cron.days), months, _all_of(on)),)
    # A day of the month *or* of the week, where Temporal's calendar means both.
    return (Calendar(minutes, hours, _all_of(cron.days), months), Calendar(minutes, hours, (), months, _all_of(on)))


def _all_of(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(values))


def _of_rule(rule: str) -> tuple[Calendar, ...]:
    parts = parts_of(rule)
    said = {name: parts[name].split(",") for name in parts if name.startswith("BY")}
    days, month_days = said.get("BYDAY", []), said.get("BYMONTHDAY", [])
    if set(parts) - _SAID or parts.get("INTERVAL", "1") != "1" or not set(days) <= set(_WEEKDAYS):
        return ()
    if any(each.startswith("-") for each in month_days):
        return ()
    return (
        Calendar(
            _all_of(map(int, said.get("BYMINUTE", ["0"]))),
            _all_of(map(int, said["BYHOUR"])),
            _all_of(map(int, month_days)),
            _all_of(map(int, said.get("BYMONTH", []))),
            _all_of(_WEEKDAYS.index(each) for each in days),
        ),
    )
