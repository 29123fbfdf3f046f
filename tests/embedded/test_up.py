"""How `clawdbot up` ends when it can no longer do what it is for: with an error, and with nothing left running."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from cli.stack.up import demo_until_stopped, run_until_stopped
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory, Ports
from workers.embedded.stack import Stack, StackOptions
from workers.embedded.supervisor import Child


async def always() -> bool:
    return True


class SmallStack(Stack):
    """One child that does nothing. Its keeper may end for no reason."""

    def __init__(self, root: Path, *, loses_its_keeper: bool, ports: Ports | None = None) -> None:
        super().__init__(DataDirectory(root), ports or Ports(), StackOptions())
        self._loses_its_keeper = loses_its_keeper
        self.process = psutil.Process()

    async def start(self, report: Callable[[str], None]) -> None:
        """See `Stack`."""
        self.directory.lock()
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        await self.supervisor.start(Child("sleeper", command, is_up=always))
        self.process = psutil.Process(self.supervisor.pids["sleeper"])
        if self._loses_its_keeper:
            next(each for each in asyncio.all_tasks() if each.get_name() == "what restarts sleeper").cancel()


def left_nothing(stack: SmallStack) -> bool:
    another = DataDirectory(stack.directory.root)
    another.lock()  # raises if the directory is still held
    another.release()
    return not stack.process.is_running()


@pytest.mark.processes
async def test_it_ends_when_a_child_is_no_longer_looked_after(tmp_path: Path) -> None:
    stack = SmallStack(tmp_path, loses_its_keeper=True)
    with (tmp_path / "words").open("w") as words, pytest.raises(StackError, match="restarts sleeper has ended"):
        await run_until_stopped(stack, Console(file=words))
    assert left_nothing(stack)


@pytest.mark.processes
async def test_a_later_start_of_the_demo_says_which_ports_it_got_and_submits_nothing(tmp_path: Path) -> None:
    usual = Ports()
    stack = SmallStack(tmp_path, loses_its_keeper=True, ports=replace(usual, api=usual.api + 1))
    said = tmp_path / "words"
    with said.open("w") as words, pytest.raises(StackError, match="restarts sleeper has ended"):
        await demo_until_stopped(stack, Console(file=words, width=200), keep=True, again=False, moved=True)
    assert f"Port {usual.api} is in use by another program: api gets {usual.api + 1}" in said.read_text()
    assert "The demo's tasks ran at an earlier start" in said.read_text()
    assert left_nothing(stack)


@pytest.mark.processes
def test_it_leaves_nothing_running_when_it_cannot_say_a_word(tmp_path: Path) -> None:
    stack = SmallStack(tmp_path, loses_its_keeper=False)
    full = Path("/dev/full").open("w")
    with pytest.raises(OSError, match="No space"):
        asyncio.run(run_until_stopped(stack, Console(file=full)))
    with pytest.raises(OSError, match="No space"):
        full.close()
    assert left_nothing(stack)
