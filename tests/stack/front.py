"""What may stand between a worker and the stack: an API whose bootstrap answer a test changes, and a bad link."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import serving


class Front:
    """Passes on what a worker asks the API; ``changes`` are put into what it is told about itself."""

    def __init__(self, api_url: str) -> None:
        self.changes: dict[str, Any] = {}
        self.asked = 0
        self._api_url = api_url
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        body = await request.body()
        async with httpx.AsyncClient(base_url=self._api_url, trust_env=False, timeout=30) as http:
            answer = await http.request(request.method, request.url.path, content=body, headers=headers)
        if request.url.path == "/api/v1/worker/bootstrap" and answer.status_code == 200:
            self.asked += 1
            answer = httpx.Response(200, json={**answer.json(), **self.changes})
        return Response(answer.content, answer.status_code, media_type="application/json")


@contextmanager
def front_of(api_url: str) -> Iterator[tuple[str, Front]]:
    """(address, front)."""
    front = Front(api_url)
    with serving(front.app) as url:
        yield url, front


class Link:
    """A TCP proxy. ``hold``: it takes everything and passes nothing on, as a dead router does."""

    def __init__(self, address: str) -> None:
        self._host, _, self._port = address.rpartition(":")
        self._loop: asyncio.AbstractEventLoop
        self._passes: asyncio.Event
        self._over: asyncio.Event
        self.ready = threading.Event()
        self.connections = 0
        self.address = ""

    def hold(self) -> None:
        """Pass nothing on any more, on open connections and new ones."""
        self._loop.call_soon_threadsafe(self._passes.clear)

    def go_on(self) -> None:
        """Pass everything on again; what came meanwhile was not lost."""
        self._loop.call_soon_threadsafe(self._passes.set)

    def end(self) -> None:
        """Cut everything; nobody is there any more."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def serve(self) -> None:
        """Until `end`."""
        self._loop, self._passes, self._over = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self._passes.set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.ready.set()
        await self._over.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection(self._host, int(self._port))
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._passes.wait()
                writer.write(data)
                await writer.drain()
            await self._passes.wait()
        except OSError:
            pass
        finally:
            writer.close()


@contextmanager
def link_to(address: str) -> Iterator[Link]:
    """A link to ``host:port`` until the block ends."""
    link = Link(address)
    thread = threading.Thread(target=lambda: asyncio.run(link.serve()), daemon=True)
    thread.start()
    assert link.ready.wait(10), "the link did not start"
    try:
        yield link
    finally:
        with suppress(RuntimeError):  # the test has ended it
            link.end()
        thread.join(10)
