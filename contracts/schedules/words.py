"""A timing and its moments in words."""

from contracts.schedules.occurrences import Due
from contracts.schedules.timing import Timing
from contracts.schedules.views import DueView
from contracts.timezones import zone_of

_LENGTHS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def timing_in_words(timing: Timing) -> str:
    """``cron 0 7 * * MON-FRI, Europe/Berlin``; ``every 2 hours``; ``once at 2030-01-31 08:00 UTC``."""
    zone = zone_of(timing.zone)
    if timing.at is not None:
        return f"once, {timing.at.astimezone(zone):%Y-%m-%d %H:%M:%S} {timing.zone}"
    if timing.every is not None:
        return f"every {length_in_words(timing.every)}"
    return f"{f'cron {timing.cron}' if timing.cron else f'rule {timing.rrule}'}, {timing.zone}"


def length_in_words(seconds: int) -> str:
    """``2 hours``; ``day``, for what comes behind "every"."""
    unit, name = next((unit, name) for unit, name in _LENGTHS if seconds % unit == 0)
    count = seconds // unit
    return name if count == 1 else f"{count} {name}s"


def due_views(due: list[Due], zone_name: str) -> list[DueView]:
    """The moments as a clock on the wall of that zone shows them."""
    zone = zone_of(zone_name)
    return [
        DueView(at=each.at, local=f"{each.at.astimezone(zone):%a %Y-%m-%d %H:%M:%S %Z}", note=each.note) for each in due
    ]
