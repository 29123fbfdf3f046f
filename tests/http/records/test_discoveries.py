"""The agent's rounds look for symbols that trend and that nobody tracks: told, or tracked if the policy says so."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from contracts.agent.work import RoundReport
from db.engine import make_engine
from db.session import Database
from services.agent.round import hold_round
from tests.http.records.test_trending import POST
from tests.support.facade import Facade
from tests.support.in_process import InProcess, in_process
from tests.support.servers import Servers


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[InProcess]:
    """Six people write about GME and AMC today, and AMC was put on the list to be left alone."""
    with in_process(servers, trusted_proxies="127.0.0.1", gateway_internal_address="127.0.0.1:1") as running:
        with psycopg.connect(running.database_url) as connection:
            for n in range(6):
                connection.execute(POST, ("NVDA", f"p{n}", "$GME, $AMC", "", f"author{n}", 2))
        running.api.http.put("/tickers/AMC", json={"tracked": False}).raise_for_status()
        running.api.http.post("/agent/resume", json={}).raise_for_status()
        yield running


def round_(world: InProcess, number: int) -> RoundReport:
    async def run() -> RoundReport:
        engine = make_engine(world.database_url, process="tests", pool_size=1)
        try:
            return await hold_round(Database(engine), world.settings, number)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def found(world: InProcess) -> list[dict[str, Any]]:
    reply = world.api.http.get("/agent/decisions", params={"kind": "discover"}).raise_for_status()
    return [dict(each) for each in reply.json()["decisions"]]


def tracked(world: Facade) -> set[str]:
    tickers = world.api.http.get("/tickers").json()["tickers"]
    return {each["ticker"] for each in tickers if each["tracked"]}


def policy(world: InProcess, trending: str) -> None:
    world.api.http.put("/agent/policy", json={"trending": trending}).raise_for_status()


def test_what_trends_is_told_once_and_tracked_if_the_policy_says_so(world: InProcess) -> None:
    policy(world, "off")
    assert round_(world, 1).decisions == 0
    policy(world, "tell")
    # The next look is four rounds later.
    assert [round_(world, number).decisions for number in (2, 3, 4, 5, 9)] == [0, 0, 0, 2, 0]
    told = {each["ticker"]: each for each in found(world)}
    assert {ticker: each["outcome"] for ticker, each in told.items()} == {"GME": "told", "AMC": "told"}
    assert told["GME"]["reason"].startswith("GME trends and nobody tracks it: in 6 posts of 6 people, 0 posts the day")
    assert tracked(world) == set()
    with psycopg.connect(world.database_url) as connection:
        raised = connection.execute("SELECT key, body FROM alert_signals WHERE kind = 'symbol_trends'").fetchall()
        bodies = {str(key): str(body) for key, body in raised}
        # A week goes by.
        connection.execute("UPDATE agent_decisions SET created_at = created_at - interval '8 days'")
    assert bodies["GME"] == "To track it: clawdbot tickers add GME"
    policy(world, "track")
    assert round_(world, 13).decisions == 2
    # What a person put on the list untracked stays so.
    assert tracked(world) == {"GME"}
    assert {each["ticker"]: each["outcome"] for each in found(world)[:2]} == {"GME": "tracked", "AMC": "told"}
