"""Pausing and draining one worker: it gets nothing new, finishes what it has, and others go on."""

import uuid
from functools import partial
from typing import Any

import grpc
import pytest

from tests.stack.gateway.raw_worker import RawWorker, raw_worker
from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.tasks.steering import claims, steer, while_paused

DRAINED = "is being drained by human:admin"


def shown(api: Api, worker: WorkerProcess) -> dict[str, Any]:
    """The worker as the list has it."""
    return next(each for each in api.http.get("/workers").json()["workers"] if each["id"] == worker.id)


def run_one(api: Api, task_type: str, params: dict[str, Any]) -> str:
    """A task from begin to end; the worker that did it."""
    return str(api.wait_for(api.submit(task_type, params), "succeeded", seconds=60)["worker"])


def test_a_paused_worker_gets_nothing_and_the_other_one_does(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content") as paused, stack.worker("mock_content") as other, stack.worker("delay"):
        with while_paused(api, paused.id, "pause", "its fan is loud"):
            eventually(lambda: shown(api, paused)["status"] == "paused", 20, "it is listed as paused")
            assert shown(api, paused)["held_by"] == "human:admin"
            assert shown(api, paused)["held_reason"] == "its fan is loud"
            # A poll that was open may bring one more task for a quarter of a second.
            run_one(api, "delay", {"seconds": 1, "steps": 1})
            # Far more than both had slots for, so the paused one would have had its share.
            tasks = api.wait_for_all(api.submit_many(20, "mock_content", {"topic": "fans"}), seconds=60)
            assert {task["worker"] for task in tasks} == {other.name}
        other.end()
        assert run_one(api, "mock_content", {"topic": "again"}) == paused.name
        assert shown(api, paused)["held"] is None


def test_a_poll_that_was_open_before_the_pause_gets_nothing_either(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo") as worker, stack.worker("delay"):
        # Idle: its polls are open at Temporal by now.
        run_one(api, "echo", {})
        with while_paused(api, worker.id, reason="not now"):
            run_one(api, "delay", {"seconds": 1, "steps": 1})
            id_ = api.submit("echo")
            said = eventually(lambda: _if_held(api, id_), 20, "the task says that its worker is paused")
            assert said.startswith(f"no worker takes echo right now ({worker.name} is paused by human:admin since ")
            assert claims(stack, [id_]) == 0
        assert api.wait_for(id_, "succeeded", seconds=60)["attempt"] == 1


def _if_held(api: Api, id_: str) -> str | None:
    because = str(api.task(id_)["waiting_because"])
    return because if "takes nothing" in because or "no worker takes" in because else None


def test_no_task_is_lost_to_a_poll_that_is_cut(stack: RunningStack, api: Api) -> None:
    """The queue is full, so that at each pause some poll is just being answered."""
    with stack.worker("mock_content", concurrency=4) as worker:
        ids = api.submit_many(80, "mock_content", {"topic": "many"})
        done = "SELECT count(*) AS n FROM tasks WHERE id = ANY(%s::uuid[]) AND status = 'succeeded'"

        def work_goes_on() -> None:
            before = stack.rows(done, ids)[0]["n"]
            eventually(lambda: stack.rows(done, ids)[0]["n"] > before, 60, "it works")

        for _ in range(4):
            work_goes_on()
            with while_paused(api, worker.id):
                eventually(lambda: shown(api, worker)["current_tasks"] == 0, 60, "it has nothing left")
        tasks = api.wait_for_all(ids)
    assert {task["status"] for task in tasks} == {"succeeded"}
    # What found its worker's hands full was handed back before it began (docs/adr/0034), which counts nowhere.
    [begun] = stack.rows("SELECT count(*) AS n FROM task_attempts WHERE task_id = ANY(%s::uuid[])", ids)
    assert begun["n"] == len(ids)


def test_a_draining_worker_finishes_what_it_has(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=2) as worker:
        running = api.submit("delay", {"seconds": 6, "steps": 6})
        api.wait_for(running, "running")
        with while_paused(api, worker.id, "drain", "it gets a new disk"):
            eventually(lambda: shown(api, worker)["status"] == "draining", 20, "it is listed as draining")
            # The poll of its other slot was open, and is cut within half a second.
            half = eventually(lambda: _steps(api, running), 20, "it goes on")
            eventually(lambda: _steps(api, running) > half, 20, "it goes on for a second")
            waiting = api.submit("delay", {"seconds": 0.1, "steps": 1})
            task = api.wait_for(running, seconds=60)
            assert (task["status"], task["attempt"], task["worker"]) == ("succeeded", 1, worker.name)
            assert claims(stack, [waiting]) == 0
            # A worker of another test that was killed a moment ago may still count as online.
            eventually(lambda: DRAINED in api.task(waiting)["waiting_because"], 30, "the reason names the drain")
            assert (shown(api, worker)["status"], shown(api, worker)["current_tasks"]) == ("draining", 0)
        api.wait_for(waiting, "succeeded", seconds=60)


def _steps(api: Api, id_: str) -> int:
    return int(((api.task(id_)["progress"] or {}).get("counters") or {}).get("steps", 0))


def test_a_hold_survives_the_gateway(stack: RunningStack, api: Api) -> None:
    restarts = stack.restarts("gateway")
    with stack.worker("flaky") as paused_worker:
        with while_paused(api, paused_worker.id):
            stack.kill("gateway")
            eventually(lambda: stack.restarts("gateway") > restarts, 30, "the gateway is started again")
            stack.wait_until_ready()
            with stack.worker("flaky") as other:
                for _ in range(3):
                    assert run_one(api, "flaky", {"failures": 0}) == other.name
        assert run_one(api, "flaky", {"failures": 0}) == paused_worker.name


def test_a_held_poll_is_answered_empty_and_reports_pass(stack: RunningStack, api: Api) -> None:
    _, id_, key = stack.register(["flaky"])
    task = api.submit("flaky", {"failures": 0}, timeouts={"heartbeat_seconds": 120})
    with raw_worker(stack, key) as worker:
        taken = worker.poll("flaky")
        with while_paused(api, id_):
            # By then the gateway has heard.
            eventually(partial(is_answered_empty, worker), 20, "it is answered in time")
            waiting = api.submit("flaky", {"failures": 0})
            eventually(partial(is_answered_empty, worker), 20, "it is answered in time")
            worker.beat(taken.task_token)
            worker.complete(taken.task_token)
            assert api.wait_for(task, seconds=30)["status"] == "succeeded"
            assert claims(stack, [waiting]) == 0
        again = eventually(lambda: worker.poll("flaky").task_token, 60, "it is given tasks again")
        worker.complete(again)
    assert api.wait_for(waiting, seconds=30)["status"] == "succeeded"


def is_answered_empty(worker: RawWorker) -> bool:
    """Its time is up after 4 of the 5 s; an error would be worse than no task. A machine that stalls may be late."""
    try:
        answer = worker.poll("flaky", timeout=5)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
            raise
        return False
    assert not answer.task_token
    return True


@pytest.mark.parametrize("verb", ["pause", "drain", "resume"])
def test_a_worker_that_does_not_exist(stack: RunningStack, api: Api, verb: str) -> None:
    audits = "SELECT count(*) AS n FROM audit_log"
    before = stack.rows(audits)
    body = None if verb == "resume" else {"reason": "x"}
    reply = api.http.post(f"/workers/{uuid.uuid4()}/{verb}", json=body)
    assert reply.status_code == 404
    assert reply.json()["detail"] == "There is no such worker."
    assert stack.rows(audits) == before


def test_a_resume_of_what_is_not_paused_is_fine(stack: RunningStack, api: Api) -> None:
    name, id_, _ = stack.register(["echo"])
    assert steer(api, f"/workers/{id_}/resume") == {"id": id_, "name": name, "held": None}
