"""A worker to avoid gets none of a capability's tasks while one waits that must not go to it and another is there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.tasks.steering import claims, while_paused

SHORT = {"seconds": 0.1, "steps": 1}
LONG = {"seconds": 120, "steps": 120}


def avoid(stack: RunningStack, task: str, worker: WorkerProcess) -> None:
    """As the agent notes it of a task that it creates."""
    row = "VALUES (%s, %s, 'delay', now() + interval '10 minutes')"
    stack.execute(f"INSERT INTO kept_away {row}", task, worker.id)


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


@pytest.fixture
def other(stack: RunningStack, api: Api) -> Iterator[WorkerProcess]:
    """One that is there, and has no time."""
    with stack.worker("delay", concurrency=1) as worker:
        busy = api.submit("delay", LONG)
        api.wait_for(busy, "running")
        yield worker
        api.command(busy, "cancel")


@pytest.fixture
def avoided(stack: RunningStack, other: WorkerProcess) -> Iterator[WorkerProcess]:
    """One that has time, and nobody else has."""
    with stack.worker("delay") as worker:
        yield worker


@pytest.fixture
def waits(stack: RunningStack, api: Api, avoided: WorkerProcess) -> str:
    """A task that it must not get, and does not while it is far from beginning."""
    task = later(api, 600)
    avoid(stack, task, avoided)
    return task


def nobody_takes_one(stack: RunningStack, api: Api) -> str:
    """A task, of any of them, that waits while others are done; what was open before is cut by then."""
    with stack.worker("flaky"):
        pass_the_time(api)
        task = api.submit("delay", SHORT)
        pass_the_time(api)
        assert claims(stack, [task]) == 0, "it waits"
    return task


def pass_the_time(api: Api) -> None:
    """What another worker does meanwhile."""
    for _ in range(3):
        api.wait_for(api.submit("flaky", {"failures": 0}), "succeeded", seconds=60)


def test_it_ends_with_its_task(stack: RunningStack, api: Api, avoided: WorkerProcess, waits: str) -> None:
    task = nobody_takes_one(stack, api)
    api.command(waits, "cancel")
    assert api.wait_for(task, "succeeded", seconds=60)["worker"] == avoided.name


def test_it_ends_when_there_is_no_other_worker_any_more(
    stack: RunningStack, api: Api, avoided: WorkerProcess, other: WorkerProcess, waits: str
) -> None:
    task = nobody_takes_one(stack, api)
    with while_paused(api, other.id):
        assert api.wait_for(task, "succeeded", seconds=60)["worker"] == avoided.name
    api.command(waits, "cancel")


def test_it_ends_when_its_time_is_up(stack: RunningStack, api: Api, avoided: WorkerProcess, waits: str) -> None:
    task = nobody_takes_one(stack, api)
    stack.execute("UPDATE kept_away SET until = now() WHERE task_id = %s", waits)
    assert api.wait_for(task, "succeeded", seconds=60)["worker"] == avoided.name
    api.command(waits, "cancel")
