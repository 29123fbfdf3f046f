"""`/metrics/agent`: what stands in the agent's tables, by day."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from db.agent.rollup import roll_up_agent
from db.engine import make_engine
from tests.support.facade import Api, Facade

#: Days ago; nobody else writes there.
FAR, FARTHER = 70, 71
ROUND = """
INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over, refused)
VALUES (%s, now() - %s * interval '1 day', 1, 6, 1, 1, '{}', '[]', %s)
"""
DECISION = """
INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
    choice, outcome)
VALUES (%s, %s, now() - %s * interval '1 day', %s, 'AMX', %s, 'x', 'Because.', '{}', '[]', '{}', %s)
"""
RESERVATION = """
INSERT INTO agent_reservations (task_id, decision_id, at, source, task_type, tasks, calls, tokens, usd_micros, estimate)
VALUES (gen_random_uuid(), %s, now() - %s * interval '1 day', %s, 'x', 1, 40, 9, 1500000, '{}')
"""
#: Rounds that nobody reaches.
FIRST = 10**12


@pytest.fixture
def history(stack: Facade) -> Iterator[None]:
    """Two days: one with a crawl, a probe and an escalation, and one with a round that could decide nothing."""
    stack.wait_until_ready()
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(ROUND, (FIRST, FAR, None))
        connection.execute(ROUND, (FIRST + 1, FARTHER, "The budget cannot be read."))
        for kind, source, outcome in (
            ("crawl", "news", "succeeded"), ("probe", "amx-dear", "failed"), ("escalate", "news", "told"),
        ):  # fmt: skip
            id_ = uuid.uuid4()
            connection.execute(DECISION, (id_, FIRST, FAR, kind, source, outcome))
            if kind != "escalate":
                connection.execute(RESERVATION, (id_, FAR, source))
    count(stack, anew=True)
    yield
    forget(stack)


def forget(stack: Facade) -> None:
    stack.execute("DELETE FROM agent_rounds WHERE number >= %s", FIRST)
    count(stack, anew=True)


def count(stack: Facade, *, anew: bool = False) -> None:
    """What core does every ten seconds; ``anew``: as if nothing had been counted before."""

    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)
        async with engine.begin() as connection:
            # The lock of whoever counts: core may be at it.
            await connection.execute(text("SELECT pg_advisory_xact_lock(7110002)"))
            if anew:
                await connection.execute(text("DELETE FROM agent_metrics_daily"))
            await roll_up_agent(connection, datetime.now(UTC))
        await engine.dispose()

    asyncio.run(run())


def figures(api: Api, days: int) -> Any:
    reply = api.http.get("/metrics/agent", params={"days": days})
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.usefixtures("history")
def test_the_days_of_the_agent(api: Api) -> None:
    farther, far = figures(api, 90)["days"][:2]
    assert (farther["rounds"], farther["refused"], farther["tasks"], farther["decisions"]) == (1, 1, 0, {})
    assert (far["rounds"], far["refused"], far["tasks"]) == (1, 0, 2)
    assert far["decisions"] == {"crawl": 1, "escalate": 1, "probe": 1}
    assert far["outcomes"] == {"failed": 1, "succeeded": 1, "told": 1}
    assert (far["calls"], far["tokens"], far["usd"]) == (80, 18, 3.0)
    assert farther["day"] < far["day"]


@pytest.mark.usefixtures("history")
def test_what_each_source_took(api: Api) -> None:
    found = {each["source"]: each for each in figures(api, 90)["sources"]}
    assert found["amx-dear"] == {"source": "amx-dear", "tasks": 1, "calls": 40, "tokens": 9, "usd": 1.5}
    assert found["news"]["tasks"] >= 1


@pytest.mark.usefixtures("history")
def test_only_the_days_that_were_asked_for(api: Api) -> None:
    assert "amx-dear" not in {each["source"] for each in figures(api, FAR)["sources"]}
    assert "amx-dear" in {each["source"] for each in figures(api, FAR + 1)["sources"]}


def test_a_day_is_counted_anew_until_all_of_it_is_over(stack: Facade, api: Api) -> None:
    stack.wait_until_ready()
    decision = uuid.uuid4()
    try:
        stack.execute(ROUND, FIRST, 20, None)
        stack.execute(DECISION, decision, FIRST, 20, "crawl", "amx-slow", "pending")
        stack.execute(RESERVATION, decision, 20, "amx-slow")
        count(stack, anew=True)
        assert slow_day(api) == ({"pending": 1}, 40)
        stack.execute("UPDATE agent_decisions SET outcome = 'succeeded' WHERE id = %s", decision)
        stack.execute("UPDATE agent_reservations SET settled_at = now(), calls = 7 WHERE decision_id = %s", decision)
        count(stack)
        assert slow_day(api) == ({"succeeded": 1}, 7)
        stack.execute("DELETE FROM agent_decisions WHERE id = %s", decision)
        count(stack)
        assert slow_day(api) == ({"succeeded": 1}, 7), "what was counted of a day that is over stays"
    finally:
        forget(stack)


def slow_day(api: Api) -> tuple[dict[str, int], int]:
    """Outcomes and calls of twenty days ago."""
    found = figures(api, 21)["days"][0]
    return found["outcomes"], found["calls"]


@pytest.mark.parametrize("days", ["0", "93", "x"])
def test_days_that_cannot_be(api: Api, days: str) -> None:
    assert api.http.get("/metrics/agent", params={"days": days}).status_code == 422
