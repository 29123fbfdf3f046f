"""States of workers with their "since", vitals, how they have done, and those that are alive but deaf."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import temporalio.api.enums.v1 as enums
import temporalio.api.worker.v1 as worker_api
import temporalio.api.workflowservice.v1 as service

from contracts.names import canary_queue
from contracts.settings import ServerSettings
from tests.stack.gateway.raw_worker import RawWorker, raw_worker
from tests.stack.harness import Api, RunningStack, eventually
from tests.support import warm
from tests.support.light import Light

REPOSITORY = Path(__file__).parents[3]
Worker = dict[str, Any]


@pytest.fixture(scope="module")
def quick(light: Light) -> Iterator[RunningStack]:
    """A stack of its own that sends canaries every second."""
    settings = {"CLAWDBOT_CANARY_SECONDS": "1", "CLAWDBOT_CANARY_TIMEOUT_SECONDS": "5"}
    with light(settings) as running:
        yield running


@pytest.fixture
def api(quick: RunningStack) -> Api:
    quick.wait_until_ready()
    return quick.api


def look(api: Api, worker_id: str) -> Worker:
    reply = api.http.get(f"/workers/{worker_id}")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def becomes(api: Api, worker_id: str, state: str, seconds: float = 60) -> Worker:
    def there() -> Worker | None:
        worker = look(api, worker_id)
        return worker if worker["status"] == state else None

    return eventually(there, seconds, f"the worker is {state}; it is {look(api, worker_id)}")


def told(api: Api, worker_id: str) -> list[str]:
    """Its events, the oldest first."""
    return [event["type"] for event in reversed(look(api, worker_id)["events"])]


def noted(api: Api, worker_id: str, *events: str) -> None:
    """Its events are these; an event may be a second behind the state."""
    eventually(lambda: told(api, worker_id) == list(events), 30, f"{events}; there are {told(api, worker_id)}")


def test_idle_busy_draining_offline(quick: RunningStack, api: Api) -> None:
    with quick.worker("delay", "echo") as worker:
        idle = becomes(api, worker.id, "idle")
        task = api.submit("delay", {"seconds": 10, "steps": 100})
        busy = becomes(api, worker.id, "busy")
        eventually(lambda: look(api, worker.id)["tasks"][0]["percent"], 30, "the progress of its task shows")
        held = look(api, worker.id)
        worker.kill(signal.SIGTERM)
        draining = becomes(api, worker.id, "draining")
        assert api.status(task) == "running"
        # It says its last word, so nobody waits for it to be silent for long enough.
        offline = becomes(api, worker.id, "offline", seconds=30)
        assert api.status(task) == "succeeded"
        assert worker.process.wait(30) == 0
    assert offline["reason"] == "It was stopped."
    assert (busy["current_tasks"], busy["slots"]) == (1, 2)
    assert [(each["id"], each["task_type"]) for each in held["tasks"]] == [(task, "delay")]
    assert draining["polling"] == []
    assert idle["registered_at"] < idle["since"] <= busy["since"] <= draining["since"] <= offline["since"]
    assert (idle["score"], offline["score"]) == (100, 0)
    noted(api, worker.id, "online", "draining", "offline")
    assert look(api, worker.id)["events"][0]["details"] == {"because": "stopped"}


def test_vitals_version_and_record_of_work(quick: RunningStack, api: Api) -> None:
    with quick.worker("echo", "flaky", concurrency=3) as worker:
        api.wait_for_all(api.submit_many(3, "echo"))
        failing = {"failures": 9, "retryable": False}
        api.wait_for_all(api.submit_many(2, "flaky", failing))
        eventually(lambda: (look(api, worker.id)["vitals"] or {}).get("processed"), 30, "it has said how it is")
        shown = look(api, worker.id)
        [listed] = [each for each in api.http.get("/workers").json()["workers"] if each["id"] == worker.id]
    vitals = shown["vitals"]
    assert 0 <= vitals["cpu"] <= 1
    assert 0 < vitals["memory"] < 1
    assert vitals["process_id"] == str(worker.process.pid)
    assert vitals["sdk"].startswith("temporal-python ")
    assert vitals["polls"] >= 1
    assert (shown["version"], shown["slots"], shown["max_concurrency"]) == (listed["version"], 3, 3)
    assert shown["version"]
    work = {each["capability"]: each for each in shown["work_by_capability"]}
    assert (work["echo"]["succeeded"], work["echo"]["failed"], work["echo"]["success_rate"]) == (3, 0, 1)
    assert (work["flaky"]["succeeded"], work["flaky"]["failed"], work["flaky"]["success_rate"]) == (0, 2, 0)
    assert 0 < work["echo"]["p50_seconds"] <= work["echo"]["p95_seconds"] < 30
    assert listed["work"] == shown["work"]
    assert (shown["work"]["succeeded"], shown["work"]["failed"], shown["work"]["success_rate"]) == (3, 2, 0.6)
    # (3 + 5) / (3 + 2 + 5)
    assert 60 <= shown["score"] <= 80


def test_a_full_worker_still_hears_and_canaries_are_nobodys_tasks(quick: RunningStack, api: Api) -> None:
    before = api.http.get("/tasks").json()["total"]
    with quick.worker("delay", concurrency=1) as worker:
        id_ = api.submit("delay", {"seconds": 30, "steps": 300})
        api.wait_for(id_, "running")
        first = eventually(lambda: look(api, worker.id)["canary_heard_at"], 30, "a canary came back")
        eventually(lambda: look(api, worker.id)["canary_heard_at"] > first, 30, "another one came back")
        shown = look(api, worker.id)
        assert (shown["status"], shown["current_tasks"], shown["polling"]) == ("busy", 1, ["delay"])
        assert api.command(id_, "cancel").status_code == 200
        api.wait_for(id_, "cancelled")
    assert api.http.get("/tasks").json()["total"] == before + 1
    becomes(api, worker.id, "offline")
    # Each is deleted once it has ended.
    eventually(lambda: worker.id not in str(quick.temporal_side.activities()), 30, "nothing is left of them")


def test_a_worker_whose_loop_is_stuck_is_deaf_until_it_is_not(quick: RunningStack, api: Api, tmp_path: Path) -> None:
    _, worker_id, key = quick.register(["echo"])
    unstuck = tmp_path / "unstuck"
    process = warm.start(
        [sys.executable, "-m", "tests.stack.workers.stuck_worker"], cwd=REPOSITORY, stderr=subprocess.DEVNULL,
        env={**os.environ, "CLAWDBOT_API_URL": quick.api_url, "CLAWDBOT_API_KEY": key, "UNSTUCK_BY": str(unstuck)},
    )  # fmt: skip
    try:
        eventually(lambda: look(api, worker_id)["canary_heard_at"], 60, "it hears")
        stuck = api.submit("echo", timeouts={"heartbeat_seconds": 60})
        began = time.monotonic()
        deaf = becomes(api, worker_id, "deaf")
        print(f"deaf after {time.monotonic() - began:.1f} s, canaries every second, 5 s each")
        assert "canary" in deaf["reason"]
        assert deaf["score"] == 0
        noted(api, worker_id, "online", "deaf")
        # It is no dead worker: it goes on to say how it is.
        said = deaf["vitals_at"]
        eventually(lambda: look(api, worker_id)["vitals_at"] > said, 30, "its heartbeat goes on")
        assert look(api, worker_id)["status"] == "deaf"
        unstuck.touch()
        becomes(api, worker_id, "idle")
        api.wait_for(stuck)
        api.wait_for(api.submit("echo"), "succeeded")
        noted(api, worker_id, "online", "deaf", "hears")
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_begins_nothing_is_deaf_although_it_takes_no_canaries(quick: RunningStack, api: Api) -> None:
    _, worker_id, key = quick.register(["mock_content"])
    with raw_worker(quick, key) as raw:
        for _ in range(3):
            id_ = api.submit("mock_content", retry={"max_attempts": 1}, timeouts={"heartbeat_seconds": 2})
            take(raw, "mock_content")
            say_how_it_is(raw, "mock_content")
            api.wait_for(id_, "failed")
            assert look(api, worker_id)["status"] != "offline"
        assert "began none of them" in becomes(api, worker_id, "deaf", seconds=10)["reason"]
        id_ = api.submit("mock_content")
        raw.complete(take(raw, "mock_content").task_token)
        api.wait_for(id_, "succeeded")
        becomes(api, worker_id, "idle", seconds=10)
    work = look(api, worker_id)["work"]
    assert (work["succeeded"], work["lost"], work["success_rate"]) == (1, 3, 0.25)


def test_nobody_polls_anothers_canary_queue(quick: RunningStack) -> None:
    _, mine, key = quick.register(["echo"])
    _, other, _ = quick.register(["echo"])
    with raw_worker(quick, key) as raw:
        with pytest.raises(grpc.RpcError) as refused:
            raw.poll(canary_queue(other))
        assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
        with pytest.raises(grpc.RpcError) as waited:
            raw.poll(canary_queue(mine), timeout=0.5)
        assert waited.value.code() is not grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture(scope="module")
def gone(quick: RunningStack) -> str:
    """A worker that was killed and is known to be offline."""
    with quick.worker("echo") as worker:
        becomes(quick.api, worker.id, "idle")
        noted(quick.api, worker.id, "online")
        worker.kill(signal.SIGKILL)
        began = time.monotonic()
        offline = becomes(quick.api, worker.id, "offline", seconds=40)
    print(f"killed, offline after {time.monotonic() - began:.1f} s")
    assert offline["reason"] == "It went silent."
    return worker.id


def test_a_silent_worker_is_offline_in_time(api: Api, gone: str) -> None:
    noted(api, gone, "online", "offline")
    assert look(api, gone)["status"] == "offline"


def test_a_killed_gateway_makes_nobody_flap(quick: RunningStack, api: Api, gone: str) -> None:
    with quick.worker("echo", "delay") as worker:
        becomes(api, worker.id, "idle")
        long = api.submit("delay", {"seconds": 60, "steps": 60}, timeouts={"heartbeat_seconds": 60})
        becomes(api, worker.id, "busy")
        for _ in range(2):
            restarts, before = quick.restarts("gateway"), look(api, worker.id)["vitals_at"]
            quick.kill("gateway")

            def is_back(restarts: int = restarts, before: str | None = before) -> bool:
                seen = look(api, worker.id)
                assert seen["status"] == "busy"
                return quick.restarts("gateway") > restarts and (seen["vitals_at"] or "") > (before or "")

            eventually(is_back, 60, "the new gateway has heard of it")
        noted(api, worker.id, "online")
        # Who was gone before stays gone.
        assert look(api, gone)["status"] == "offline"
        noted(api, gone, "online", "offline")
        api.command(long, "cancel")


def test_the_events_of_all_workers_can_be_followed(quick: RunningStack, api: Api) -> None:
    newest = api.http.get("/workers/events", params={"limit": 1}).json()["events"]
    after = newest[-1]["id"] if newest else 0
    with quick.worker("echo") as worker:

        def news() -> Any:
            events = api.http.get("/workers/events", params={"after": after}).json()["events"]
            return [(each["worker"], each["type"]) for each in events if each["worker_id"] == worker.id]

        assert eventually(news, 30, "its coming is told") == [(worker.name, "online")]
    assert api.http.get("/workers/events", params={"after": -1}).status_code == 422
    assert api.http.get("/workers/01234567-89ab-4def-8123-456789abcdef").status_code == 404


def test_canaries_are_rare_unless_told_otherwise() -> None:
    settings = {"database_url": "postgresql://nobody@localhost/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
    assert ServerSettings.model_validate(settings).canary_seconds == 60


def take(raw: RawWorker, capability: str) -> Any:
    """Poll until there is a task."""
    return eventually(lambda: (found := raw.poll(capability, timeout=60)).task_token and found, 60, "a task comes")


def say_how_it_is(raw: RawWorker, capability: str) -> None:
    beat = worker_api.WorkerHeartbeat(
        worker_instance_key="raw", task_queue=capability, status=enums.WorkerStatus.WORKER_STATUS_RUNNING
    )
    raw.ask(
        "RecordWorkerHeartbeat",
        service.RecordWorkerHeartbeatRequest(namespace=raw.namespace, identity="raw", worker_heartbeat=[beat]),
    )
