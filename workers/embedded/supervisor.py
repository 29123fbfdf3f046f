"""Runs child processes: starts them in order, restarts what dies, stops them in reverse order.

A child is not lost to anything that fails meanwhile (a full disk, no free descriptor, no memory for a process): that is
logged and tried again. Should its keeper end all the same, `until_lost` says so, and whoever runs us has to end.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workers.embedded.errors import StackError
from workers.embedded.launching import Launch, Process, launch

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
_FIRST_BACKOFF = 0.1
_LONGEST_BACKOFF = 10.0
#: A child that ran this long has recovered: its next death counts as the first again.
_STABLE_SECONDS = 30.0
_STOP_SECONDS = 15.0
#: A child that fails this many checks in a row, this far apart, counts as hung.
_WATCH_SECONDS = 5.0
_WATCH_FAILURES = 6
#: What could not be told is told this soon.
_TELL_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    #: Asked at the first start only: can others rely on it?
    is_up: Callable[[], Awaitable[bool]]
    #: Asked all the time: is it hung?
    is_alive: Callable[[], Awaitable[bool]] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    #: System user to run as; None for ourselves.
    user: str | None = None
    #: How long a first start may take, in seconds.
    patience: float = 60.0


class Supervisor:
    """Keeps children alive until it is told to stop."""

    def __init__(
        self,
        logs: Path,
        on_change: Callable[[], None],
        environment: Mapping[str, str],
        launch: Launch = launch,
    ) -> None:
        """Nothing is started yet.

        Args:
            logs: the folder with one log per child.
            on_change: called whenever a pid changed, and again every second while it raises.
            environment: what all children get.
            launch: how a process is started.
        """
        self.restarts: dict[str, int] = {}
        self._environment = environment
        self._launch_process = launch
        self._logs = logs
        self._on_change = on_change
        self._children: list[Child] = []
        #: The newest of each child; there is never another that runs.
        self._processes: dict[str, Process] = {}
        self._keepers: set[asyncio.Task[None]] = set()
        self._untold = asyncio.Event()
        self._lost = asyncio.Event()
        self._loss = ""

    @property
    def pids(self) -> dict[str, int]:
        return {name: p.pid for name, p in self._processes.items() if p.returncode is None}

    async def start(self, *children: Child) -> None:
        """Start children side by side; returns when all are up.

        Raises:
            StackError: a child did not come up; the sentence ends with the last lines of its log.
        """
        if not self._keepers:
            self._begin(self._tell_again(), "what writes down the processes")
        try:
            async with asyncio.TaskGroup() as group:
                for child in children:
                    group.create_task(self._start(child))
        except* StackError as errors:
            raise errors.exceptions[0] from None

    async def until_lost(self) -> None:
        """Wait for what should never be.

        Raises:
            StackError: a child is no longer looked after.
        """
        await self._lost.wait()
        raise StackError(f"{self._loss} has ended unexpectedly (the log says why). Start again with clawdbot up.")

    async def stop(self) -> None:
        """Stop all, the last one first: politely, and by force after 15 s."""
        keepers, self._keepers = self._keepers, set()
        for keeper in keepers:
            keeper.cancel()
        # One may be in the act of starting a process; then that is ended, or known by now.
        await asyncio.gather(*keepers, return_exceptions=True)
        for child in reversed(self._children):
            try:
                await self._stop(child)
            except Exception:
                logger.exception("%s could not be stopped", child.name)
        self._is_told()

    def _begin(self, keeper: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(keeper, name=name)
        self._keepers.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, keeper: asyncio.Task[None]) -> None:
        if keeper not in self._keepers:
            return  # by `stop`
        error = None if keeper.cancelled() else keeper.exception()
        self._loss = keeper.get_name()
        logger.critical("%s has ended, which should never be", self._loss, exc_info=error)
        self._lost.set()

    async def _start(self, child: Child) -> None:
        self._children.append(child)
        self.restarts[child.name] = 0
        try:
            await self._launch(child)
        except OSError as error:
            raise StackError(f"{child.name} cannot be started: {error}.") from None
        self._tell()
        await self._wait_until_up(child)
        self._begin(self._keep(child), f"what restarts {child.name}")
        if child.is_alive:
            self._begin(self._watch(child, child.is_alive), f"what watches {child.name}")

    async def _launch(self, child: Child) -> None:
        """Raises OSError and the like, and then nothing has been started."""
        environment = {**self._environment, **child.environment}
        log = self._logs / f"{child.name}.log"
        self._processes[child.name] = await self._launch_process(child.command, environment, log, child.user)

    def _tell(self) -> None:
        if not self._is_told():
            self._untold.set()

    def _is_told(self) -> bool:
        try:
            self._on_change()
        except Exception as error:
            logger.warning("the processes cannot be written down right now: %s", error)
            return False
        return True

    async def _tell_again(self) -> None:
        """Whoever starts and restarts children does not wait for room on the disk."""
        while True:
            await self._untold.wait()
            await asyncio.sleep(_TELL_AGAIN_SECONDS)
            if self._is_told():
                self._untold.clear()

    async def _wait_until_up(self, child: Child) -> None:
        process = self._processes[child.name]
        deadline = time.monotonic() + child.patience
        while not await child.is_up():
            if process.returncode is not None:
                raise StackError(f"{child.name} stopped with exit code {process.returncode}. {self._tail(child)}")
            if time.monotonic() > deadline:
                raise StackError(f"{child.name} did not come up in {child.patience:.0f} s. {self._tail(child)}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _keep(self, child: Child) -> None:
        """Restart the child whenever it ends."""
        backoff = _FIRST_BACKOFF
        while True:
            began = time.monotonic()
            code = await self._processes[child.name].wait()
            backoff = _FIRST_BACKOFF if time.monotonic() - began > _STABLE_SECONDS else backoff
            logger.warning("%s ended with %s, starting it again in %.1f s", child.name, code, backoff)
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, _LONGEST_BACKOFF)
            try:
                await self._launch(child)
            except Exception as error:
                # The dead one is still the newest, so the next round comes back here.
                logger.error("%s cannot be started right now: %s", child.name, error)
                continue
            self.restarts[child.name] += 1
            self._tell()

    async def _watch(self, child: Child, is_alive: Callable[[], Awaitable[bool]]) -> None:
        """End a child that runs but has not answered for a while; then it is restarted like any dead one."""
        watched, failures, begins_until = self._processes[child.name], 0, 0.0
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if watched is not self._processes[child.name] or watched.returncode is not None:
                # One that was started again has as long for it as at the first time, or it would never get there.
                watched, failures, begins_until = self._processes[child.name], 0, time.monotonic() + child.patience
            try:
                failures, begins_until = (0, 0.0) if await is_alive() else (failures + 1, begins_until)
            except Exception as error:
                # We could not ask, which says nothing about the child.
                logger.warning("%s cannot be asked whether it is alive: %s", child.name, error)
            if failures >= _WATCH_FAILURES and time.monotonic() > begins_until and watched.returncode is None:
                logger.warning("%s does not answer, ending it", child.name)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(watched.pid, signal.SIGKILL)
                failures = 0

    async def _stop(self, child: Child) -> None:
        process = self._processes.get(child.name)
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(child.stop_signal)
            # A stopped process (SIGSTOP) does not see the signal until it goes on.
            process.send_signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def _tail(self, child: Child) -> str:
        path = self._logs / f"{child.name}.log"
        try:
            lines = path.read_text(errors="replace").strip().splitlines()[-5:]
        except OSError as error:
            return f"Its log cannot be read: {error}."
        return f"See {path}. Its last lines: " + " | ".join(lines)
