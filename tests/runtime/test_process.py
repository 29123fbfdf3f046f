"""Parts of a process that end although they should not."""

import asyncio
import gc

import pytest

from runtime import process
from runtime.process import all_of, unending

THRESHOLDS = gc.get_threshold()


async def test_a_part_that_ends_by_itself_ends_the_others() -> None:
    ended: list[str] = []

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("the other")

    async def returns() -> None:
        return

    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="returns has ended by itself")):
        async with asyncio.timeout(10):
            await all_of(goes_on(), returns())
    assert ended == ["the other"]


async def test_parts_that_are_cancelled_may_return() -> None:
    begun = asyncio.Event()

    async def cleans_up() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    running = asyncio.create_task(all_of(cleans_up()))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_part_beside_a_server_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    again = asyncio.Event()
    begun: list[int] = []

    async def fails_once() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise ValueError("a row that cannot be read")
        again.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(unending(fails_once, "nobody is told"))
    async with asyncio.timeout(10):
        await again.wait()
    running.cancel()
    assert "nobody is told: this failed" in caplog.text
    assert "a row that cannot be read" in caplog.text


def test_what_is_there_is_gone_through_no_more() -> None:
    process.settle()
    try:
        frozen, before = gc.get_freeze_count(), gc.get_stats()[-1]["collections"]
        kept = [[number] for number in range(50_000)]
        assert frozen > len(kept)
        # All that came since, and no more; in a process of this size Python would wait for twice as much.
        assert gc.get_stats()[-1]["collections"] > before
    finally:
        gc.set_threshold(*THRESHOLDS)
