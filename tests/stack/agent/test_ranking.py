"""What the agent would collect next, after a real crawl and with settings from the environment."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from contracts.agent.ranking import DEFAULT_TARGETS, RankingWeights
from tests.http.records.test_trending import POST
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack

FRESH = """
INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, last_attempt_at, covered_from, covered_to)
VALUES (%s, %s, now() - %s * interval '1 hour', now(), now() - interval '30 days', now() - %s * interval '1 hour')
"""
SENTIMENT = """
INSERT INTO reddit_sentiment (ticker, post_id, scorer, label, score, task_id, attempt, fetched_at)
VALUES (%s, %s, %s, 'x', %s, gen_random_uuid(), 1, now() - %s * interval '1 day')
"""
#: As conftest.py tells the API.
TARGETS = {**{name: hours for name, hours in DEFAULT_TARGETS.items() if name != "twitter"}, "summary": 72}


@pytest.fixture(scope="module")
def watched(stack: RunningStack) -> Iterator[None]:
    """RKHOT is talked about, RKCALM is not; both were collected twenty hours ago. RKNEW never was."""
    stack.wait_until_ready()
    put(stack.api, "RKHOT", watchers=1_000)
    put(stack.api, "RKCALM", watchers=1_000)
    put(stack.api, "RKNEW")
    put(stack.api, "RKOFF", tracked=False)
    with psycopg.connect(stack.database_url) as connection:
        for ticker in ("RKHOT", "RKCALM"):
            connection.execute(FRESH, (ticker, "reddit", 20, 20))
        for n in range(40):
            connection.execute(POST, ("RKHOT", f"rk{n}", "x", "", "a", 21 + n % 20))
            connection.execute(SENTIMENT, ("RKHOT", f"rk{n}", "v1", 0.6 if n < 20 else -0.2, 1 if n < 20 else 5))
            # Another scorer's opinion is not compared with the first one's.
            connection.execute(SENTIMENT, ("RKCALM", f"rk{n}", f"v{n % 20 // 10}", n % 20 // 10, 1 if n < 30 else 5))
        for n in range(5):
            connection.execute(POST, ("RKHOT", f"rko{n}", "x", "", "a", 50))
    yield
    for ticker in ("RKHOT", "RKCALM", "RKNEW", "RKOFF"):
        stack.api.http.delete(f"/tickers/{ticker}")


def put(api: Api, ticker: str, **fields: Any) -> None:
    api.http.put(f"/tickers/{ticker}", json=fields).raise_for_status()


def ranking(api: Api, **query: Any) -> Any:
    reply = api.http.get("/agent/ranking", params={"limit": 1_000, **query})
    assert reply.status_code == 200, reply.text
    return reply.json()


def needs(api: Api, **query: Any) -> dict[tuple[str, str], Any]:
    return {(each["ticker"], each["source"]): each for each in ranking(api, **query)["ranking"]}


@pytest.mark.usefixtures("watched")
def test_settings_are_followed(api: Api) -> None:
    answer = ranking(api, ticker="RKNEW")
    assert answer["targets"] == TARGETS
    assert answer["weights"] == RankingWeights(cost=1.5).model_dump()
    assert {each["source"]: each["target_hours"] for each in answer["ranking"]} == TARGETS


def test_a_real_crawl_changes_the_ranking(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    crawl = {"ticker": "TSLA", "subreddits": ["stocks"], "date_range": {"from": "2026-02-01", "to": "2026-02-20"}}
    put(api, "TSLA", watchers=5)
    waiting = api.submit("reddit_crawl", crawl)
    assert needs(api, ticker="TSLA")["TSLA", "reddit"]["in_hand"]
    assert not needs(api, ticker="TSLA")["TSLA", "news"]["in_hand"]
    with stack.worker("reddit_crawl", environment=sources.environment()):
        done = api.wait_for(waiting, "succeeded", seconds=60)
    found = needs(api, ticker="tsla")["TSLA", "reddit"]
    # One subreddit of a time long ago is no coverage of now: it stays due, and its yield is known.
    assert (found["in_hand"], found["due"]) == (False, True)
    assert done["result"]["new"] > 0
    assert f"{done['result']['new']:,} new rows per run" in found["why"]
    api.http.delete("/tickers/TSLA")
