"""Writes that come together share a statement; each caller hears of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from db.batching import Batcher


class Written:
    """What was asked for, in batches; the first one waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def write(self, items: Sequence[str]) -> list[str]:
        self.batches.append(list(items))
        self.begun.set()
        await self.go_on.wait()
        if "bad" in items:
            raise ValueError("bad")
        return [item.upper() for item in items]


async def test_whoever_does_not_wait_any_more_is_left_out() -> None:
    """Its caller was told that nothing was written, and will ask again."""
    written = Written()
    batcher = Batcher(written.write, linger=0)
    first = asyncio.ensure_future(batcher.put("first"))
    await written.begun.wait()
    impatient, patient = (asyncio.ensure_future(batcher.put(each)) for each in ("impatient", "patient"))
    await asyncio.sleep(0)  # a turn of the loop: both stand in line
    impatient.cancel()
    written.go_on.set()
    assert [await first, await patient] == ["FIRST", "PATIENT"]
    assert written.batches == [["first"], ["patient"]]


async def test_one_that_is_refused_spoils_no_other() -> None:
    written = Written()
    written.go_on.set()
    batcher = Batcher(written.write, linger=0, refused=(ValueError,))
    good, bad, other = (asyncio.ensure_future(batcher.put(each)) for each in ("good", "bad", "other"))
    assert [await good, await other] == ["GOOD", "OTHER"]
    with pytest.raises(ValueError, match="bad"):
        await bad
    assert written.batches[0] == ["good", "bad", "other"]


async def test_whoever_gives_up_before_theirs_is_written_alone_is_left_out() -> None:
    written = Written()
    batcher = Batcher(written.write, linger=0, refused=(ValueError,))
    bad, impatient, patient = (asyncio.ensure_future(batcher.put(each)) for each in ("bad", "impatient", "patient"))
    await written.begun.wait()
    impatient.cancel()
    written.go_on.set()
    with pytest.raises(ValueError, match="bad"):
        await bad
    assert await patient == "PATIENT"
    assert written.batches == [["bad", "impatient", "patient"], ["bad"], ["patient"]]
