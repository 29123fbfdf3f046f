"""How the supervisor of a light stack starts its children: as `workers.embedded.launching.launch`, but warm."""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.support.warm.client import WarmProcess, is_warm
from workers.embedded.launching import Process, launch


class Awaited:
    """A process whose end is waited for by the event loop, without a thread."""

    def __init__(self, process: WarmProcess) -> None:
        self._process = process
        self._ended = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(process.fileno(), self._reap)

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.fileno())
        self._ended.set_result(self._process.wait())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def send_signal(self, signal: int) -> None:
        self._process.send_signal(signal)

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        code: int = await asyncio.shield(self._ended)
        return code


async def warm_launch(command: Sequence[str], environment: Mapping[str, str], log: Path, user: str | None) -> Process:
    """Start a command that writes to the end of the log."""
    if user is not None or not is_warm(command, environment):
        return await launch(command, environment, log, user)
    with log.open("ab") as file:
        process = await asyncio.to_thread(_start, command, environment, file)
    return Awaited(process)


def _start(command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> WarmProcess:
    return WarmProcess(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
