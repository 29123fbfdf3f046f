"""Waits when a source asks for a pause: short waits inside the attempt, long ones left to Temporal's retry."""

import asyncio
import math
from collections.abc import Awaitable, Callable
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


async def wait_and_retry(context: TaskContext, source: str, call: Callable[[], Awaitable[T]]) -> T:
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
