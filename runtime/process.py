"""What our server processes have in common: logging, an event loop, and an end on SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from runtime.logs import LogFormat, set_up_logging


def run(
    main: Callable[[], Coroutine[Any, Any, None]],
    *,
    log_format: LogFormat = LogFormat.TEXT,
    on_second_signal: Callable[[], None] | None = None,
) -> None:
    """Run until ``main`` returns or a signal asks to stop; then ``main`` is cancelled and may clean up.

    Args:
        main: makes what is run.
        log_format: how the log is written.
        on_second_signal: called when the signal comes again; without it ``main`` is cancelled again.
    """
    set_up_logging(log_format)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_signal(main(), on_second_signal))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (with the server extra), which takes a fifth off our servers' CPU time."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _until_signal(main: Coroutine[Any, Any, None], on_second_signal: Callable[[], None] | None) -> None:
    task = asyncio.create_task(main)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if task.cancelling() and on_second_signal:
            on_second_signal()
        else:
            task.cancel()

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop)
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
