"""Doubts days without a year that would lie nearly a year ahead: they have just passed, or the sentence has a slip."""

from datetime import date, timedelta

from intake.times.clock import Doubt
from intake.times.days import last_day_of_month, months_before
from intake.times.spans import dated, spoken

#: Nobody collects what is said until then.
_FAR_END = 62
#: Nor means so many days by two of them without a year, where that is not over yet.
_LONG = 300
#: Nobody orders so long before, and leaves the year out.
_FAR_START = 300


def refuse_far_end(first: date, last: date, today: date, *, whole_month: bool) -> None:
    """Of a range whose end, without a year, is before its start, so that it would be in the next year.

    Raises:
        Doubt: with the days that may be meant.
    """
    if last.year == first.year or not (first.month == last.month or _is_far(first, last, today)):
        return
    # Both as they were last.
    over = last <= today
    ends, begins = (last, first) if over else (months_before(last, 12), months_before(first, 12))
    later = months_before(begins, -12)
    other_way_round = spoken(ends.replace(day=1), last_day_of_month(later)) if whole_month else spoken(ends, later)
    meant = [other_way_round, spoken(begins, ends)]
    if not whole_month:
        following = last_day_of_month(last_day_of_month(first) + timedelta(days=1))
        meant.append(spoken(first, following.replace(day=min(last.day, following.day))))
    raise Doubt(f"it ends before it begins, or in {last.year}. Say the years, too.", *meant)


def _is_far(first: date, last: date, today: date) -> bool:
    return last > today and ((last - today).days > _FAR_END or (last - first).days > _LONG)


def refuse_far_start(words: str, written: str, day: date, today: date) -> None:
    """Of a day without a year that would be next year's.

    Args:
        words: of the start.
        written: the day in them.

    Raises:
        Doubt: with what may be meant.
    """
    if (day - today).days <= _FAR_START:
        return
    passed = months_before(day, 12)
    instead = [words.replace(written, each).strip() for each in ("tomorrow", dated(day))]
    collected = [spoken(passed, passed), f"since {dated(passed)}"]
    raise Doubt(
        f"that day has passed, or is that of {day.year}. Say the year for a start, or the days to collect.",
        *(each.removeprefix("on ") if "tomorrow" in each else each for each in instead),
        *collected,
    )
