"""What the agent would collect next, as people see it: from real rows, and nothing is created."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.http.records.ranked import TARGETS, needs, put, ranking
from tests.http.records.test_trending import POST
from tests.support.facade import Api, Facade

FRESH = """
INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, last_attempt_at, covered_from, covered_to)
VALUES (%s, %s, now() - %s * interval '1 hour', now(), now() - interval '30 days', now() - %s * interval '1 hour')
"""
SENTIMENT = """
INSERT INTO reddit_sentiment (ticker, post_id, scorer, label, score, task_id, attempt, fetched_at)
VALUES (%s, %s, %s, 'x', %s, gen_random_uuid(), 1, now() - %s * interval '1 day')
"""
EVERYTHING = "SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM outbox) AS outbox"


@pytest.fixture(scope="module")
def watched(stack: Facade) -> Iterator[None]:
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


@pytest.mark.usefixtures("watched")
def test_every_source_of_every_tracked_ticker_is_ranked(stack: Facade, api: Api) -> None:
    before = stack.rows(EVERYTHING)
    answer = ranking(api)
    scores = [each["score"] for each in answer["ranking"]]
    assert scores == sorted(scores, reverse=True)
    assert {each["source"] for each in answer["ranking"] if each["ticker"] == "RKNEW"} == TARGETS.keys()
    assert "RKOFF" not in {each["ticker"] for each in answer["ranking"]}
    assert answer["candidates"] == len(TARGETS) * answer["tickers"]
    assert stack.rows(EVERYTHING) == before


@pytest.mark.usefixtures("watched")
def test_hot_tickers_are_due_earlier_than_quiet_ones(api: Api) -> None:
    found = needs(api, source="reddit")
    hot, calm, new = (found[ticker, "reddit"] for ticker in ("RKHOT", "RKCALM", "RKNEW"))
    assert hot["age_hours"] == pytest.approx(calm["age_hours"], abs=0.1)
    assert hot["score"] > calm["score"]
    assert (hot["due"], calm["due"], new["due"]) == (True, False, True)
    assert hot["interval_hours"] < 24 < calm["interval_hours"] == pytest.approx(72)
    assert (new["age_hours"], new["why"].split(",")[0]) == (None, "Never collected")
    assert "mentions rise" in hot["why"]
    assert sum(part["points"] for part in hot["parts"]) == pytest.approx(hot["score"], abs=0.01)
    assert ("RKHOT", "reddit") in needs(api, due=True)
    assert ("RKHOT", "reddit") not in needs(api, due=False)


@pytest.mark.usefixtures("watched")
def test_the_signals_of_a_ticker(api: Api) -> None:
    hot = api.http.get("/tickers/RKHOT").json()["signals"]
    # Counted back from where reddit was collected to, twenty hours ago: forty since then and a day, five before.
    [reddit] = hot["by_source"]
    assert (reddit["source"], reddit["recent"], reddit["before"], hot["mentions"]) == ("reddit", 40, 5, 40)
    assert hot["trend"] == pytest.approx(1 - 20 / 55)
    assert (hot["mood"]["recent"], hot["mood"]["before"]) == pytest.approx((0.6, -0.2))
    assert hot["score_change"] == pytest.approx(0.8)
    calm = api.http.get("/tickers/RKCALM").json()["signals"]
    assert (calm["mentions"], calm["trend"], calm["score_change"]) == (0, 0, 0)
    unknown = api.http.get("/tickers/RKNEW").json()["signals"]
    assert (unknown["mentions"], unknown["trend"], unknown["mood"]) == (None, None, None)


@pytest.mark.usefixtures("watched")
def test_other_weights_are_tried_without_a_trace(api: Api) -> None:
    usual, tried = ranking(api), ranking(api, watchers=0, trend=0, score_change=0, earnings=0)
    assert tried["weights"] == {**usual["weights"], "watchers": 0, "trend": 0, "score_change": 0, "earnings": 0}
    before, after = needs(api), needs(api, watchers=500)
    assert after["RKHOT", "reddit"]["score"] != before["RKHOT", "reddit"]["score"]
    assert ranking(api)["weights"] == usual["weights"]


@pytest.mark.usefixtures("watched")
def test_earnings_bring_a_ticker_forward(stack: Facade, api: Api) -> None:
    before = needs(api, ticker="RKCALM")["RKCALM", "reddit"]
    [today] = stack.rows("SELECT (now() AT TIME ZONE 'UTC')::date + 1 AS day")
    put(api, "RKCALM", earnings_date=str(today["day"]))
    after = needs(api, ticker="RKCALM")["RKCALM", "reddit"]
    put(api, "RKCALM", earnings_date=None)
    assert after["score"] > before["score"]
    assert "earnings in 1 d" in after["why"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"trend": "-1"}, "trend: must be at least 0"),
        ({"cost": "nan"}, "cost: must be a finite number"),
        (
            dict.fromkeys(["staleness", "watchers", "trend", "earnings", "score_change", "past_yield", "cost"], 0),
            "at least one",
        ),
        ({"source": "tea leaves"}, "'tea leaves' is no source that is kept fresh. Use reddit,"),
        ({"hype": 3}, "query.hype"),
        ({"limit": 0}, "query.limit"),
    ],
)
def test_questions_that_make_no_sense(api: Api, query: dict[str, Any], said: str) -> None:
    reply = api.http.get("/agent/ranking", params=query)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]
