"""Waiting when a source asks for it: short waits in sight inside the attempt, long ones left to Temporal."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from activities.context import TaskContext
from contracts.errors import RateLimited

T = TypeVar("T")

#: Longest wait that an attempt sits out, in seconds; a longer one would only occupy the worker.
LONGEST_WAIT = 60.0
#: Waits in a row for one request; a source that asks for more is not going to answer soon.
MOST_WAITS = 5
#: When a source does not say how long.
DEFAULT_WAIT = 10.0


async def patiently(context: TaskContext, source: str, call: Callable[[], Awaitable[T]]) -> T:
    """Await `call()`, and again after every short wait that the source asks for.

    Raises:
        RateLimited: the source asks for a long wait, or for one wait too many.
    """
    for _ in range(MOST_WAITS):
        try:
            return await call()
        except RateLimited as limited:
            wait = DEFAULT_WAIT if limited.retry_after is None else limited.retry_after
            if wait > LONGEST_WAIT:
                raise
            context.progress(step=f"rate limited by {source}, going on in {math.ceil(wait)} s")
            await asyncio.sleep(wait)
    return await call()


def retry_after_seconds(header: str | None) -> float | None:
    """What a Retry-After header asks for, in either of its two forms; None if it is missing or unreadable."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return max(seconds, 0) if math.isfinite(seconds) else None


def _seconds_until(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return math.nan
    return (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
