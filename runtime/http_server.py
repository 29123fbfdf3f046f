"""Uvicorn's server, which looks ten times a second whether it shall end: ours is told.

In a process to which nothing happens, that was most of what it did (benchmarks/README.md).
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

import uvicorn

#: How old the date in the head of an answer may be.
_DATE_SECONDS = 1.0
_NOT_STARTED = 3


class HttpServer(uvicorn.Server):
    """Ends by a signal, or by `end`."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._asked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Take no more requests, finish those under way, and return from `serve`. From the loop's own thread."""
        self.should_exit = True
        self._asked.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See `uvicorn.Server`."""
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._asked.set)

    async def main_loop(self) -> None:
        """See `uvicorn.Server`."""
        self._loop = asyncio.get_running_loop()
        # The number of a look makes it renew the date or not; each of ours does.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_DATE_SECONDS):
                    await self._asked.wait()


class GuestServer(HttpServer):
    """In a process that has its own way with signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See `uvicorn.Server`."""
        yield


def run_server(config: uvicorn.Config, sockets: Sequence[socket.socket] | None = None) -> None:
    """Serve until a signal; for a process that does nothing else. Exits with 3 if it cannot begin."""
    server = HttpServer(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=None if sockets is None else list(sockets))
    if not server.started:
        sys.exit(_NOT_STARTED)
