"""Our HTTP servers rest while nobody calls, and end when they are asked to."""

import asyncio
import signal

import pytest
import uvicorn
from sse_starlette.sse import AppStatus

from runtime import http_server
from runtime.http_server import GuestServer


async def _nothing(_: object, __: object, ___: object) -> None:
    """An app that nobody calls."""


class Looking(GuestServer):
    """Notes when it looks."""

    def __init__(self) -> None:
        super().__init__(uvicorn.Config(_nothing, host="127.0.0.1", port=0, lifespan="off", log_config=None))
        self.times: asyncio.Queue[float] = asyncio.Queue()

    async def on_tick(self, counter: int) -> bool:
        self.times.put_nowait(asyncio.get_running_loop().time())
        return await super().on_tick(counter)


async def test_it_looks_once_a_second_and_not_ten_times() -> None:
    server = Looking()
    serving = asyncio.create_task(server.serve())
    first, second = [await server.times.get() for _ in range(2)]
    assert second - first > 0.9
    server.end()
    await serving


@pytest.mark.parametrize("by_signal", [True, False])
async def test_asked_to_end_it_does_not_wait_for_its_next_look(
    monkeypatch: pytest.MonkeyPatch, *, by_signal: bool
) -> None:
    monkeypatch.setattr(http_server, "_DATE_SECONDS", 3_600.0)
    # A signal ends all streams of this process, those of other tests, too, until this is taken back.
    monkeypatch.setattr(AppStatus, "should_exit", False)
    server = Looking()
    serving = asyncio.create_task(server.serve())
    await server.times.get()
    if by_signal:
        server.handle_exit(signal.SIGTERM, None)
    else:
        server.end()
    await serving
    # It looked once more, because it was asked to; the next look of its own would have been an hour later.
    assert server.times.qsize() == 1
