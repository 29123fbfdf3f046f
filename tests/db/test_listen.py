"""Who listens is woken by what is said, and by nothing else but its own poll."""

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import aclosing

import psycopg
import pytest

from db.listen import Listening, wakeups
from tests.support.databases import cloned
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

CHANNEL = "tests_listen"
#: Longer than a test may last: what wakes sooner was told.
NEVER = 3_600.0


@pytest.fixture(scope="module")
def url(servers: Servers) -> Iterator[str]:
    with cloned(servers) as address:
        yield address


class Counting(selectors.DefaultSelector):
    """Counts how often a loop woke."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.turns += 1
        return super().select(timeout)


def test_who_hears_nothing_wakes_for_its_poll_and_for_nothing_else(url: str) -> None:
    selector = Counting()

    async def turns_of_one_poll() -> int:
        async with aclosing(wakeups(url, CHANNEL, 0.8)) as woken:
            for _ in range(2):  # before it listens, and when it does
                await anext(woken)
            before = selector.turns
            await anext(woken)
            return selector.turns - before

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        assert runner.run(turns_of_one_poll()) < 5


async def test_everything_that_is_said_is_heard_also_after_the_connection_was_cut(url: str) -> None:
    async with (
        aclosing(wakeups(url, CHANNEL, NEVER)) as woken,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as other,
    ):
        for _ in range(2):
            await anext(woken)
        for _ in range(3):
            await other.execute(f"NOTIFY {CHANNEL}".encode())
            await anext(woken)
        there = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        cut = await (await other.execute(f"SELECT pid, pg_terminate_backend(pid) {there}".encode())).fetchall()
        assert len(cut) == 1
        for _ in range(2):  # for what was said meanwhile
            await anext(woken)
        await other.execute(f"NOTIFY {CHANNEL}".encode())
        await anext(woken)
        [(pid,)] = await (await other.execute(f"SELECT pid {there} AND pid <> {cut[0][0]}".encode())).fetchall()
        assert pid != cut[0][0]


async def test_several_listen_over_one_connection_and_each_hears_its_own_channel(url: str) -> None:
    """Postgres wakes each connection that listens with everything that is said to any of them."""
    other_channel = f"{CHANNEL}_other"
    listening = Listening(url, CHANNEL, other_channel)
    first, second, other = (listening.wakeups(each, NEVER) for each in (CHANNEL, CHANNEL, other_channel))
    async with (
        aclosing(first),
        aclosing(second),
        aclosing(other),
        await psycopg.AsyncConnection.connect(url, autocommit=True) as speaker,
    ):
        await asyncio.gather(*map(anext, (first, second, other)))
        hearing = asyncio.create_task(listening.run())
        await asyncio.gather(*map(anext, (first, second, other)))
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        assert await (await speaker.execute(count.encode())).fetchone() == (1,)
        unheard = asyncio.ensure_future(anext(other))
        for _ in range(3):
            await speaker.execute(f"NOTIFY {CHANNEL}".encode())
            await asyncio.gather(anext(first), anext(second))
        assert not unheard.done()
        await speaker.execute(f"NOTIFY {other_channel}".encode())
        await unheard
        hearing.cancel()
        await asyncio.wait({hearing})


@pytest.mark.parametrize("turns", range(4))
async def test_whoever_is_told_and_cancelled_at_once_ends(turns: int) -> None:
    """Core did not: a SIGTERM that came together with a notification was lost."""
    listening = Listening("", CHANNEL)

    async def listen() -> None:
        async for _ in listening.wakeups(CHANNEL, NEVER):
            waiting.set()

    waiting = asyncio.Event()
    going = asyncio.create_task(listen())
    await waiting.wait()
    listening.wake(CHANNEL)
    for _ in range(turns):
        await asyncio.sleep(0)  # a turn of the loop: how far the word has come
    going.cancel()
    _, still = await asyncio.wait({going}, timeout=5)
    going.cancel()
    assert not still
