"""The metrics routes: what stands in the database shows in the figures."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.facade import Api, Facade


def figures(api: Api, name: str, **query: Any) -> Any:
    reply = api.http.get(f"/metrics/{name}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_a_queue_that_waits(stack: Facade, api: Api) -> None:
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


@pytest.fixture
def tickers(stack: Facade) -> Iterator[list[str]]:
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
