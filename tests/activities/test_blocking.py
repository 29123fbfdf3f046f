"""Blocking code ends with its attempt: threads when they can, processes always, with whatever they started."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from activities import blocking
from activities.blocking import ChildDied, TooManyLeftBehind, in_process, in_thread
from contracts.errors import RateLimited
from tests.support.until import until


def spin(beaten: list[int]) -> None:
    """Python code without end."""
    while True:
        beaten.append(1)
        time.sleep(0.001)  # others have a turn of the interpreter


def stubborn(file: str) -> None:
    """Start a process, leave both pids, and heed no polite signal."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(file).write_text(f"{os.getpid()} {grandchild.pid}")
    time.sleep(600)  # at work until it is killed


def half(number: int) -> float:
    print("this goes to the log")
    return number / 2


def refuse() -> None:
    raise RateLimited("slow down", retry_after=7)


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Unreadable(Exception):
    """Pickles, and cannot be read again."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def complain() -> None:
    raise Unreadable("a", "b")


async def test_a_thread_gives_its_result_or_its_error() -> None:
    assert await in_thread(lambda: 7) == 7
    with pytest.raises(RateLimited):
        await in_thread(refuse)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await in_thread(lambda: next(iter([])))


async def test_python_code_in_a_thread_ends_with_its_attempt() -> None:
    beaten: list[int] = []
    work = asyncio.create_task(in_thread(lambda: spin(beaten)))
    await until(lambda: beaten, "it runs")
    [thread] = [each for each in threading.enumerate() if "_run" in each.name or "lambda" in each.name]
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await until(lambda: not thread.is_alive(), "the thread has ended")


async def test_calls_that_hang_keep_no_other_from_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many more than any pool has threads; and their number has an end."""
    monkeypatch.setattr(blocking, "_left_behind", set())
    release = threading.Event()
    try:
        hanging = [asyncio.create_task(in_thread(lambda: release.wait(120))) for _ in range(blocking._MOST_LEFT_BEHIND)]
        assert await in_thread(lambda: "runs") == "runs"
        for work in hanging:
            work.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        with pytest.raises(TooManyLeftBehind):
            await in_thread(lambda: None)
    finally:
        release.set()
    await until(lambda: not any(thread.is_alive() for thread in blocking._left_behind), "all have ended")
    assert await in_thread(lambda: "runs again") == "runs again"


@pytest.mark.processes
async def test_a_process_gives_its_result_or_its_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert await in_process(half, 7) == 3.5
    assert "this goes to the log" in capfd.readouterr().err
    with pytest.raises(RateLimited) as refused:
        await in_process(refuse)
    assert str(refused.value) == "slow down"
    with pytest.raises(RuntimeError, match=r"Unreadable: ab.*cannot leave the child process"):
        await in_process(complain)
    with pytest.raises(ChildDied, match="ended with -9"):
        await in_process(vanish)


@pytest.mark.processes
async def test_a_process_dies_with_its_attempt_and_takes_along_what_it_started(tmp_path: Path) -> None:
    pids = await started(tmp_path / "pids", work := asyncio.create_task(in_process(stubborn, str(tmp_path / "pids"))))
    began = time.monotonic()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await until(lambda: not any(alive(pid) for pid in pids), "both are dead")
    print(f"child and grandchild dead after {(time.monotonic() - began) * 1000:.0f} ms")


@pytest.mark.processes
async def test_a_process_dies_with_its_worker(tmp_path: Path) -> None:
    """kill -9 of the worker: nobody is left to kill the child."""
    code = (
        "import asyncio; from activities.blocking import in_process;"
        "from tests.activities.test_blocking import stubborn;"
        f"asyncio.run(in_process(stubborn, {str(tmp_path / 'pids')!r}))"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    pids = await started(tmp_path / "pids", asyncio.create_task(parent.wait()))
    parent.kill()
    await parent.wait()
    await until(lambda: not any(alive(pid) for pid in pids), "both are dead")
    assert not any(alive(pid) for pid in pids)


async def started(file: Path, work: "asyncio.Task[object]") -> list[int]:
    """The pids in the file, once they are there."""
    await until(lambda: work.done() or len(pids_in(file)) == 2, "it runs")
    assert not work.done()
    return pids_in(file)


def pids_in(file: Path) -> list[int]:
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
