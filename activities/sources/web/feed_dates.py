"""Decides how a feed writes dates of three numbers, by all that it shows: one alone may be two or three days."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from activities.sources.web.date_orders import Order
from activities.sources.web.dates import moment_of, moments_of

#: Days that are swapped lie a month apart. Less is not ahead: the task may have waited for its worker since `now`, and
#: some stories are announced.
_LATE = timedelta(days=14)
#: Dates of one story: when it came out, and when it was changed.
_NEAR = timedelta(days=3)


def orders_of(dates: Iterable[Sequence[str]], now: datetime, usual: Order | None) -> dict[str, Order]:
    """By the shape of such dates, the order of their numbers; nothing of a shape whose order nobody knows.

    ``dates``: those of each story, which has come out by ``now``. What is ``usual`` where the feed comes from counts
    only where the dates leave a choice. Where nothing speaks against it but that a date then lies ahead, as that of an
    event does, nobody knows.
    """
    left: dict[str, set[Order]] = {}
    against: set[str] = set()
    for texts in dates:
        sure = [moment for text in texts if (moment := moment_of(text))]
        for text in texts:
            if found := moments_of(text):
                fitting = _fitting(found.moments, sure, now) - ({"ymd"} if usual in ("dmy", "mdy") else set())
                left[found.shape] = left.get(found.shape, fitting) & fitting
                if usual not in found.moments or (usual not in fitting and found.moments[usual] <= now + _LATE):
                    against.add(found.shape)
    decided: dict[str, Order] = {}
    for shape, orders in left.items():
        if usual in orders:
            decided[shape] = usual
        elif len(orders) == 1 and (usual is None or shape in against):
            decided[shape] = next(iter(orders))
    return decided


def _fitting(moments: dict[Order, datetime], sure: Sequence[datetime], now: datetime) -> set[Order]:
    near = {order for order, moment in moments.items() if any(abs(moment - each) <= _NEAR for each in sure)}
    return near or {order for order, moment in moments.items() if moment <= now + _LATE}
