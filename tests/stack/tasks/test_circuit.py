"""A source that keeps failing: its circuit opens, its tasks say why, a probe closes it when it is well."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.tasks.steering import capability, claims, limit_in_temporal, steer
from tests.support.light import Light

FAILURES = 3
#: Seconds to the first probe; the second one comes after twice that.
COOLDOWN = 4.0
SEARCH = "/r/wallstreetbets/search"
#: Many quick attempts, so that no task ends while the source is away, and core as well.
PATIENT = {"max_attempts": 100, "initial_seconds": 0.5, "backoff": 1, "max_seconds": 0.5}
TICKERS = ("NVDA", "AAPL", "TSLA")


@pytest.fixture(scope="module")
def stack(light: Light, sources: Sandbox) -> Iterator[RunningStack]:
    """One of its own, with short times, and a worker for the crawls."""
    rules = {
        "CLAWDBOT_CIRCUIT_FAILURES": str(FAILURES),
        "CLAWDBOT_CIRCUIT_COOLDOWN_SECONDS": str(COOLDOWN),
        "CLAWDBOT_CIRCUIT_LONGEST_COOLDOWN_SECONDS": str(2 * COOLDOWN),
    }
    with light(rules) as running:
        running.wait_until_ready()
        with running.worker("reddit_crawl", concurrency=4, environment=sources.environment()):
            yield running


@pytest.fixture(autouse=True)
def well_again(stack: RunningStack, api: Api, sources: Sandbox) -> Iterator[None]:
    """Each test begins and ends with a source that is well and a circuit that is closed, after a success."""
    sources.reset()
    yield
    sources.reset()
    api.http.post("/capabilities/reddit_crawl/close-circuit")
    api.wait_for(crawl(api, "AMD"), "succeeded", seconds=60)


def crawl(api: Api, ticker: str, **fields: Any) -> str:
    params = {
        "ticker": ticker,
        "subreddits": ["wallstreetbets"],
        "date_range": {"from": "2026-02-27", "to": "2026-03-01"},
    }
    return api.submit("reddit_crawl", params, retry=PATIENT, **fields)


def circuit(api: Api) -> dict[str, Any] | None:
    found: dict[str, Any] | None = capability(api, "reddit_crawl")["circuit"]
    return found


def break_down(stack: RunningStack, api: Api, sources: Sandbox) -> list[str]:
    """The source fails everybody until the circuit is open; the tasks that met it."""
    sources.fault("reddit", "status", status=503, path_contains=SEARCH)
    ids = [crawl(api, ticker) for ticker in TICKERS]
    eventually(lambda: circuit(api), 60, "the circuit is open")
    return ids


def audited(stack: RunningStack) -> list[tuple[str, str]]:
    rows = stack.rows("SELECT actor, action FROM audit_log WHERE object = 'reddit_crawl' ORDER BY id")
    return [(row["actor"], row["action"]) for row in rows]


def test_it_opens_says_why_and_a_probe_closes_it(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    ids = break_down(stack, api, sources)
    opened = circuit(api)
    assert opened
    assert capability(api, "reddit_crawl")["state"] == "circuit_open"
    assert "(503)" in opened["reason"]

    # Who comes now is not sent to the source, and told so.
    late = crawl(api, "MSFT")
    said = eventually(lambda: _if_sick(api, late), 30, "it says that the circuit is open")
    # One that was handed out in the very last moment has an attempt behind it, and says so first.
    assert "the circuit of reddit_crawl is open because its source keeps failing (" in said
    assert "(503)" in said

    # The first probe meets a source that is still sick: the next one comes later.
    again = eventually(lambda: _if_opened_again(api), 60, "the first probe failed")
    assert again["openings"] == 2
    [found] = stack.rows(
        "SELECT EXTRACT(epoch FROM probe_at - (SELECT max(ended_at) FROM task_attempts)) AS wait FROM circuits"
    )
    assert found["wait"] > COOLDOWN
    limit = eventually(lambda: _if_shut(stack), 20, "Temporal's queue is shut")
    assert limit["author"] == "system:circuits"
    assert limit["reason"].startswith("circuit: the source keeps failing: ")

    sources.reset()
    tasks = api.wait_for_all([*ids, late], seconds=120)
    assert {task["status"] for task in tasks} == {"succeeded"}
    assert circuit(api) is None
    eventually(lambda: limit_in_temporal(stack, "reddit_crawl")["rate"] is None, 20, "the limit is gone")
    assert audited(stack)[-2:] == [("system:circuits", "circuit.open"), ("system:circuits", "circuit.close")]


def _if_sick(api: Api, id_: str) -> str | None:
    because = str(api.task(id_)["waiting_because"])
    return because if "circuit" in because else None


def _if_opened_again(api: Api) -> dict[str, Any] | None:
    found = circuit(api)
    return found if found and found["openings"] > 1 else None


def _if_shut(stack: RunningStack) -> dict[str, Any] | None:
    limit = limit_in_temporal(stack, "reddit_crawl")
    return limit if limit["rate"] == 0 else None


def test_a_probe_is_one_task(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    ids = break_down(stack, api, sources)
    ids += [crawl(api, "AMZN") for _ in range(6)]
    eventually(lambda: _if_shut(stack), 20, "the queue is shut")
    eventually(lambda: not stack.rows("SELECT 1 FROM tasks WHERE status IN ('claimed', 'running')"), 30, "quiet")
    before = claims(stack, ids)
    eventually(lambda: _if_opened_again(api), 60, "a probe failed")
    # The rate lets one through, and another each two seconds that it takes to shut the queue behind it.
    assert 1 <= claims(stack, ids) - before <= 3
    sources.reset()
    assert {task["status"] for task in api.wait_for_all(ids)} == {"succeeded"}


def test_one_sick_task_is_no_sick_source(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.fault("reddit", "status", status=500, times=2 * FAILURES, path_contains=SEARCH)
    task = api.wait_for(crawl(api, "NVDA"), seconds=60)
    assert (task["status"], task["attempt"]) == ("succeeded", 2 * FAILURES + 1)
    assert stack.rows("SELECT 1 FROM circuits WHERE state <> 'closed'") == []


def test_a_success_in_between_starts_the_count_anew(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    opened = audited(stack).count(("system:circuits", "circuit.open"))
    for ticker in (*TICKERS, "AMZN"):
        sources.fault("reddit", "status", status=500, times=1, path_contains=SEARCH)
        task = api.wait_for(crawl(api, ticker), "succeeded", seconds=60)
        assert task["attempt"] == 2
    assert audited(stack).count(("system:circuits", "circuit.open")) == opened


def test_errors_of_the_tasks_themselves_open_nothing(stack: RunningStack, api: Api) -> None:
    opened = audited(stack).count(("system:circuits", "circuit.open"))
    ids = [
        api.submit("reddit_crawl", {"ticker": "NVDA", "subreddits": [f"no_such_place_{place}"]})
        for place in range(FAILURES + 1)
    ]
    assert {task["error"]["type"] for task in api.wait_for_all(ids)} == {"NotFound"}
    # The look that would have opened it comes within a second; a crawl that goes through is proof enough.
    api.wait_for(crawl(api, "NVDA"), "succeeded", seconds=60)
    assert audited(stack).count(("system:circuits", "circuit.open")) == opened


def test_a_person_closes_it(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    ids = break_down(stack, api, sources)
    sources.reset()
    # The wait for a probe is made long, so that it is the person who closes it.
    stack.execute("UPDATE circuits SET state = 'open', probe_at = now() + interval '1 hour', probing_since = NULL")
    shown = steer(api, "/capabilities/reddit_crawl/close-circuit")
    assert (shown["state"], shown["circuit"]) == ("running", None)
    assert {task["status"] for task in api.wait_for_all(ids)} == {"succeeded"}
    assert audited(stack)[-1] == ("human:admin", "circuit.close")


def test_core_dies_while_it_is_open(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    restarts = stack.restarts("core")
    ids = break_down(stack, api, sources)
    # Before that, every half second would cost each task an attempt until the next core is there.
    eventually(lambda: _if_shut(stack), 20, "Temporal's queue is shut")
    stack.kill("core")
    eventually(lambda: stack.restarts("core") > restarts, 30, "core is started again")
    eventually(lambda: _if_opened_again(api), 60, "the new core sent a probe")
    sources.reset()
    assert {task["status"] for task in api.wait_for_all(ids)} == {"succeeded"}
    eventually(lambda: circuit(api) is None, 30, "it is closed")


def test_why_others_wait_while_a_probe_is_under_way(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    ids = break_down(stack, api, sources)
    sources.reset()
    sources.fault("reddit", "delay", delay=8, path_contains=SEARCH)
    late = crawl(api, "MSFT")
    probe = eventually(lambda: (circuit(api) or {}).get("probe_task_id"), 60, "a probe is under way")

    def told() -> str | None:
        sick = (_if_sick(api, id_) for id_ in (*ids, late) if id_ != probe)
        return next((said for said in sick if said), None)

    said = eventually(told, 30, "another one says what it waits for")
    assert said.endswith(f"; task {probe} is trying it")
    sources.reset()
    assert {task["status"] for task in api.wait_for_all([*ids, late])} == {"succeeded"}


def test_why_it_waits_before_the_probe(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    """The circuit is half open, and no slot is free for the task that will be the probe."""
    sources.fault("reddit", "delay", delay=10, path_contains=SEARCH)
    busy = [crawl(api, ticker) for ticker in (*TICKERS, "AMZN")]
    for id_ in busy:
        api.wait_for(id_, "running")
    stack.execute(
        "INSERT INTO circuits (capability, state, reason, openings, opened_at, probe_at)"
        " VALUES ('reddit_crawl', 'open', 'it was sick', 1, now(), now())"
        " ON CONFLICT (capability) DO UPDATE SET state = 'open', probe_at = now(), reason = EXCLUDED.reason"
    )
    id_ = crawl(api, "MSFT")
    expected = (
        "the circuit of reddit_crawl is open because its source keeps failing (it was sick);"
        " the next task is let through as a probe"
    )
    eventually(lambda: api.task(id_)["waiting_because"] == expected, 30, expected)
    sources.reset()
    assert {task["status"] for task in api.wait_for_all([*busy, id_])} == {"succeeded"}
    eventually(lambda: circuit(api) is None, 30, "the probe closed it")
