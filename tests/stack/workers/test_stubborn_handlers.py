"""Handlers that overrun their time, block, or do not listen: stopped or fenced, and their slot is free again."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.support import warm

KINDS = ["blocks_the_loop", "ignores_everything", "hangs_in_a_thread", "works_in_a_process"]
ONCE = {"max_attempts": 1}
#: The file that tells a handler that its report was heard.
HEARD = "heard"


@contextlib.contextmanager
def stubborn_worker(stack: RunningStack, directory: Path, slots: int = 1) -> Iterator[WorkerProcess]:
    """It takes `echo` and `delay`; no other worker of the tests does meanwhile."""
    name, id_, key = stack.register(["echo", "delay"], concurrency=slots)
    log = directory / "stubborn.log"
    environment = {"CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": key, "STUBBORN_SLOTS": str(slots)}
    with log.open("wb") as file:
        process = warm.start(
            [sys.executable, "-m", "tests.stack.workers.stubborn_worker"],
            stdout=file, stderr=file, start_new_session=True,
            env={
                **os.environ, **environment,
                "STUBBORN_PIDS": str(directory / "pids"), "STUBBORN_HEARD": str(directory / HEARD),
            },
        )  # fmt: skip
    worker = WorkerProcess(name, id_, key, process, log)
    try:
        stack.wait_until_polling(worker, ["echo", "delay"])
        yield worker
    finally:
        worker.end()


def reported(api: Api, id_: str) -> bool:
    """Or over before that, on a machine that stalls."""
    task = api.task(id_)
    return bool(task["progress"] or task["completed_at"])


def no_child_is_left(directory: Path) -> bool:
    file = directory / "pids"
    pids = [int(pid) for pid in file.read_text().split()] if file.exists() else []
    return not any(is_alive(pid) for pid in pids)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_attempt_that_overruns_its_time_gives_its_slot_back(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """The only slot of the worker, by every kind of handler in turn."""
    with stubborn_worker(stack, tmp_path) as worker:
        for kind in KINDS:
            id_ = api.submit("echo", {"message": kind}, timeouts={"attempt_seconds": 4}, retry=ONCE)
            eventually(partial(reported, api, id_), 30, "it reports")
            (tmp_path / HEARD).touch()
            task = api.wait_for(id_, "failed", seconds=60)
            assert task["error"]["type"] == "AttemptTimeout"
            over = time.monotonic()
            after = api.wait_for(api.submit("echo", {"message": "good"}), "succeeded", seconds=60)
            assert after["worker"] == worker.name
            print(f"{kind}: the slot was free again {time.monotonic() - over:.1f} s after the attempt's time was up")
            eventually(lambda: no_child_is_left(tmp_path), 10, "the children are dead")
            assert api.status(id_) == "failed"
        assert worker.process.poll() is None


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["hangs_in_a_thread", "works_in_a_process"])
def test_cancel_stops_blocking_work_at_once(stack: RunningStack, api: Api, tmp_path: Path, kind: str) -> None:
    with stubborn_worker(stack, tmp_path) as worker:
        id_ = api.submit("echo", {"message": kind})
        eventually(lambda: api.task(id_)["progress"], 60, "it reports")
        if kind == "works_in_a_process":
            eventually(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text(), 60, "it has children")
        began = time.monotonic()
        assert api.command(id_, "cancel").json()["cancelled"] is True
        took = time.monotonic() - began
        eventually(lambda: no_child_is_left(tmp_path), 10, "the children are dead")
        dead = time.monotonic() - began
        assert api.wait_for(api.submit("echo", {"message": "good"}), "succeeded")["worker"] == worker.name
    print(f"{kind}: cancelled after {took * 1000:.0f} ms, children dead after {dead * 1000:.0f} ms")
    assert took < 1


def test_a_handler_that_blocks_the_worker_harms_no_other(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    with stubborn_worker(stack, tmp_path, slots=2) as worker:
        other = api.submit("delay", {"seconds": 12, "steps": 100})
        api.wait_for(other, "running")
        id_ = api.submit("echo", {"message": "blocks_the_loop"}, retry=ONCE)
        eventually(partial(reported, api, id_), 30, "it reports")
        (tmp_path / HEARD).touch()
        task = api.wait_for(id_, "failed", seconds=60)
        assert task["error"]["type"] == "HandlerBlocked"
        assert "in_thread or in_process" in task["error"]["message"].replace("`", "")
        done = api.wait_for(other, "succeeded", seconds=60)
        assert (done["attempt"], done["worker"]) == (1, worker.name)
        assert "nothing else has run on this worker" in worker.log.read_text()
        # The log says where it was.
        assert "time.sleep(600)" in worker.log.read_text()


def test_a_worker_that_is_killed_takes_its_child_processes_along(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    with stubborn_worker(stack, tmp_path) as worker:
        id_ = api.submit("echo", {"message": "works_in_a_process"}, retry=ONCE)
        eventually(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text(), 60, "it has children")
        worker.process.kill()  # kill -9 of the worker alone, not of its process group
        assert eventually(lambda: no_child_is_left(tmp_path), 10, "the children are dead")
    api.command(id_, "cancel")
