"""Waking up: LISTEN on a channel with a poll behind it, because a notification may be missed."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence

import psycopg
from psycopg import sql

logger = logging.getLogger(__name__)

#: So long one that hears nothing waits for its end at most; who listens polls by itself.
_LOOK_SECONDS = 60.0


async def wakeups(url: str, channel: str, poll_seconds: float) -> AsyncGenerator[None, None]:
    """Yield at once, then whenever the channel is notified, at the latest every ``poll_seconds``.

    Survives the loss of the connection: it goes on polling, and listens again when Postgres is back.
    """
    while True:
        yield
        try:
            # Closed here and not some day by the garbage collector: it holds a connection.
            async with contextlib.aclosing(_listen(url, [channel], poll_seconds)) as notified:
                async for _ in notified:
                    yield
        except (psycopg.Error, OSError) as error:
            logger.warning("lost the connection that listens on %s, polling instead: %s", channel, error)
            await asyncio.sleep(min(poll_seconds, 1.0))


class Listening:
    """One connection for several who listen in a process.

    Postgres wakes each connection that listens with every notification, whatever channel that is for.
    """

    def __init__(self, url: str, *channels: str) -> None:
        self._url = url
        self._channels = channels
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Hear what is said until cancelled. Meanwhile, and while Postgres is away, everybody polls."""
        while True:
            try:
                async with contextlib.aclosing(_listen(self._url, self._channels, _LOOK_SECONDS)) as notified:
                    async for channels in notified:
                        for channel in channels:
                            self.wake(channel)
            except (psycopg.Error, OSError) as error:
                logger.warning("lost the connection that listens, polling instead: %s", error)
                await asyncio.sleep(1.0)

    async def wakeups(self, channel: str, poll_seconds: float) -> AsyncGenerator[None, None]:
        """As `wakeups`, of one of the channels."""
        if channel not in self._channels:
            raise ValueError(f"nobody listens on {channel} here")
        woken = asyncio.Event()
        self._waiting[channel].add(woken)
        try:
            while True:
                yield
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(poll_seconds):
                        await woken.wait()
                woken.clear()
        finally:
            self._waiting[channel].discard(woken)

    def wake(self, channel: str) -> None:
        """As if it had been notified: who in this process waits for it looks again."""
        for woken in self._waiting[channel]:
            woken.set()


async def _listen(url: str, channels: Sequence[str], poll_seconds: float) -> AsyncGenerator[frozenset[str], None]:
    """The channels that were notified; none of them when nothing came for so long."""
    connection = await psycopg.AsyncConnection.connect(
        url, autocommit=True, connect_timeout=3, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
    )
    async with connection:
        for channel in channels:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        # What was notified before we listened is seen by looking once.
        yield frozenset(channels)
        while True:
            said: set[str] = set()
            if await _has_come(connection.fileno(), poll_seconds):
                # All that came in one packet.
                async for notified in connection.notifies(timeout=poll_seconds, stop_after=1):
                    said.add(notified.channel)
            yield frozenset(said)


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
