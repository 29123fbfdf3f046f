"""Watchdogs of the worker process: one notices that the machine slept, one that a handler blocks the event loop."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

from contracts.errors import TaskError
from workers.capability.running_attempts import in_handler

logger = logging.getLogger(__name__)

#: Goes on while the machine sleeps, and does not jump when somebody sets the clock. On a Mac, CLOCK_MONOTONIC is that.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_TICK_SECONDS = 1.0
#: Not having run for this long counts as sleep.
_SLEEP_SECONDS = 5.0

_WATCH_SECONDS = 0.5
#: A handler may keep the event loop for this long: others then still get their heartbeats out in time.
BLOCKED_SECONDS = 5.0
#: A loop that stays blocked although it was interrupted makes the whole worker start anew.
_HOPELESS_SECONDS = 60.0
#: Interrupts the main thread. Nothing else uses it, and where nobody listens it does nothing.
_INTERRUPT = signal.SIGURG


class HandlerBlocked(TaskError):
    """The handler kept the whole worker waiting. Blocking code belongs into `in_thread` or `in_process`."""


async def watch_sleep(woke: Callable[[float], None]) -> None:
    """Call ``woke`` with the seconds that were slept through, whenever that happened."""
    while True:
        before = time.clock_gettime(_CLOCK)
        await asyncio.sleep(_TICK_SECONDS)
        missed = time.clock_gettime(_CLOCK) - before - _TICK_SECONDS
        if missed > _SLEEP_SECONDS:
            woke(missed)


class LoopWatch(threading.Thread):
    """Asks the event loop of the main thread for signs of life, and interrupts the handler that blocks it.

    It counts its own rounds, not seconds: a machine that slept or was busy elsewhere is nobody's fault.
    """

    def __init__(self, blocked: float = BLOCKED_SECONDS, hopeless: float = _HOPELESS_SECONDS) -> None:
        super().__init__(name="loop-watch", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._main = threading.main_thread()
        self._blocked = round(blocked / _WATCH_SECONDS)
        self._hopeless = round(hopeless / _WATCH_SECONDS)
        self._answered = True
        self._over = threading.Event()
        signal.signal(_INTERRUPT, _interrupt)

    def end(self) -> None:
        self._over.set()

    def run(self) -> None:
        """Watch until `end`."""
        missed = 0
        while not self._over.wait(_WATCH_SECONDS):
            if self._answered:
                missed, self._answered = 0, False
                if not self._ask():
                    return
                continue
            missed += 1
            if missed % self._blocked == 0:
                self._interrupt_main(missed * _WATCH_SECONDS)
            if missed >= self._hopeless:
                start_anew("the event loop cannot be had back")

    def _ask(self) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._answer)
        except RuntimeError:  # the loop is closed: the worker has ended
            return False
        return True

    def _answer(self) -> None:
        self._answered = True

    def _interrupt_main(self, seconds: float) -> None:
        frame = sys._current_frames().get(self._main.ident or 0)
        where = "".join(traceback.format_stack(frame)[-6:]) if frame else ""
        logger.error("nothing else has run on this worker for %.0f s; interrupting\n%s", seconds, where)
        signal.pthread_kill(self._main.ident or 0, _INTERRUPT)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    # Only code of a handler is thrown out of what it does; our own must come to its end.
    if in_handler.get():
        raise HandlerBlocked


def start_anew(why: str) -> None:
    """Become a fresh worker with the same command line. What runs is lost here and done again elsewhere."""
    logger.critical("starting anew: %s", why)
    logging.shutdown()
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - itself again: no shell, and the words it was started with
