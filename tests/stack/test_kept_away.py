"""A worker to avoid gets none of a capability's tasks while one waits that must not go to it and another is there."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.steering import claims

SHORT = {"seconds": 0.1, "steps": 1}
LONG = {"seconds": 120, "steps": 120}


def avoid(stack: RunningStack, task: str, worker: WorkerProcess, seconds: float = 600) -> None:
    """As the agent notes it of a task that it creates."""
    values = "VALUES (%s, %s, 'delay', now() + make_interval(secs => %s))"
    stack.execute(f"INSERT INTO kept_away {values}", task, worker.id, seconds)


def later(api: Api, seconds: float) -> str:
    """A task that begins then."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return api.submit("delay", SHORT, run_at=at.isoformat())


def test_a_gateway_that_was_killed_keeps_to_it(stack: RunningStack, api: Api) -> None:
    restarts = stack.restarts("gateway")
    with stack.worker("delay", concurrency=4) as avoided, stack.worker("delay", concurrency=1) as other:
        tasks = [later(api, 10) for _ in range(4)]
        for each in tasks:
            avoid(stack, each, avoided)
        stack.kill("gateway")
        eventually(lambda: stack.restarts("gateway") > restarts, 30, "the gateway is started again")
        stack.wait_until_ready()
        done = api.wait_for_all(tasks, seconds=60)
    assert {(each["status"], each["worker"], each["attempt"]) for each in done} == {("succeeded", other.name, 1)}


@pytest.mark.parametrize("how", ["the task is cancelled", "the time is up", "the other worker goes"])
def test_it_ends_when(stack: RunningStack, api: Api, how: str) -> None:
    with stack.worker("delay", concurrency=1) as other:
        # It is there, and has no time.
        busy = api.submit("delay", LONG)
        api.wait_for(busy, "running")
        with stack.worker("delay") as avoided:
            _until_it_ends(stack, api, how, avoided, other)
        api.command(busy, "cancel")


def _until_it_ends(stack: RunningStack, api: Api, how: str, avoided: WorkerProcess, other: WorkerProcess) -> None:
    reason = later(api, 600)
    avoid(stack, reason, avoided, seconds=15 if how == "the time is up" else 600)
    with stack.worker("flaky"):
        # Longer than it takes to cut the polls that are open.
        _pass_the_time(api)
        waiting = api.submit("delay", SHORT)
        if how != "the time is up":
            _pass_the_time(api)
            assert claims(stack, [waiting]) == 0, "it waits"
    if how == "the task is cancelled":
        api.command(reason, "cancel")
    if how == "the other worker goes":
        api.http.post(f"/workers/{other.id}/pause", json={"reason": "tests"}).raise_for_status()
    assert api.wait_for(waiting, "succeeded", seconds=60)["worker"] == avoided.name
    if how == "the time is up":
        in_time = "SELECT a.claimed_at > k.until AS late FROM task_attempts a, kept_away k WHERE a.task_id = %s"
        assert stack.rows(f"{in_time} AND k.task_id = %s", waiting, reason) == [{"late": True}]
    api.command(reason, "cancel")


def _pass_the_time(api: Api) -> None:
    """What another worker does meanwhile."""
    for _ in range(3):
        api.wait_for(api.submit("flaky", {"failures": 0}), "succeeded", seconds=60)
