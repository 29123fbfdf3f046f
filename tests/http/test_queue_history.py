"""Queues and freshness over the time: what is written down, and what is told of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.metrics.moments import note_moment
from tests.http.as_core import take
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

_NOTE = (
    "INSERT INTO metrics_moments (at, waiting, held, tickers, fresh, queues, sources)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@pytest.fixture(autouse=True)
def nothing_noted(stack: Facade) -> None:
    stack.execute("DELETE FROM metrics_moments")


def noted(stack: Facade, at: datetime, waiting: int = 0, held: int = 0, fresh: int = 0) -> None:
    """What core would have written down then of one queue, and of one source with ten tickers."""
    queues = json.dumps({"echo": [waiting, held]} if waiting or held else {})
    stack.execute(_NOTE, at, waiting, held, 10, fresh, queues, json.dumps({"reddit": [10, fresh]}))


async def note_twice(connection: AsyncConnection) -> None:
    await note_moment(connection)
    await note_moment(connection)


def test_a_minute_has_the_numbers_of_right_now(stack: Facade, api: Api) -> None:
    name, worker, _ = stack.register(["echo"])
    take(stack, api.submit("echo"), name, worker)
    api.submit("echo")
    stack.execute(
        "INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, last_attempt_at, last_error)"
        " VALUES ('FRESH', 'reddit', now(), now(), NULL), ('STALE', 'reddit', now() - interval '2 days', now(), NULL),"
        " ('NEVER', 'reddit', NULL, now(), 'No.'), ('FAILS', 'reddit', now(), now(), 'No.')"
    )
    in_database(stack, note_twice)
    [row] = stack.rows("SELECT * FROM metrics_moments")
    live = api.http.get("/metrics/queue").json()["capabilities"]
    queues = {each["capability"]: [each["waiting"], each["held"]] for each in live if each["waiting"] or each["held"]}
    assert row["queues"] == queues
    assert [row["waiting"], row["held"]] == [sum(each) for each in zip(*queues.values(), strict=True)]
    sources = {each["source"]: each for each in api.http.get("/metrics/freshness").json()["sources"]}
    assert row["sources"] == {name: [each["tickers"], each["fresh"]] for name, each in sources.items()}
    assert row["fresh"] == sum(each["fresh"] for each in sources.values())
    stack.execute("DELETE FROM ticker_data_freshness WHERE ticker IN ('FRESH', 'STALE', 'NEVER', 'FAILS')")


def test_means_are_told_by_the_hour(stack: Facade, api: Api) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    noted(stack, hour, waiting=10, held=2, fresh=5)
    noted(stack, hour + timedelta(minutes=59), waiting=0, held=0, fresh=10)
    noted(stack, hour + timedelta(hours=1), waiting=7, held=1, fresh=0)
    found: dict[str, Any] = api.http.get("/metrics/history", params={"per": "hour", "last": 6}).json()
    assert (found["per"], found["fresh_hours"], len(found["buckets"])) == ("hour", 24, 6)
    told = {datetime.fromisoformat(each.pop("start")): each for each in found["buckets"]}
    assert told[hour] == {
        "moments": 2, "waiting": 5, "most_waiting": 10, "held": 1, "fresh": 0.75,
        "queues": {"echo": {"waiting": 5, "held": 1}}, "sources": {"reddit": 0.75},
    }  # fmt: skip
    assert told[hour + timedelta(hours=1)]["fresh"] == 0
    nobody: dict[str, Any] = dict.fromkeys(("waiting", "most_waiting", "held", "fresh"))
    assert told[hour - timedelta(hours=1)] == {"moments": 0, **nobody, "queues": {}, "sources": {}}


@pytest.mark.parametrize("per", ["minute", "day", "week"])
def test_other_periods(stack: Facade, api: Api, per: str) -> None:
    stack.execute(_NOTE, datetime.now(UTC), 3, 0, 0, 0, "{}", "{}")
    buckets = api.http.get("/metrics/history", params={"per": per, "last": 9}).json()["buckets"]
    assert [(each["moments"], each["waiting"], each["fresh"]) for each in buckets if each["moments"]] == [(1, 3, None)]
