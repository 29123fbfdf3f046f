"""`clawdbot up` stops cleanly, goes on where it was, and recovers from being killed itself."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tests.stack.harness import WholeStack, eventually, start_stack
from tests.support import patience


def family(stack: WholeStack) -> list[psutil.Process]:
    return psutil.Process(stack.process.pid).children(recursive=True)


def test_the_next_start_goes_on_where_it_was(tmp_path: Path) -> None:
    """After Ctrl-C, and then after the supervisor itself was killed: one story, because each start is of everything."""
    key, waiting, later, at = _begun_and_stopped(tmp_path)
    second = start_stack(tmp_path, "--sandbox")
    up_again = datetime.now(UTC)
    try:
        assert second.admin_key == key
        assert second.api.wait_for(waiting, "succeeded", seconds=40)["result"]["message"] == "waits over night"
        timed = second.api.wait_for(later, "succeeded", seconds=40)
        assert datetime.fromisoformat(timed["claimed_at"]) >= at
        assert datetime.fromisoformat(timed["claimed_at"]) - max(at, up_again) < timedelta(seconds=10 * patience.factor)
        assert "password" not in (tmp_path / "up.log").read_text()
        processes = family(second)
        running = second.api.submit("delay", {"seconds": 4, "steps": 8})
        second.api.wait_for(running, "running")
    except BaseException:
        second.stop()
        raise
    second.close()
    second.process.kill()
    second.process.wait(10)
    _what_a_killed_supervisor_left_is_mended(tmp_path, processes, running)


def _begun_and_stopped(directory: Path) -> tuple[str, str, str, datetime]:
    """The admin's key, a task that waits for a worker, and one that waits for its time, which is this."""
    first = start_stack(directory, "--no-worker")
    key, processes = first.admin_key, family(first)
    waiting = first.api.submit("echo", {"message": "waits over night"})
    at = datetime.now(UTC) + timedelta(seconds=12)
    later = first.api.submit("echo", {"message": "has its time"}, run_at=at.isoformat())
    eventually(lambda: not first.rows("SELECT 1 FROM outbox"), 10, "the workflow is started")
    again = subprocess.run(
        [sys.executable, "-m", "cli", "up", "--free-ports", "--data-dir", str(directory)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert again.returncode != 0
    assert "already runs" in again.stderr
    assert "Traceback" not in again.stderr
    assert first.stop() == 0
    assert not [process for process in processes if process.is_running()]
    assert "password" in (directory / "up.log").read_text()
    return key, waiting, later, at


def _what_a_killed_supervisor_left_is_mended(directory: Path, left: list[psutil.Process], running: str) -> None:
    third = start_stack(directory, "--sandbox")
    try:
        assert not [process for process in left if process.is_running()]
        assert third.api.wait_for(running, "succeeded", seconds=60)["status"] == "succeeded"
    finally:
        assert third.stop(signal.SIGTERM) == 0
