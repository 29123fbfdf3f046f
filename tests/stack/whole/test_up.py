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
    first = start_stack(tmp_path, "--no-worker")
    key, processes = first.admin_key, family(first)
    waiting = first.api.submit("echo", {"message": "waits over night"})
    at = datetime.now(UTC) + timedelta(seconds=12)
    later = first.api.submit("echo", {"message": "has its time"}, run_at=at.isoformat())
    eventually(lambda: not first.rows("SELECT 1 FROM outbox"), 10, "the workflow is started")
    again = subprocess.run(
        [sys.executable, "-m", "cli", "up", "--free-ports", "--data-dir", str(tmp_path)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert again.returncode != 0
    assert "already runs" in again.stderr
    assert "Traceback" not in again.stderr
    assert first.stop() == 0
    assert not [process for process in processes if process.is_running()]
    assert "password" in (tmp_path / "up.log").read_text()

    second = start_stack(tmp_path)
    up_again = datetime.now(UTC)
    try:
        assert second.admin_key == key
        assert second.api.wait_for(waiting, "succeeded", seconds=40)["result"]["message"] == "waits over night"
        timed = second.api.wait_for(later, "succeeded", seconds=40)
        assert datetime.fromisoformat(timed["claimed_at"]) >= at
        assert datetime.fromisoformat(timed["claimed_at"]) - max(at, up_again) < timedelta(seconds=10 * patience.factor)
        assert "password" not in (tmp_path / "up.log").read_text()
    finally:
        assert second.stop(signal.SIGTERM) == 0


def test_a_killed_supervisor_leaves_nothing_that_the_next_cannot_mend(tmp_path: Path) -> None:
    first = start_stack(tmp_path, "--sandbox")
    processes = family(first)
    id_ = first.api.submit("delay", {"seconds": 4, "steps": 8})
    first.api.wait_for(id_, "running")
    first.process.kill()
    first.process.wait(10)
    first.api.http.close()
    second = start_stack(tmp_path, "--sandbox")
    try:
        assert not [process for process in processes if process.is_running()]
        assert second.api.wait_for(id_, "succeeded", seconds=60)["status"] == "succeeded"
    finally:
        assert second.stop() == 0
