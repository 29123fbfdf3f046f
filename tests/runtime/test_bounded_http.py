"""What a connection may cost a server, and what it may go on doing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from runtime.bounded_http import Bounds, bounded
from tests.lines import Line, line_to
from tests.serving import serving

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
#: Impatient, so that tests need not wait.
QUICK = Bounds(head_bytes=4_096, head_seconds=0.2, body_seconds=0.2, linger_seconds=0.2)


class App:
    """Says how much it was sent; `/slow` answers when it is told to; `/ws` echoes."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def starlette(self) -> Starlette:
        routes = [Route("/", self.size, methods=["GET", "POST"]), Route("/early", self.early, methods=["POST"])]
        return Starlette(routes=[*routes, Route("/slow", self.slow), WebSocketRoute("/ws", self.echo)])

    async def size(self, request: Request) -> Response:
        return JSONResponse({"bytes": len(await request.body())})

    async def early(self, _: Request) -> Response:
        return JSONResponse({})

    async def slow(self, _: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begin"
            await self.told()
            yield b"end"

        return StreamingResponse(parts())

    async def echo(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())

    async def told(self) -> None:
        """The server runs in a thread with a loop of its own."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.go_on.wait(), self.loop))


@contextlib.contextmanager
def _serving(bounds: Bounds, app: App | None = None) -> Iterator[int]:
    with serving((app or App()).starlette(), http=bounded(bounds), ws="auto") as url:
        yield urlsplit(url).port or 0


async def _patience_of(port: int) -> None:
    """Until the server has lost it with a connection that says nothing."""
    async with line_to(port) as silent:
        assert await silent.until_closed() == b""


@pytest.mark.parametrize("size", [3_000, 4_000])
async def test_a_head_within_the_limit_is_read(size: int) -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(GET + b"X: " + b"a" * size + b"\r\n\r\n")
            assert await line.answer() == (200, {"bytes": 0})


async def _one_long(line: Line) -> None:
    await line.say(GET + b"X: ", b"a" * 5_000, b"\r\n\r\n")


async def _many_short(line: Line) -> None:
    await line.say(GET, *[b"X: a\r\n"] * 1_000, b"\r\n")


async def _long_address(line: Line) -> None:
    await line.say(b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")


async def _never_ending(line: Line) -> None:
    await line.say(GET + b"X: ", *[b"a" * 100_000] * 50)


async def _after_another(line: Line) -> None:
    await line.say(GET + b"\r\n")
    assert await line.answer() == (200, {"bytes": 0})
    await _one_long(line)


@pytest.mark.parametrize("say", [_one_long, _many_short, _long_address, _never_ending, _after_another])
async def test_a_larger_head_is_refused(say: Callable[[Line], Awaitable[None]]) -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await say(line)
            status, detail = await line.problem()
            assert (status, "shorter" in detail) == (431, True)
            assert await line.until_closed() == b""


async def test_fields_behind_a_body_count_like_those_before_it() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: ")
            await line.say(*[b"a" * 100_000] * 50)
            assert (await line.problem())[0] == 431


async def test_a_body_is_not_taken_for_a_head() -> None:
    with _serving(Bounds(head_bytes=4_096)) as port:
        async with line_to(port) as line:
            for _ in range(3):
                await line.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n", b"a" * 3_000_000)
                assert await line.answer() == (200, {"bytes": 3_000_000})


async def test_what_is_no_http_is_told_so() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(b"\x16\x03\x01\x02\x00\x01\x00\x01")
            status, detail = await line.problem()
            assert (status, "HTTP/1.1" in detail) == (400, True)


async def test_who_says_nothing_is_hung_up_on() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as silent:
            assert await silent.until_closed() == b""


@pytest.mark.parametrize("begun", [b"G", GET, GET + b"\r\n" + GET])
async def test_who_does_not_end_a_head_is_told_so(begun: bytes) -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(begun)
            if begun.startswith(GET + b"\r\n"):
                assert (await line.answer())[0] == 200
            assert (await line.problem())[0] == 408
            assert await line.until_closed() == b""


async def test_blank_lines_are_no_request() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(GET + b"\r\n")
            assert (await line.answer())[0] == 200
            await line.say(b"\r\n")
            await line.until_closed()


async def test_who_does_not_send_the_body_is_told_so() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            await line.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
            assert (await line.problem())[0] == 408
            assert await line.until_closed() == b""


async def test_a_body_that_nobody_waited_for_may_follow_soon() -> None:
    with _serving(QUICK) as port:
        async with line_to(port) as line:
            early = b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
            await line.say(early)
            assert (await line.answer())[0] == 200
            await line.say(b"a" * 10 + early)
            assert (await line.answer())[0] == 200
            # This time it does not follow.
            assert await line.until_closed() == b""


async def test_a_long_answer_is_not_cut_off() -> None:
    app = App()
    with _serving(QUICK, app) as port:
        async with line_to(port) as line:
            await line.say(b"GET /slow HTTP/1.0\r\n\r\n")
            await line.reader.readuntil(b"begin")
            await _patience_of(port)
            await _patience_of(port)
            app.go_on.set()
            assert b"end" in await line.until_closed()


async def test_a_websocket_is_not_cut_off() -> None:
    with _serving(QUICK) as port:
        async with connect(f"ws://127.0.0.1:{port}/ws") as socket:
            await _patience_of(port)
            await _patience_of(port)
            await socket.send("still there")
            assert await socket.recv() == "still there"


async def test_of_too_many_who_wait_the_first_gives_way() -> None:
    """One that is being answered does not: it owes us nothing."""
    app = App()
    with _serving(Bounds(waiting=2), app) as port:
        async with line_to(port) as served:
            await served.say(b"GET /slow HTTP/1.0\r\n\r\n")
            await served.reader.readuntil(b"begin")
            async with line_to(port) as first, line_to(port) as second, line_to(port) as third:
                assert await first.until_closed() == b""
                for line in (second, third):
                    await line.say(GET + b"\r\n")
                    assert (await line.answer())[0] == 200
            app.go_on.set()
            assert b"end" in await served.until_closed()
