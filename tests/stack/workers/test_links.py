"""Workers behind bad networks: links that go dark, are cut, are slow, or forget connections that are idle."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, Task, WorkerProcess, eventually
from tests.stack.parts import Part, own_api, own_gateway
from tests.stack.workers.link import Link, link_to

#: Promised: from a link that went dark without a word, to running elsewhere.
RERUN_SECONDS = 15
#: How long a partition lasts in fault 3: longer than any timeout of ours.
PARTITION_SECONDS = 60


@dataclass(frozen=True)
class Remote:
    """A gateway that is reached over a link, and an API that sends workers there."""

    gateway: Part
    link: Link
    api: Part

    @property
    def environment(self) -> dict[str, str]:
        return {"CLAWDBOT_API_URL": self.api.url}


@pytest.fixture(scope="module")
def both(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    stack.wait_until_ready()
    directory = tmp_path_factory.mktemp("links")
    with own_gateway(stack, directory) as gateway, link_to(gateway.port) as link:
        with own_api(stack, directory, gateway_public_address=link.address) as api:
            yield Remote(gateway, link, api)


@pytest.fixture
def remote(both: Remote) -> Iterator[Remote]:
    yield both
    both.link.forget_idle(None)
    both.link.delay(0)
    both.link.restore()


def second_attempt(api: Api, id_: str, elsewhere: WorkerProcess) -> Task:
    task: Task = eventually(lambda: (t := api.task(id_))["attempt"] == 2 and t, 60, "it is handed out once more")
    assert task["worker"] == elsewhere.name
    return task


def cut_off_while_running(api: Api, remote: Remote, params: dict[str, Any]) -> tuple[str, float]:
    """A task whose worker is out of reach since then, without a word."""
    id_ = api.submit("delay", params)
    api.wait_for(id_, "running")
    remote.link.blackhole()
    return id_, time.monotonic()


@pytest.mark.alone
def test_a_task_sent_into_a_dead_link_runs_elsewhere(stack: RunningStack, api: Api, remote: Remote) -> None:
    with stack.worker("flaky", environment=remote.environment) as cut_off:
        remote.link.blackhole()
        id_ = api.submit("flaky", {"failures": 0})
        sent = time.monotonic()
        # Its poll is still open at the gateway, so it is what the task is given to.
        claimed = api.wait_for(id_, "claimed", seconds=10)
        assert claimed["worker"] == cut_off.name
        with stack.worker("flaky") as elsewhere:
            second_attempt(api, id_, elsewhere)
            rerun = time.monotonic() - sent
            task = api.wait_for(id_, "succeeded")
    assert [attempt["status"] for attempt in task["attempts"]] == ["lost", "succeeded"]
    assert rerun <= RERUN_SECONDS
    print(f"task sent into a dead link: handed out elsewhere after {rerun:.1f} s")


def test_a_result_that_comes_out_of_a_partition_is_refused(stack: RunningStack, api: Api, remote: Remote) -> None:
    """Both sides go on; the other attempt wins, and what the first one says afterwards is refused."""
    params = {"seconds": 12, "steps": 6}
    with stack.worker("delay", environment=remote.environment) as first:
        id_, cut = cut_off_while_running(api, remote, params)
        with stack.worker("delay") as other:
            second_attempt(api, id_, other)
            again = time.monotonic() - cut
            # The first one ends its work in the dark, and keeps trying to say so.
            eventually(lambda: time.monotonic() - cut > params["seconds"] + 1, 30, "the first attempt is over, too")
            remote.link.restore()
            task = api.wait_for(id_, "succeeded", seconds=60)
        assert task["worker"] == other.name

        def told(code: str) -> float:
            return remote.gateway.metric(
                "clawdbot_gateway_calls_total", worker=first.name, method="RespondActivityTaskCompleted", code=code
            )

        eventually(lambda: told("NOT_FOUND") >= 1, 60, "the late result is refused")
    events = [event["type"] for event in api.task(id_)["events"]]
    assert events.count("succeeded") == 1
    assert [(a["attempt"], a["status"]) for a in task["attempts"]] == [(1, "lost"), (2, "succeeded")]
    print(f"partition with a running task: handed out elsewhere after {again:.1f} s, the late result refused")


def test_a_partition_of_a_minute_while_a_task_runs(stack: RunningStack, api: Api, remote: Remote) -> None:
    """The worker ends its attempt when it cannot say that it goes on; the other one wins; it comes back by itself."""
    with stack.worker("delay", environment=remote.environment) as first:
        id_, cut = cut_off_while_running(api, remote, {"seconds": 2 * PARTITION_SECONDS / 3, "steps": 20})
        with stack.worker("delay") as other:
            second_attempt(api, id_, other)
            again = time.monotonic() - cut
            eventually(lambda: "Activity cancelled" in first.log.read_text(), 60, "the first attempt ends itself")
            overlap = time.monotonic() - cut - again
            task = api.wait_for(id_, "succeeded", seconds=2 * PARTITION_SECONDS)
        assert task["worker"] == other.name
        eventually(lambda: time.monotonic() - cut > PARTITION_SECONDS, 2 * PARTITION_SECONDS, "the minute is over")
        remote.link.restore()
        back = time.monotonic()
        next_ = api.wait_for(api.submit("delay", {"seconds": 0.1, "steps": 1}), "succeeded", seconds=60)
        assert (next_["worker"], next_["attempt"]) == (first.name, 1)
        back = time.monotonic() - back
    task = api.task(id_)
    assert [(a["attempt"], a["status"]) for a in task["attempts"]] == [(1, "lost"), (2, "succeeded")]
    assert [event["type"] for event in task["events"]].count("succeeded") == 1
    print(
        f"partition of {PARTITION_SECONDS} s with a running task: handed out elsewhere after {again:.1f} s, the first "
        f"attempt ended itself {overlap:.1f} s later, its worker did a new task {back:.1f} s after the link was back"
    )


def _has_done(api: Api, id_: str, step: int) -> bool:
    return _steps(api.task(id_)) >= step


def test_a_cut_connection_costs_no_attempt(stack: RunningStack, api: Api, remote: Remote) -> None:
    with stack.worker("delay", environment=remote.environment) as worker:
        id_ = api.submit("delay", {"seconds": 3, "steps": 6})
        for step in (1, 3, 5):
            eventually(partial(_has_done, api, id_, step), 30, f"step {step} is reported")
            remote.link.reset()
        task = api.wait_for(id_, "succeeded")
    assert (task["attempt"], task["worker"]) == (1, worker.name)


def _steps(task: Task) -> int:
    return int(((task["progress"] or {}).get("counters") or {}).get("steps", 0))


def test_a_slow_link_is_only_slow(stack: RunningStack, api: Api, remote: Remote) -> None:
    remote.link.delay(0.3)
    with stack.worker("echo", environment=remote.environment):
        ids = api.submit_many(4, "echo", {"message": "far away"})
        tasks = api.wait_for_all(ids)
    assert {(task["status"], task["attempt"]) for task in tasks} == {("succeeded", 1)}


def test_a_link_that_drops_what_is_idle_stays_open(stack: RunningStack, api: Api, remote: Remote) -> None:
    """Routers forget connections after a minute or more; a sign of life goes over ours every 4 s."""
    remote.link.forget_idle(10)
    with stack.worker("echo", environment=remote.environment):
        opened = remote.link.opened
        eventually(lambda: remote.link.oldest > 24, 60, "nothing was asked of the worker for long")
        began = time.monotonic()
        task = api.wait_for(api.submit("echo"), "succeeded")
        took = time.monotonic() - began
    assert (remote.link.dropped, remote.link.opened, task["attempt"]) == (0, opened, 1)
    print(f"after 24 s idle on a link that drops what is idle for 10 s: a task took {took:.2f} s")


def test_a_link_that_drops_almost_everything_is_made_anew(stack: RunningStack, api: Api, remote: Remote) -> None:
    """It forgets faster than anybody sends a sign of life: both ends notice, and the worker comes back each time."""
    with stack.worker("echo", environment=remote.environment) as worker:
        opened, dropped = remote.link.opened, remote.link.dropped
        remote.link.forget_idle(2)
        eventually(lambda: remote.link.dropped > dropped, 60, "the link forgets the idle connection")
        began = time.monotonic()
        eventually(lambda: remote.link.opened > opened, 25, "the worker connects again")
        noticed = time.monotonic() - began
        remote.link.forget_idle(None)
        task = api.wait_for(api.submit("echo"), "succeeded", seconds=60)
    assert task["worker"] == worker.name
    print(f"a connection that was dropped in silence: made anew after {noticed:.1f} s")
