"""The metrics routes on the real stack: what tasks do there shows in the figures."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually


def figures(api: Api, name: str, **query: Any) -> Any:
    reply = api.http.get(f"/metrics/{name}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def counted(api: Api, since: datetime) -> None:
    """Core has counted all that happened until then: it rests for 20 times as long as counting took."""
    eventually(lambda: _as_of(api) > since, 180, "core has counted")


def _as_of(api: Api) -> datetime:
    as_of = figures(api, "tasks")["as_of"]
    return datetime.fromisoformat(as_of) if as_of else datetime.min.replace(tzinfo=UTC)


def count_of(api: Api, task_type: str) -> dict[str, int]:
    """Over all days."""
    [row] = figures(api, "tasks", task_type=task_type)["types"] or [{}]
    return {name: row.get(name, 0) for name in ("created", "succeeded", "failed", "cancelled")}


@pytest.mark.timeout(480)
def test_tasks_show_up(stack: RunningStack, api: Api) -> None:
    counted(api, datetime.now(UTC))
    before = count_of(api, "echo"), count_of(api, "flaky")
    with stack.worker("echo", "flaky"):
        ids = api.submit_many(3, "echo")
        api.wait_for_all(ids)
        bad = api.submit("flaky", {"failures": 9}, retry={"max_attempts": 1})
        failed = api.wait_for(bad, "failed", seconds=60)
    ended = datetime.fromisoformat(failed["completed_at"])
    counted(api, ended)
    echo, flaky = count_of(api, "echo"), count_of(api, "flaky")
    assert (echo["created"] - before[0]["created"], echo["succeeded"] - before[0]["succeeded"]) == (3, 3)
    assert flaky["failed"] - before[1]["failed"] == 1

    [day] = [each for each in figures(api, "tasks", days=1, task_type="echo")["days"] if each["succeeded"]]
    assert 0 <= day["avg_seconds"]
    assert day["p95_seconds"] is not None
    for per in ("hour", "day", "week"):
        found = figures(api, "throughput", per=per, last=3, task_type="echo")["buckets"]
        assert len(found) == 3
        assert sum(each["succeeded"] for each in found) == echo["succeeded"]
        assert [each["start"] for each in found] == sorted(each["start"] for each in found)

    errors = figures(api, "errors")
    [row] = [each for each in errors["types"] if each["task_type"] == "flaky"]
    assert (row["failed"], row["source"]) == (flaky["failed"], None)
    assert 0 < row["error_rate"] <= 1
    kind = {"error": failed["error"]["type"], "task_type": "flaky"}
    assert any(kind.items() <= each.items() for each in errors["errors"])


def test_a_queue_that_waits(stack: RunningStack, api: Api) -> None:
    def depth() -> Any:
        return next((e for e in figures(api, "queue")["capabilities"] if e["capability"] == "sec_filing_crawl"), None)

    before = depth()["waiting"] if depth() else 0
    id_ = api.submit("sec_filing_crawl", {"ticker": "QUEUE"})
    found = depth()
    assert found["waiting"] == before + 1
    assert found["oldest_seconds"] >= 0
    assert figures(api, "tasks")["open"]["pending"] >= 1
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled")
    assert (depth()["waiting"] if depth() else 0) == before


def test_how_long_tasks_waited(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        api.wait_for(api.submit("mock_content"), "succeeded", seconds=60)
    [found] = [each for each in figures(api, "queue")["capabilities"] if each["capability"] == "mock_content"]
    assert found["started"] >= 1
    assert 0 <= found["wait_p50_seconds"] <= found["wait_p95_seconds"]


@pytest.fixture
def tickers(stack: RunningStack) -> Iterator[list[str]]:
    """Four tickers, of which a source of ours knows one in each state; at the end of the alphabet."""
    names = [f"ZZ{uuid.uuid4().hex[:8].upper()}{letter}" for letter in "ABCD"]
    names.sort()
    now = datetime.now(UTC)
    old, new = now - timedelta(hours=30), now - timedelta(hours=1)
    for name, success, error in zip(names, (new, old, new, None), (None, None, "No.", "No."), strict=True):
        stack.execute(
            "INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, last_attempt_at, last_error)"
            " VALUES (%s, 'made-up', %s, %s, %s)", name, success, now, error,
        )  # fmt: skip
    yield names
    stack.execute("DELETE FROM ticker_data_freshness WHERE data_source = 'made-up'")


def test_coverage_and_freshness(api: Api, tickers: list[str]) -> None:
    after: str | None = tickers[0][:-1]
    states: dict[str, list[str]] = {}
    while after:
        page = figures(api, "coverage", after=after, limit=1)
        states |= {row["ticker"]: [cell["state"] for cell in row["cells"]] for row in page["tickers"]}
        after = page["next"]
    assert {name: states[name] for name in tickers} == dict(
        zip(tickers, (["fresh"], ["stale"], ["failing"], ["never"]), strict=True)
    )
    assert "reddit" in page["sources"]
    [source] = [each for each in figures(api, "freshness")["sources"] if each["source"] == "made-up"]
    assert [source[name] for name in ("tickers", "fresh", "stale", "failing", "never")] == [4, 1, 1, 1, 1]
    assert source["median_age_seconds"] == pytest.approx(3_600, abs=120)
    [later] = [e for e in figures(api, "freshness", fresh_hours=48)["sources"] if e["source"] == "made-up"]
    assert (later["fresh"], later["stale"]) == (2, 0)


def test_workers(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=3) as worker:
        found = figures(api, "workers")
        [row] = [each for each in found["workers"] if each["name"] == worker.name]
        assert (row["status"], row["slots"], row["current_tasks"]) == ("idle", 3, 0)
        offers = {each["capability"]: each for each in found["capabilities"]}
        assert offers["delay"]["workers"] >= 1
        assert offers["delay"]["slots"] >= 3
        assert sum(found["states"].values()) == len(found["workers"])


@pytest.mark.parametrize(
    ("route", "query"),
    [
        ("tasks", {"days": 0}),
        ("tasks", {"days": 367}),
        ("throughput", {"per": "month"}),
        ("throughput", {"last": 0}),
        ("errors", {"days": "many"}),
        ("coverage", {"limit": 201}),
        ("coverage", {"after": "a\0b"}),
        ("freshness", {"fresh_hours": 0}),
    ],
)
def test_questions_that_make_no_sense(api: Api, route: str, query: dict[str, Any]) -> None:
    reply = api.http.get(f"/metrics/{route}", params=query)
    assert reply.status_code == 422
    assert reply.json()["errors"]


def test_a_type_without_tasks(api: Api) -> None:
    found = figures(api, "tasks", task_type="no_such_type")
    assert (found["days"], found["types"]) == ([], [])
    buckets = figures(api, "throughput", task_type="no_such_type", last=5)["buckets"]
    assert [(each["created"], each["failed"]) for each in buckets] == [(0, 0)] * 5
