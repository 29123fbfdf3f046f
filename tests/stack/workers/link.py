"""A bad network between a worker and the stack: a TCP proxy that can go dark, hold, cut, slow down, forget what is
idle, or end.

Runs on a loop and thread of its own, so that a test may block while the link goes on.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_CHUNK = 64 * 1024


@dataclass(eq=False)
class _Pipe:
    """One connection through the link."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    opened_at: float
    used_at: float
    #: The router has forgotten it: whatever is sent disappears, and nobody is told.
    forgotten: bool = False


@dataclass
class Link:
    """Passes everything on until it is told otherwise. Its methods may be called from any thread."""

    port: int
    target: int
    #: More that serve the same: connections go to each in turn, or to the next if one is not there.
    others: tuple[int, ...]
    _loop: asyncio.AbstractEventLoop
    _pipes: set[_Pipe] = field(default_factory=set)
    _dark: bool = False
    _passes: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _idle_seconds: float | None = None
    _delay: float = 0.0
    #: Connections that were made, and those that were forgotten for being idle.
    opened: int = 0
    dropped: int = 0
    #: What nothing was done with because the link was dark or had forgotten the connection, in chunks.
    swallowed: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def oldest(self) -> float:
        """Seconds since the oldest connection that still works was made."""
        return max((self._loop.time() - p.opened_at for p in list(self._pipes) if not p.forgotten), default=0.0)

    def blackhole(self) -> None:
        """From now on nothing arrives, in neither direction, and nobody is told. New connections hang, too."""
        self._dark = True

    def restore(self) -> None:
        """Everything passes again. What was swallowed is gone, so old connections are broken for good."""

        def forget() -> None:
            for pipe in self._pipes:
                pipe.forgotten = True
            self._dark = False

        self._call(forget)

    def hold(self) -> None:
        """Pass nothing on any more, as a router that hangs: connections are taken, and what comes is kept."""
        self._call(self._passes.clear)

    def go_on(self) -> None:
        """Pass everything on again, what was kept included."""
        self._call(self._passes.set)

    def end(self) -> None:
        """Cut everything; nobody is there any more."""
        assert self._server
        self._call(self._server.close)
        self.reset()

    def reset(self) -> None:
        """Cut all connections, with a word to both ends."""

        def cut() -> None:
            for pipe in list(self._pipes):
                pipe.near.transport.abort()
                pipe.far.transport.abort()

        self._call(cut)

    def delay(self, seconds: float) -> None:
        """Each piece of data takes this much longer, in each direction."""
        self._delay = seconds

    def forget_idle(self, seconds: float | None) -> None:
        """Silently forget connections that were idle for so long, as a router with address translation does."""
        self._idle_seconds = seconds

    def _call(self, what: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            what()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(10)

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        self.opened += 1
        try:
            far_reader, far = await self._connect()
        except OSError:
            near.transport.abort()
            return
        now = self._loop.time()
        pipe = _Pipe(near, far, now, now)
        self._pipes.add(pipe)
        try:
            await asyncio.gather(self._pump(reader, far, pipe), self._pump(far_reader, near, pipe))
        finally:
            self._pipes.discard(pipe)
            for writer in (near, far):
                writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        targets = (self.target, *self.others)
        for number in range(len(targets) - 1):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", targets[(self.opened + number) % len(targets)])
        return await asyncio.open_connection("127.0.0.1", targets[(self.opened - 1) % len(targets)])

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: _Pipe) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self._delay:
                    await asyncio.sleep(self._delay)  # how slow the link is
                await self._passes.wait()
                if self._is_lost(pipe):
                    self.swallowed += 1
                    continue
                pipe.used_at = self._loop.time()
                writer.write(data)
                await writer.drain()
        await self._passes.wait()
        if not self._is_lost(pipe):
            writer.transport.abort()

    def _is_lost(self, pipe: _Pipe) -> bool:
        idle = self._loop.time() - pipe.used_at
        if not pipe.forgotten and self._idle_seconds is not None and idle > self._idle_seconds:
            pipe.forgotten = True
            self.dropped += 1
        return self._dark or pipe.forgotten


@contextlib.contextmanager
def link_to(target: int, *others: int) -> Iterator[Link]:
    """A link to a port of this machine, or one address for several."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> tuple[asyncio.Server, Link]:
        link = Link(0, target, others, loop)
        server = await asyncio.start_server(link._accept, "127.0.0.1", 0)
        link.port = server.sockets[0].getsockname()[1]
        link._server = server
        link._passes.set()
        return server, link

    server, link = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    try:
        yield link
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
