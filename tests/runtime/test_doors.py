"""Every port of ours over HTTP keeps to its bounds: the API, the health ports, the bot's webhook and the sandbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import cast
from urllib.parse import urlsplit

import pytest

from api.app import create_app
from api.main import listening
from chat.telegram.update_intake import Receiver
from chat.telegram.webhook import HEADER, webhook
from contracts.settings import ServerSettings
from runtime.bounded_http import Bounds
from runtime.health import serve_health
from runtime.ports import free_ports
from sandbox import __main__ as sandbox
from sandbox.app import create_app as create_sandbox
from tests.lines import line_to
from tests.serving import serving
from tests.support.until import until

QUICK = Bounds(head_seconds=0.2, body_seconds=0.2, linger_seconds=0.2)
SETTINGS = ServerSettings.model_validate(
    {"database_url": "postgresql://x:x@127.0.0.1:9/x", "jwt_secret": "x" * 32, "lease_secret": "x" * 32}
)

Door = Callable[[Bounds | None], AbstractAsyncContextManager[int]]


@contextlib.asynccontextmanager
async def _api(bounds: Bounds | None) -> AsyncIterator[int]:
    with serving(create_app(SETTINGS), **listening(SETTINGS, bounds) | {"lifespan": "on"}) as url:
        yield urlsplit(url).port or 0


@contextlib.asynccontextmanager
async def _sandbox(bounds: Bounds | None) -> AsyncIterator[int]:
    with serving(create_sandbox(), **sandbox.listening(bounds)) as url:
        yield urlsplit(url).port or 0


@contextlib.asynccontextmanager
async def _health(bounds: Bounds | None) -> AsyncIterator[int]:
    [port] = free_ports(1)
    # Nothing that comes this far is looked at.
    hook = webhook("https://bot.example.com/hook", "right", cast(Receiver, None), lambda: True)
    running = asyncio.create_task(serve_health("127.0.0.1", port, _ready, routes=[hook], bounds=bounds))
    try:
        await until(lambda: _answers(port), "the port answers")
        yield port
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _ready() -> dict[str, bool]:
    return {"everything": True}


async def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        async with line_to(port):
            return True
    return False


DOORS = {"api": _api, "health": _health, "sandbox": _sandbox}
BODIES = {
    "api": (_api, b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n"),
    "webhook": (_health, b"POST /hook HTTP/1.1\r\nHost: x\r\n%b: right\r\n" % HEADER.encode()),
    "sandbox": (_sandbox, b"POST /_control/faults HTTP/1.1\r\nHost: x\r\n"),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
async def test_an_endless_header_is_refused(door: Door) -> None:
    async with door(None) as port, line_to(port) as line:
        await line.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", *[b"a" * 100_000] * 20)
        assert (await line.problem())[0] == 431
        async with line_to(port) as other:
            await other.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await other.answer())[0] == 200


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
async def test_who_says_nothing_is_hung_up_on(door: Door) -> None:
    async with door(QUICK) as port, line_to(port) as line:
        assert await line.until_closed() == b""


@pytest.mark.parametrize(("door", "head"), BODIES.values(), ids=BODIES)
async def test_a_body_that_does_not_come_is_not_waited_for(door: Door, head: bytes) -> None:
    async with door(QUICK) as port, line_to(port) as line:
        await line.say(head + b"Content-Length: 100\r\n\r\n{")
        assert (await line.problem())[0] == 408


@pytest.mark.parametrize("length", [b"Content-Length: 90000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
@pytest.mark.parametrize(("door", "head"), BODIES.values(), ids=BODIES)
async def test_a_body_is_read_up_to_its_bound(door: Door, head: bytes, length: bytes) -> None:
    async with door(None) as port, line_to(port) as line:
        pieces = [b"%x\r\n%b\r\n" % (100_000, b"a" * 100_000)] * 100 if b"chunked" in length else [b"a" * 1_100_000]
        await line.say(head + length, *pieces)
        assert (await line.answer())[0] == 413
