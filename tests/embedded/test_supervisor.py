"""Real children under the supervisor while something fails that should not: none is lost, and none is there twice."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from tests.support.until import until
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory, Ports, write_private
from workers.embedded.stack import Stack, StackOptions
from workers.embedded.supervisor import Child, Supervisor

pytestmark = pytest.mark.processes


async def always() -> bool:
    return True


def sleeper(mark: str) -> Child:
    """A child that does nothing, and can be found by its mark."""
    return Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)", mark], is_up=always)


def running(mark: str) -> list[int]:
    found = []
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


@dataclass
class FullDisk:
    """Hears of changes; while ``error`` is set it cannot note them."""

    error: BaseException | None = None
    tries: int = 0
    noted: list[dict[str, int]] = field(default_factory=list)
    supervisor: Supervisor | None = None

    def on_change(self) -> None:
        self.tries += 1
        if self.error:
            raise self.error
        if self.supervisor:
            self.noted.append(self.supervisor.pids)


@dataclass
class Scene:
    """One sleeper that is looked after."""

    supervisor: Supervisor
    disk: FullDisk
    mark: str

    @property
    def pid(self) -> int | None:
        return self.supervisor.pids.get("sleeper")

    async def kill(self) -> int:
        """End the sleeper, and wait until it is known to be gone."""
        pid = self.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: self.pid != pid, "its death is noticed")
        return pid

    async def is_back(self) -> None:
        await until(lambda: self.pid is not None, "it runs again")
        # Between fork and exec it does not bear its mark.
        await until(lambda: running(self.mark) == [self.pid], "it runs, and no other does")


@contextlib.asynccontextmanager
async def scene(logs: Path) -> AsyncIterator[Scene]:
    disk = FullDisk()
    supervisor = disk.supervisor = Supervisor(logs, disk.on_change, os.environ)
    try:
        await supervisor.start(sleeper(str(logs)))
        yield Scene(supervisor, disk, str(logs))
    finally:
        disk.error = None
        await supervisor.stop()
        assert running(str(logs)) == []


def no_space() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("error", [no_space(), psutil.AccessDenied(1), RuntimeError("a bug")])
async def test_a_child_comes_back_each_time_while_nobody_can_be_told(tmp_path: Path, error: Exception) -> None:
    async with scene(tmp_path) as sleeping:
        sleeping.disk.error = error
        for _ in range(3):
            await sleeping.kill()
            await sleeping.is_back()
        assert sleeping.supervisor.restarts == {"sleeper": 3}
        tries = sleeping.disk.tries
        sleeping.disk.error = None
        await until(lambda: sleeping.disk.tries > tries, "it is told when there is room again")
        assert sleeping.disk.noted[-1] == {"sleeper": sleeping.pid}


async def test_a_child_whose_log_cannot_be_opened_comes_back_when_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log, away = tmp_path / "sleeper.log", tmp_path / "away"

    async with scene(tmp_path) as sleeping:
        log.rename(away)
        log.mkdir()  # of all that can be wrong with a file, what is the same for root
        await sleeping.kill()
        await until(lambda: caplog.text.count("cannot be started right now") >= 2, "it was tried twice")
        assert running(sleeping.mark) == []
        log.rmdir()
        await sleeping.is_back()
        # Tries that came to nothing are no restarts.
        assert sleeping.supervisor.restarts == {"sleeper": 1}


async def test_a_child_that_cannot_be_started_comes_back_when_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program, mark = tmp_path / "program", str(tmp_path)
    program.symlink_to(sys.executable)
    child = Child("sleeper", [str(program), "-c", "import time; time.sleep(600)", mark], is_up=always)

    supervisor = Supervisor(tmp_path, lambda: None, os.environ)
    try:
        await supervisor.start(child)
        program.unlink()
        os.kill(supervisor.pids["sleeper"], signal.SIGKILL)
        await until(lambda: "cannot be started right now" in caplog.text, "it was tried")
        program.symlink_to(sys.executable)
        await until(lambda: len(running(mark)) == 1, "it runs again")
    finally:
        await supervisor.stop()
    assert running(mark) == []


async def test_a_first_start_that_fails_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"sleeper cannot be started: .*No such file"):
        await Supervisor(tmp_path, lambda: None, os.environ).start(
            Child("sleeper", [str(tmp_path / "none")], is_up=always)
        )


async def test_a_keeper_that_ends_all_the_same_is_told(tmp_path: Path) -> None:
    async with scene(tmp_path) as sleeping:
        lost = asyncio.create_task(sleeping.supervisor.until_lost())
        sleeping.disk.error = asyncio.CancelledError()  # what nothing but a bug brings here
        os.kill(sleeping.pid or 0, signal.SIGKILL)
        async with asyncio.timeout(20):
            with pytest.raises(StackError, match="restarts sleeper has ended unexpectedly"):
                await lost


async def test_a_stop_is_no_loss(tmp_path: Path) -> None:
    async with scene(tmp_path) as sleeping:
        lost = asyncio.create_task(sleeping.supervisor.until_lost())
        sleeping.disk.error = no_space()
        await sleeping.supervisor.stop()
        assert not lost.done()
        lost.cancel()


# -- the state file -----------------------------------------------------------------------------------------------


async def test_the_state_file_follows_when_the_disk_has_room_again(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.lock()
    stack = Stack(directory, Ports(), StackOptions())

    def written() -> str:
        return directory.state_file.read_text()

    try:
        await stack.supervisor.start(sleeper(str(tmp_path)))
        before = written()
        # Real ENOSPC, for whoever writes the file by way of this one.
        directory.state_file.with_suffix(".tmp").symlink_to("/dev/full")
        os.kill(stack.supervisor.pids["sleeper"], signal.SIGKILL)
        await until(lambda: stack.supervisor.restarts == {"sleeper": 1}, "it is started again")
        assert written() == before
        await until(lambda: f'"pid": {stack.supervisor.pids["sleeper"]},' in written(), "it is written down")
    finally:
        await stack.stop()
    assert '"children": {}' in written()


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    write_private(file, "old")
    (tmp_path / "state.tmp").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        write_private(file, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
    assert file.read_text() == "old"
    write_private(file, "new")
    assert (file.read_text(), file.stat().st_mode & 0o077) == ("new", 0)


@pytest.mark.parametrize(("patience", "killed"), [(60.0, False), (0.0, True)])
async def test_one_that_begins_again_slowly_is_not_ended_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: float, killed: bool
) -> None:
    """A core that needed half a minute to come back was killed again and again, and never got there."""
    monkeypatch.setattr("workers.embedded.supervisor._WATCH_SECONDS", 0.01)
    asked = asyncio.Semaphore(0)
    answers = True

    async def is_alive() -> bool:
        asked.release()
        return answers

    supervisor = Supervisor(tmp_path, lambda: None, os.environ)
    child = replace(sleeper(str(tmp_path)), is_alive=is_alive, patience=patience)
    try:
        await supervisor.start(child)
        os.kill(supervisor.pids["sleeper"], signal.SIGKILL)
        answers = False
        await until(lambda: supervisor.restarts["sleeper"] == 1, "it is started again")
        for _ in range(30):
            await asyncio.wait_for(asked.acquire(), 20)
        if killed:
            await until(lambda: supervisor.restarts["sleeper"] > 1, "one that is silent for too long is ended")
        else:
            assert supervisor.restarts["sleeper"] == 1
    finally:
        await supervisor.stop()
