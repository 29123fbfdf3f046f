"""Damps what comes and goes: the more often it has come back, the longer it has to stay well before it is over.

Without it a worker that is lost and found every minute would be two messages a minute, all day.
"""

from datetime import datetime, timedelta

from contracts.alerts.facts import Course

#: By how often it came back within the hour; the last one is for more.
_HOLDS = tuple(timedelta(minutes=each) for each in (0, 2, 8, 30))


def hold(returns: int) -> timedelta:
    """How long it has to be well."""
    return _HOLDS[min(returns, len(_HOLDS) - 1)]


def seen(course: Course) -> Course:
    """It is (still, or again) as it should not be."""
    return course if course.well_since is None else Course(course.returns + 1)


def well(course: Course, now: datetime) -> Course | None:
    """It is as it should be; None: for long enough, so it is over."""
    since = course.well_since or now
    return None if now - since >= hold(course.returns) else Course(course.returns, since)
