"""The moments at which a schedule is due, and what the changing of the clocks does to them.

One rule for cron and RRULE, that of RFC 5545 and of dateutil: a time that the clocks skip is due as late as it would
have been without the change (02:30 at 03:30), one that comes twice is due the first time. A cron line whose minute or
hour begins with a star goes by the time that passes, as in Debian's cron: it loses no hour, and repeats one that comes
twice.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from contracts.schedules.recurrence import local_times
from contracts.schedules.timing import Timing, on_wall
from contracts.timezones import zone_of

#: The most that clocks were ever put forward: Samoa left out a day.
_MOST_SKIPPED = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Due:
    """One moment. ``note``: what the clocks do there, in words; empty on other days."""

    at: datetime
    note: str = ""


def due_after(timing: Timing, after: datetime) -> Iterator[Due]:
    """When it is due later than ``after``, in order; ends where it does."""
    begin = max(after, timing.starts_at - timedelta(microseconds=1)) if timing.starts_at else after
    for each in _unbounded(timing, begin):
        if timing.ends_at and each.at > timing.ends_at:
            return
        yield each


def next_due(timing: Timing, after: datetime, count: int) -> list[Due]:
    """The next ones, at most so many."""
    return list(islice(due_after(timing, after), count))


def first_due_between(timing: Timing, after: datetime, until: datetime, most: int) -> list[datetime]:
    """The same as `due_between`, but the oldest; of a long time only these are looked for."""
    return [each.at for each in islice(takewhile(lambda due: due.at <= until, due_after(timing, after)), most)]


def due_between(timing: Timing, after: datetime, until: datetime, most: int) -> list[datetime]:
    """Moments later than ``after`` and no later than ``until``: the newest, at most so many."""
    found: list[datetime] = []
    for each in due_after(timing, after):
        if each.at > until:
            break
        found.append(each.at)
        if len(found) > 2 * most:
            del found[:most]
    return found[-most:]


def _unbounded(timing: Timing, after: datetime) -> Iterator[Due]:
    if timing.at is not None:
        return iter([Due(timing.at)] if timing.at > after else [])
    if timing.interval is not None:
        return _by_interval(timing.interval, timing.starts_at or _EPOCH, after)
    zone = zone_of(timing.zone)
    if timing.cron is not None and goes_by_time_passed(timing.cron):
        return (Due(each.astimezone(UTC), _note_twice(each)) for each in CronSim(timing.cron, after.astimezone(zone)))
    return _on_the_wall(_wall_times(timing, on_wall(after, zone) - _MOST_SKIPPED), zone, after)


def goes_by_time_passed(cron: str) -> bool:
    """Whether the line means "every so often" more than "at that time"."""
    minute, hour, *_ = cron.split()
    return minute.startswith("*") or hour.startswith("*")


def _by_interval(every: timedelta, start: datetime, after: datetime) -> Iterator[Due]:
    at = start + every * max((after - start) // every + 1, 0)
    while True:
        yield Due(at)
        at += every


def _wall_times(timing: Timing, after: datetime) -> Iterator[datetime]:
    if timing.cron is not None:
        return iter(CronSim(timing.cron, after - _MINUTE))
    return local_times(timing.rrule or "", timing.local_start, after)


def _on_the_wall(times: Iterator[datetime], zone: ZoneInfo, after: datetime) -> Iterator[Due]:
    """As moments: in order, and each once, though times that are skipped come later than those behind them."""
    waiting: list[Due] = []
    last = after
    for time in times:
        found = _moment(time, zone)
        while waiting and waiting[0].at <= found.at - _MOST_SKIPPED:
            if (first := heapq.heappop(waiting)).at > last:
                yield first
                last = first.at
        heapq.heappush(waiting, found)
    for each in sorted(waiting):
        if each.at > last:
            yield each
            last = each.at


def _moment(time: datetime, zone: ZoneInfo) -> Due:
    # The first of two; for one that there is not, what the offset of before makes of it.
    local = time.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    shown = on_wall(at, zone)
    if shown != time:
        return Due(at, f"the clocks go forward: {time:%H:%M} does not exist, runs at {shown:%H:%M}")
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        return Due(at, f"the clocks go back: {time:%H:%M} comes twice, runs the first time")
    return Due(at)


def _note_twice(local: datetime) -> str:
    earlier, later = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if earlier == later:
        return ""
    return f"the clocks go back: {local:%H:%M} comes twice, runs both times"
