"""Waits, in a test's own event loop, for what shall become true; tests without one have `facade.eventually`."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

#: Nothing that is asked about sends an event: another process, a database, a thread.
_PAUSE = 0.01


@overload
async def until(
    question: Callable[[], Awaitable[T]], what: str, *, is_right: Callable[[T], bool] = ..., seconds: float = ...
) -> T: ...


@overload
async def until(
    question: Callable[[], T], what: str, *, is_right: Callable[[T], bool] = ..., seconds: float = ...
) -> T: ...


async def until(
    question: Callable[[], Any], what: str, *, is_right: Callable[[Any], bool] = bool, seconds: float = 30
) -> Any:
    """Ask until the answer is right and return it; fail with ``what`` when the time is up."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                asked = question()
                answer = await asked if inspect.isawaitable(asked) else asked
                if is_right(answer):
                    return answer
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise AssertionError(f"after {seconds:g} s still not: {what}") from None
