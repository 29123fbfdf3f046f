"""Why a task waits: one test per sentence. (Circuits: test_circuit.py; Temporal away: test_faults.py.)"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.tasks.steering import left_alone, paused, steer, wait_for_limit, while_paused
from tests.stack.tasks.test_order_of_work import busy_worker

CLOCK = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"


def says(api: Api, id_: str, pattern: str, seconds: float = 30) -> re.Match[str]:
    """The sentence of the task, once it is this one from begin to end."""

    def matches() -> re.Match[str] | None:
        return re.fullmatch(pattern, str(api.task(id_)["waiting_because"]))

    return eventually(matches, seconds, f"{id_} says /{pattern}/, not: {api.task(id_)['waiting_because']}")


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


@contextmanager
def busy(stack: RunningStack, api: Api) -> Iterator[None]:
    """The only worker for `delay` has its hands full; its task is gone afterwards."""
    with busy_worker(stack, api) as blocker:
        try:
            yield
        finally:
            api.command(blocker, "cancel")
            api.wait_for(blocker, "cancelled")


@contextmanager
def capped(stack: RunningStack, api: Api, capability: str, per_second: float) -> Iterator[None]:
    """A capability has a rate, and Temporal knows."""
    steer(api, f"/capabilities/{capability}/rate", {"per_second": per_second})
    try:
        wait_for_limit(stack, capability, per_second)
        yield
    finally:
        steer(api, f"/capabilities/{capability}/rate", {"per_second": None})
        wait_for_limit(stack, capability, None)


def test_nobody_ever_offered_it(api: Api) -> None:
    id_ = api.submit("echo", capability="nobody-has-this")
    assert says(api, id_, r"no worker offers nobody-has-this right now \(none was ever seen\)")
    api.command(id_, "cancel")


def test_nobody_offers_it_any_more(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        api.wait_for(api.submit("flaky", {"failures": 0}), "succeeded")
    gone = datetime.now(UTC)
    id_ = api.submit("flaky", {"failures": 0})
    said = says(api, id_, rf"no worker offers flaky right now \(last seen {CLOCK}\)", seconds=60)
    assert abs(moment(said[1]) - gone) < timedelta(seconds=30)
    api.command(id_, "cancel")


def test_others_are_before_it(stack: RunningStack, api: Api) -> None:
    with busy(stack, api):
        ids = [api.submit("delay", {"seconds": 0.1, "steps": 1}) for _ in range(3)]
        assert says(api, ids[0], "next in line; 1 worker online for delay")
        assert says(api, ids[1], "behind 1 other; 1 worker online for delay")
        assert says(api, ids[2], "behind 2 others; 1 worker online for delay")
        urgent = api.submit("delay", {"seconds": 0.1, "steps": 1}, priority="critical")
        assert says(api, urgent, "next in line; 1 worker online for delay")
        assert says(api, ids[2], "behind 3 others; 1 worker online for delay")
        for id_ in (*ids, urgent):
            api.command(id_, "cancel")


def test_what_waits_for_its_next_attempt_is_not_before_it(stack: RunningStack, api: Api) -> None:
    patient = {"max_attempts": 2, "initial_seconds": 600, "max_seconds": 600}
    with stack.worker("flaky", concurrency=1):
        first = api.submit("flaky", {"failures": 1, "message": "not today"}, retry=patient)
        said = says(api, first, rf"attempt 2 of 2 follows at {CLOCK}; the last one failed: not today .*")
        assert timedelta(minutes=9) < moment(said[1]) - datetime.now(UTC) <= timedelta(minutes=10)
        with paused(stack, api, "flaky", "a look at it"):
            second = api.submit("flaky", {"failures": 0})
            assert says(api, second, rf"flaky is paused by human:admin since {CLOCK}: a look at it")
            assert says(
                api, first, rf"attempt 2 of 2 follows at .*; besides, flaky is paused by .* since {CLOCK}: a look at it"
            )
        api.wait_for(second, "succeeded", seconds=60)
        api.command(first, "cancel")


def test_its_capability_is_paused(stack: RunningStack, api: Api) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with paused(stack, api, "echo", "the source moves"):
        id_ = api.submit("echo")
        said = says(api, id_, rf"echo is paused by human:admin since {CLOCK}: the source moves")
        assert before <= moment(said[1]) <= datetime.now(UTC)
        api.command(id_, "cancel")


def test_everything_is_paused(stack: RunningStack, api: Api) -> None:
    with paused(stack, api, "echo", "only this"), paused(stack, api, reason="holidays"):
        id_ = api.submit("echo")
        assert says(api, id_, rf"everything is paused by human:admin since {CLOCK}: holidays")
        api.command(id_, "cancel")


def test_its_only_worker_is_paused_or_drained(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo") as worker:
        told = rf"no worker takes echo right now \({worker.name} is %s by human:admin since {CLOCK}: %s\)"
        with while_paused(api, worker.id, "pause", "a test"):
            id_ = eventually(lambda: left_alone(api, "echo"), 20, "its open poll is cut")
            assert says(api, id_, told % ("paused", "a test"))
            steer(api, f"/workers/{worker.id}/drain", {"reason": "lid closes"})
            assert says(api, id_, told % ("being drained", "lid closes"))
        api.wait_for(id_, "succeeded", seconds=60)


def test_one_of_two_workers_is_paused(stack: RunningStack, api: Api) -> None:
    with busy(stack, api), stack.worker("delay") as other, while_paused(api, other.id):
        brief = {"seconds": 0.1, "steps": 1}
        id_ = eventually(lambda: left_alone(api, "delay", brief), 20, "the open poll of the other is cut")
        assert says(api, id_, "next in line; 1 worker online for delay")
        api.command(id_, "cancel")


def test_a_rate_limit(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content", concurrency=5), capped(stack, api, "mock_content", 0.05):
        ids = [api.submit("mock_content", {"topic": "slowly"}) for _ in range(3)]
        # Temporal may let two through at once when the cap is new, any two: their starts are on their way side by side.
        eventually(lambda: "succeeded" in map(api.status, ids), 60, "one is done")
        end = rf"rate limit until about {CLOCK} \(mock_content is capped at 3/min by human:admin\); "
        end += "(next in line|behind 1 other); 1 worker online for mock_content"

        def told() -> re.Match[str] | None:
            sentences = [str(api.task(id_)["waiting_because"]) for id_ in ids]
            return next(filter(None, (re.fullmatch(end, each) for each in sentences)), None)

        # What waits then knows for how long.
        said = eventually(told, 30, "one that waits says until when")
        places = 1 if said[2] == "next in line" else 2
        wait = moment(said[1]) - datetime.now(UTC)
        assert timedelta(seconds=20 * (places - 1) - 6) < wait <= timedelta(seconds=20 * places + 1)
    api.cancel_all(ids)


def test_a_rate_that_is_not_what_it_waits_for_is_not_named(stack: RunningStack, api: Api) -> None:
    with busy(stack, api), capped(stack, api, "delay", 100):
        id_ = api.submit("delay", {"seconds": 0.1, "steps": 1})
        assert says(api, id_, "next in line; 1 worker online for delay")
        api.command(id_, "cancel")


def test_its_time_has_not_come(api: Api) -> None:
    id_ = api.submit("echo", run_at="2031-01-01T01:00:00+01:00")
    assert says(api, id_, "starts at 2031-01-01 00:00:00 UTC")
    api.command(id_, "cancel")


def test_what_runs_or_is_over_waits_for_nothing(stack: RunningStack, api: Api) -> None:
    with busy_worker(stack, api) as blocker:
        assert api.task(blocker)["waiting_because"] is None
        api.command(blocker, "cancel")
        api.wait_for(blocker, "cancelled")
        assert api.task(blocker)["waiting_because"] is None
