"""Waking up: LISTEN on a channel with a poll behind it, because a notification may be missed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator

import psycopg
from psycopg import sql

logger = logging.getLogger(__name__)


async def wakeups(url: str, channel: str, poll_seconds: float) -> AsyncGenerator[None, None]:
    """Yield at once, then whenever the channel is notified, at the latest every ``poll_seconds``.

    Survives the loss of the connection: it goes on polling, and listens again when Postgres is back.
    """
    while True:
        yield
        try:
            # Closed here and not some day by the garbage collector: it holds a connection.
            async with contextlib.aclosing(_listen(url, channel, poll_seconds)) as notified:
                async for _ in notified:
                    yield
        except (psycopg.Error, OSError) as error:
            logger.warning("lost the connection that listens on %s, polling instead: %s", channel, error)
            await asyncio.sleep(min(poll_seconds, 1.0))


async def _listen(url: str, channel: str, poll_seconds: float) -> AsyncGenerator[None, None]:
    connection = await psycopg.AsyncConnection.connect(
        url, autocommit=True, connect_timeout=3, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
    )
    async with connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        # What was notified before we listened is seen by looking once.
        yield
        while True:
            if await _has_come(connection.fileno(), poll_seconds):
                async for _ in connection.notifies(timeout=poll_seconds, stop_after=1):
                    pass
            yield


async def _has_come(descriptor: int, seconds: float) -> bool:
    """Whether anything came from the server within so many seconds, if only its end.

    Psycopg's own waiting wakes ten times a second: with five of them that was a tenth of what core does at rest.
    """
    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()

    def note() -> None:
        if not come.done():
            come.set_result(None)

    loop.add_reader(descriptor, note)
    try:
        await asyncio.wait({come}, timeout=seconds)
    finally:
        loop.remove_reader(descriptor)
    return come.done()
