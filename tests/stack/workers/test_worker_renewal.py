"""A running worker finds back: the gateway moved, the link is dead, its rights changed, it slept."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.sandbox_server import Sandbox
from tests.stack.front import front_of
from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.workers.link import link_to
from tests.support import warm

CHECKS = {"CLAWDBOT_CHECK_SECONDS": "1"}


@contextlib.contextmanager
def worker_at(
    stack: RunningStack,
    api_url: str,
    directory: Path,
    *capabilities: str,
    slots: int = 2,
    environment: dict[str, str] | None = None,
) -> Iterator[WorkerProcess]:
    """A worker that asks the API at this address and looks around every second."""
    name, id_, key = stack.register(capabilities, concurrency=slots)
    log = directory / "worker.log"
    given = {**CHECKS, **(environment or {}), "CLAWDBOT_API_URL": api_url, "CLAWDBOT_API_KEY": key}
    with log.open("wb") as file:
        process = warm.start(
            [sys.executable, "-m", "cli", "start", "--concurrency", str(slots)],
            env={**os.environ, **given}, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    worker = WorkerProcess(name, id_, key, process, log)
    try:
        yield worker
    finally:
        worker.end()


def gateway(stack: RunningStack) -> int:
    return int(stack.state["ports"]["gateway"])


def allow(stack: RunningStack, worker: WorkerProcess, *capabilities: str) -> None:
    stack.rows("UPDATE workers SET capabilities = %s WHERE id = %s RETURNING id", list(capabilities), worker.id)


def test_the_gateway_moves_while_a_task_runs(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """To another address, and nobody is at the old one any more. The attempt lives on."""
    with front_of(stack.api_url) as (url, front), link_to(gateway(stack)) as old, link_to(gateway(stack)) as new:
        front.changes = {"gateway_address": old.address}
        with worker_at(stack, url, tmp_path, "delay") as worker:
            id_ = api.submit("delay", {"seconds": 12, "steps": 60})
            eventually(lambda: api.task(id_)["progress"], 60, "it reports")
            assert new.opened == 0
            front.changes = {"gateway_address": new.address}
            old.end()
            moved = time.monotonic()
            eventually(lambda: new.opened, 60, "it comes over the new address")
            print(f"gateway moved: connected to the new address after {time.monotonic() - moved:.1f} s")
            task = api.wait_for(id_, "succeeded", seconds=60)
            assert task["attempt"] == 1
            after = api.wait_for(api.submit("delay", {"seconds": 0.1}), "succeeded", seconds=60)
            assert after["worker"] == worker.name


def test_a_worker_that_hears_nothing_connects_anew(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """The link is dead and the API is not: as long as that lasts it tries, and afterwards it is there again."""
    with front_of(stack.api_url) as (url, front), link_to(gateway(stack)) as link:
        front.changes = {"gateway_address": link.address}
        with worker_at(stack, url, tmp_path, "echo") as worker:
            stack.wait_until_polling(worker, ["echo"])
            before = link.opened
            link.hold()
            eventually(lambda: link.opened > before, 60, "it tries a fresh connection")
            assert "connecting to the gateway" in worker.log.read_text()
            link.go_on()
            back = time.monotonic()
            task = api.wait_for(api.submit("echo"), "succeeded", seconds=60)
            assert task["worker"] == worker.name
            print(f"link back: the next task was done after {time.monotonic() - back:.1f} s")


def test_what_an_admin_allows_is_noticed(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """More and less while it runs, down to nothing, and other slots."""
    with worker_at(stack, stack.api_url, tmp_path, "mock_content", "flaky", slots=2) as worker:
        stack.wait_until_polling(worker, ["mock_content", "flaky"])
        allow(stack, worker, "mock_content", "flaky", "echo")
        began = time.monotonic()
        stack.wait_until_polling(worker, ["echo"])
        print(f"a capability more: asked for after {time.monotonic() - began:.1f} s")
        allow(stack, worker, "echo", "flaky")
        eventually(lambda: "no longer takes mock_content" in worker.log.read_text(), 60, "it leaves what is forbidden")
        allow(stack, worker)
        eventually(lambda: "no longer takes echo" in worker.log.read_text(), 60, "it leaves everything")
        allow(stack, worker, "mock_content")
        # One queue alone has slots of another kind: it begins again by itself.
        eventually(lambda: "beginning again" in worker.log.read_text(), 60, "it begins again")
        assert api.wait_for(api.submit("mock_content"), "succeeded", seconds=60)["worker"] == worker.name
        assert worker.process.poll() is None


def test_a_revoked_worker_ends(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    with worker_at(stack, stack.api_url, tmp_path, "flaky") as worker:
        stack.wait_until_polling(worker, ["flaky"])
        assert api.http.post(f"/workers/{worker.id}/revoke").status_code == 204
        assert worker.process.wait(60) == 4
        assert "does not accept this worker key" in worker.log.read_text()


def test_a_source_that_is_out_of_reach_is_waited_for(
    stack: RunningStack, api: Api, sources: Sandbox, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    away = {**sources.environment(), "INTERNAL_API_URL": f"http://127.0.0.1:{port}/internal"}
    with worker_at(stack, stack.api_url, tmp_path, "api_update", "echo", "reddit_crawl", environment=away) as worker:
        stack.wait_until_polling(worker, ["echo", "reddit_crawl"])
        sentence = f"does not take api_update: 127.0.0.1:{port} cannot be reached"
        eventually(lambda: sentence in worker.log.read_text(), 60, "it says so")
        assert not stack._is_polling(worker.id, ["api_update"])
        with socket.create_server(("127.0.0.1", port)):
            stack.wait_until_polling(worker, ["api_update"])
        assert worker.log.read_text().count("does not take api_update") == 1


def test_a_worker_that_is_allowed_fewer_tasks_begins_again_with_those(
    stack: RunningStack, api: Api, tmp_path: Path
) -> None:
    """It was started with more, and says so."""
    with worker_at(stack, stack.api_url, tmp_path, "delay", slots=3) as worker:
        stack.wait_until_polling(worker, ["delay"])
        assert api.http.patch(f"/workers/{worker.id}", json={"max_concurrency": 1}).status_code == 200
        eventually(lambda: "registered for 1" in worker.log.read_text(), 30, "it says what it may")
        api.wait_for_all(api.submit_many(4, "delay", {"seconds": 0.3, "steps": 1}))
        (shown,) = [each for each in api.http.get("/workers").json()["workers"] if each["id"] == worker.id]
    assert (shown["slots"], shown["max_concurrency"]) == (1, 1)


def test_a_worker_that_slept_ends_what_is_no_longer_its_own(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """Longer than the heartbeat timeout: it stops the attempt when it wakes, without waiting to be told."""
    with worker_at(stack, stack.api_url, tmp_path, "delay") as sleeper:
        id_ = api.submit("delay", {"seconds": 60, "steps": 600})
        eventually(lambda: api.task(id_)["progress"], 60, "it reports")
        sleeper.kill(signal.SIGSTOP)
        with stack.worker("delay") as other:
            eventually(lambda: api.task(id_)["attempt"] == 2, 60, "another attempt has it")
            sleeper.kill(signal.SIGCONT)
            eventually(lambda: "; handed back 1" in sleeper.log.read_text(), 60, "it ends its attempt")
            assert api.task(id_)["worker"] == other.name
        # The sleeper is awake, with a fresh connection: it takes the task over again.
        task = eventually(lambda: (t := api.task(id_))["attempt"] == 3 and t, 60, "it runs again")
        assert task["worker"] == sleeper.name
        api.command(id_, "cancel")


def test_before_a_machine_sleeps_its_tasks_are_handed_back(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    with worker_at(stack, stack.api_url, tmp_path, "delay") as sleeper:
        id_ = api.submit("delay", {"seconds": 30, "steps": 300})
        eventually(lambda: (t := api.task(id_)["progress"]) and t["counters"]["steps"] > 10, 60, "it is under way")
        with stack.worker("delay") as other:
            os.kill(sleeper.process.pid, signal.SIGUSR1)
            told = time.monotonic()
            task = eventually(lambda: (t := api.task(id_))["worker"] == other.name and t, 60, "another one has it")
            print(f"SIGUSR1: taken over after {time.monotonic() - told:.1f} s")
            assert task["attempt"] == 2
            again = api.submit_many(3, "delay", {"seconds": 0.2})
            assert {each["worker"] for each in api.wait_for_all(again)} == {other.name}
            done = api.wait_for(id_, "succeeded", seconds=90)
            assert done["result"]["resumed_at_step"] > 0
            assert [a["error"]["type"] for a in done["attempts"] if a["error"]] == ["HandedBack"]
        os.kill(sleeper.process.pid, signal.SIGUSR2)
        assert api.wait_for(api.submit("delay", {"seconds": 0.1}), "succeeded", seconds=60)["worker"] == sleeper.name


def test_a_second_signal_ends_it_at_once(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    with worker_at(stack, stack.api_url, tmp_path, "delay") as worker:
        id_ = api.submit("delay", {"seconds": 120, "steps": 100})
        eventually(lambda: api.task(id_)["progress"], 60, "it reports")
        worker.kill(signal.SIGINT)
        eventually(lambda: "stopping; 1 task has 30 s" in worker.log.read_text(), 60, "it waits for the task")
        assert worker.process.poll() is None
        worker.kill(signal.SIGINT)
        # Well before the half minute that the task would have had.
        assert worker.process.wait(20) == 130
        api.command(id_, "cancel")
