"""Starts one child process. Whoever supervises needs no more of it than `Process`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol


class Process(Protocol):
    """A child that runs or has ended."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        ...

    def send_signal(self, signal: int) -> None: ...

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


#: (command, environment, log file, system user) -> the child.
Launch = Callable[[Sequence[str], Mapping[str, str], Path, str | None], Awaitable[Process]]


async def launch(command: Sequence[str], environment: Mapping[str, str], log: Path, user: str | None) -> Process:
    """Start a command that writes to the end of the log, as this system user (None: as ourselves)."""
    with log.open("ab") as file:
        return await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            # A group of its own, so that Ctrl-C reaches us alone and we stop it in order.
            start_new_session=True,
            user=user,
            cwd="/" if user else None,
        )
