"""Runs a server process: logging, an event loop, and an end on SIGTERM or Ctrl-C."""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from runtime.logs import LogFormat, set_up_logging

logger = logging.getLogger(__name__)

#: Searches of the middle generation of objects until one of all of them; ten unless told.
_OLD = 2
#: Between the end of a part and its next beginning.
_PAUSE_SECONDS = 1.0


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


def settle() -> None:
    """What there is by now stays: from now on no search for garbage goes through it. For when all is imported and made.

    Such a search takes a tenth of a second, in which nobody is answered, so Python waits with it until a quarter of all
    there is has come on top. Of what is left it takes milliseconds, and can come sooner: for core that were 1,000 to
    2,000 workflows that were long over, each of which the SDK leaves as a circle of 30 KB.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _OLD)
    # How much there is, it learns with each search.
    gc.collect()


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
        logger.info("stopped")


async def all_of(*parts: Awaitable[None]) -> None:
    """Run parts side by side that go on until they are cancelled; the first that ends all the same ends them all."""
    async with asyncio.TaskGroup() as group:
        for part in parts:
            group.create_task(_never_ending(part))


async def _never_ending(part: Awaitable[None]) -> None:
    await part
    task = asyncio.current_task()
    if task is None or not task.cancelling():
        # Nobody would do its work any more, in a process that looks alive.
        raise RuntimeError(f"{getattr(part, '__qualname__', part)} has ended by itself.")


async def unending(part: Callable[[], Awaitable[None]], what: str, *, after: float = 0.0) -> None:
    """Begin a part again whenever it fails: for what runs beside a server that is of use without it, too.

    Args:
        part: runs until it is cancelled.
        what: what is not done while it fails, for the log.
        after: seconds until it begins for the first time.
    """
    await asyncio.sleep(after)
    while True:
        try:
            await part()
        except Exception:
            logger.exception("%s: this failed, and is begun again in %.0f s", what, _PAUSE_SECONDS)
        await asyncio.sleep(_PAUSE_SECONDS)
