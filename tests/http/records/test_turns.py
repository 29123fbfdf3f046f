"""A source that counts all workers together is asked no more often than it allows, however many ask for a turn."""

import asyncio
import time

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.task_types import TASK_TYPES
from db.records.turns import next_turn
from tests.support.facade import Facade


async def _moments(url: str, source: str, workers: int, each: int, gap: float) -> list[float]:
    """When each of so many workers may ask, all of which come at once."""
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=workers)

    async def worker() -> list[float]:
        found = []
        for _ in range(each):
            asked = time.monotonic()
            async with engine.begin() as connection:
                wait = await next_turn(connection, source, gap, most=1e9)
            assert wait is not None
            # Between what is known to be before and what is known to be after the moment of Postgres.
            found.append((asked + wait + time.monotonic() + wait) / 2)
        return found

    moments = await asyncio.gather(*(worker() for _ in range(workers)))
    await engine.dispose()
    return sorted(moment for some in moments for moment in some)


def test_twenty_workers_at_once_ask_one_after_the_other(stack: Facade) -> None:
    stack.wait_until_ready()
    # So long that asking itself takes no part of a gap worth speaking of.
    moments = asyncio.run(_moments(stack.database_url, "crowded", workers=20, each=3, gap=100))
    turns = [round((moment - moments[0]) / 100) for moment in moments]
    assert turns == list(range(60))


def test_a_turn_that_nobody_took_is_not_saved_up(stack: Facade) -> None:
    stack.wait_until_ready()
    moments = asyncio.run(_moments(stack.database_url, "quiet", workers=1, each=3, gap=0.0001))
    assert moments[-1] - moments[0] < 5
    [first, second] = asyncio.run(_moments(stack.database_url, "quiet", workers=1, each=2, gap=100))
    assert round((second - first) / 100) == 1


async def _given(url: str, asked: int) -> list[bool]:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
    async with engine.begin() as connection:
        found = [await next_turn(connection, "greedy", gap=10, most=35) for _ in range(asked)]
    await engine.dispose()
    return [wait is not None for wait in found]


def test_nobody_takes_turns_for_hours_in_advance(stack: Facade) -> None:
    stack.wait_until_ready()
    assert asyncio.run(_given(stack.database_url, 8)) == [True] * 4 + [False] * 4


def test_the_sec_gets_less_than_ten_a_second() -> None:
    source = TASK_TYPES["sec_filing_crawl"].source
    assert source
    assert source.per_second == 9
