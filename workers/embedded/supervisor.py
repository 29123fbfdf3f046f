"""Runs child processes: starts them in order, restarts what dies, stops them in reverse order."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
        """``on_change`` is called whenever a pid changed; ``environment`` is what all children get."""
        self.restarts: dict[str, int] = {}
        self._environment = environment
        self._launch_process = launch
        self._logs = logs
        self._on_change = on_change
        self._children: list[Child] = []
        self._processes: dict[str, Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> dict[str, int]:
        return {name: p.pid for name, p in self._processes.items() if p.returncode is None}

    async def start(self, *children: Child) -> None:
        """Start children side by side; returns when all are up.

        Raises:
            StackError: a child did not come up; the sentence ends with the last lines of its log.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for child in children:
                    group.create_task(self._start(child))
        except* StackError as errors:
            raise errors.exceptions[0] from None

    async def stop(self) -> None:
        """Stop all, the last one first: politely, and by force after 15 s."""
        for keeper in self._keepers:
            keeper.cancel()
        for child in reversed(self._children):
            await self._stop(child)
        self._on_change()

    async def _start(self, child: Child) -> None:
        self._children.append(child)
        self.restarts[child.name] = 0
        await self._launch(child)
        await self._wait_until_up(child)
        self._keepers.append(asyncio.create_task(self._keep(child)))
        if child.is_alive:
            self._keepers.append(asyncio.create_task(self._watch(child, child.is_alive)))

    async def _launch(self, child: Child) -> None:
        environment = {**self._environment, **child.environment}
        log = self._logs / f"{child.name}.log"
        self._processes[child.name] = await self._launch_process(child.command, environment, log, child.user)
        self._on_change()

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
            self.restarts[child.name] += 1
            await self._launch(child)

    async def _watch(self, child: Child, is_alive: Callable[[], Awaitable[bool]]) -> None:
        """End a child that runs but has not answered for a while; then it is restarted like any dead one."""
        failures = 0
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            failures = 0 if await is_alive() else failures + 1
            if failures >= _WATCH_FAILURES:
                logger.warning("%s does not answer, ending it", child.name)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._processes[child.name].pid, signal.SIGKILL)
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
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def _tail(self, child: Child) -> str:
        path = self._logs / f"{child.name}.log"
        lines = path.read_text(errors="replace").strip().splitlines()[-5:]
        return f"See {path}. Its last lines: " + " | ".join(lines)
