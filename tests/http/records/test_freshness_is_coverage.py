"""A source is as fresh as what is collected of it without a gap, whoever collected a part of it in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.settings import ServerSettings
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from services.agent.observation import look, weigh
from tests.http.records.test_freshness import ends_of, fresh, ticker, write
from tests.http.records.test_freshness import engine as engine
from tests.support.facade import Api, Facade

__all__ = ["ticker"]
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day(ago: int) -> str:
    return f"{TODAY - timedelta(days=ago):%Y-%m-%d}"


async def crawl(api: Api, engine: AsyncEngine, ticker: str, result: Any = None, **params: Any) -> None:
    """A crawl of Reddit that has succeeded."""
    ends = ends_of(api, "reddit_crawl", {"ticker": ticker, **params})
    await write(engine, ends(TaskStatus.SUCCEEDED, {"posts_collected": 5, **(result or {})}))


def age(api: Api, ticker: str) -> Any:
    api.http.put(f"/tickers/{ticker}", json={}).raise_for_status()
    query: dict[str, str | int] = {"ticker": ticker, "source": "reddit", "limit": 1}
    [need] = api.http.get("/agent/ranking", params=query).json()["ranking"]
    api.http.delete(f"/tickers/{ticker}")
    return need["age_hours"]


@pytest.mark.parametrize(
    ("part", "result"),
    [
        ({"subreddits": ["stocks"]}, {}),
        ({"limit": 5}, {}),
        ({"order": "best"}, {}),
        ({"date_range": {"last_days": 2}}, {}),
        # Where it was asked to look and could not.
        ({}, {"unreadable_subreddits": {"Stocks": "r/stocks is private"}}),
        ({"limit": 5}, {"complete": False, "reached_back_to": (TODAY - timedelta(days=1)).isoformat()}),
    ],
)
async def test_a_part_makes_nothing_fresh(
    api: Api, engine: AsyncEngine, ticker: str, part: dict[str, Any], result: dict[str, Any]
) -> None:
    await crawl(api, engine, ticker, result, **part)
    row = fresh(api, ticker, "reddit")
    assert row["last_success_at"] is not None
    assert row["fresh_to"] is None
    assert age(api, ticker) is None


@pytest.mark.parametrize(
    ("broad", "result"),
    [
        ({}, {}),
        ({"limit": 50, "comments": 3}, {}),
        ({"subreddits": ["Stocks", "investing", "wallstreetbets", "options"]}, {}),
        # Where no usual crawl looks.
        (
            {"subreddits": ["Stocks", "investing", "wallstreetbets", "options"]},
            {"complete": False, "unreadable_subreddits": {"options": "r/options is banned"}},
        ),
        # What a usual crawl does not reach, the next one would not reach either.
        ({}, {"complete": False, "reached_back_to": (TODAY - timedelta(days=1)).isoformat()}),
    ],
)
async def test_as_much_as_usual_is_fresh(
    api: Api, engine: AsyncEngine, ticker: str, broad: dict[str, Any], result: dict[str, Any]
) -> None:
    await crawl(api, engine, ticker, result, **broad)
    assert age(api, ticker) < 1


@pytest.mark.parametrize(("field", "is_part"), [("sources_failed", True), ("sources_cut", True), ("copies", False)])
async def test_a_feed_that_failed_makes_a_part(
    api: Api, engine: AsyncEngine, ticker: str, field: str, is_part: bool
) -> None:
    ends = ends_of(api, "news_crawl", {"ticker": ticker})
    await write(engine, ends(TaskStatus.SUCCEEDED, {"articles_collected": 3, "sources_read": 4, field: 1}))
    row = fresh(api, ticker, "news")
    assert row["last_success_at"] is not None
    assert (row["fresh_to"] is None, row["covered_to"] is None) == (is_part, is_part)


AGED = """UPDATE ticker_data_freshness SET refusing = CAST(replace(CAST(refusing AS text),
    to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD'),
    to_char(now() AT TIME ZONE 'utc' - interval '4 days', 'YYYY-MM-DD')) AS jsonb) WHERE ticker = :ticker"""
CLOSED = {"unreadable_subreddits": {"Stocks": "r/stocks is private"}}
REFUSED = {"sources_failed": 1, "sources_refused": {"cnbc": "It refuses programs (403)."}}


@pytest.mark.parametrize(
    ("type_", "source", "refused", "place", "worse", "part"),
    [
        ("news_crawl", "news", REFUSED, "cnbc", {"sources_failed": 2}, {"sources": ["nasdaq"]}),
        (
            "reddit_crawl",
            "reddit",
            CLOSED,
            "stocks",
            {"unreadable_subreddits": {"Stocks": "", "investing": ""}},
            {"subreddits": ["options"]},
        ),
    ],
)
async def test_a_place_that_refuses_for_days_is_named_and_no_longer_waited_for(
    api: Api, engine: AsyncEngine, ticker: str, type_: str, source: str, refused: Any, place: str, worse: Any, part: Any
) -> None:
    async def run(result: Any, **params: Any) -> tuple[bool, list[Any]]:
        await write(engine, ends_of(api, type_, {"ticker": ticker, **params})(TaskStatus.SUCCEEDED, result))
        row = fresh(api, ticker, source)
        cells = api.http.get("/metrics/coverage", params={"after": ticker[:-1], "limit": 200}).json()["tickers"]
        [cell] = [cell for each in cells if each["ticker"] == ticker for cell in each["cells"]]
        assert cell["refusing"] == row["refusing"]
        return row["fresh_to"] is not None, [(each["place"], each["left_out"]) for each in row["refusing"]]

    assert await run(refused) == (False, [(place, False)])
    async with engine.begin() as connection:
        await connection.execute(text(AGED), {"ticker": ticker})
    # A run of a part asks not all of them.
    assert await run({}, **part) == (False, [(place, False)])
    assert await run(refused) == (False, [(place, False)]), "two runs are no proof"
    # Another one is down meanwhile.
    assert await run(refused | worse) == (False, [(place, True)] + [("investing", False)] * (source == "reddit"))
    assert await run(refused) == (True, [(place, True)])
    if source == "news":
        # A timeout is no answer.
        assert await run({"sources_failed": 1}) == (True, [(place, True)])
        assert await run(refused) == (True, [(place, True)])
    assert await run({}) == (True, [])
    assert (await run(refused))[1] == [(place, False)], "from the beginning"


async def test_age_counts_from_the_first_gap(api: Api, engine: AsyncEngine, ticker: str) -> None:
    await crawl(api, engine, ticker, date_range={"from": day(40), "to": day(10)})
    await crawl(api, engine, ticker, date_range={"last_days": 2})
    row = fresh(api, ticker, "reddit")
    assert datetime.fromisoformat(row["fresh_to"]) == TODAY - timedelta(days=9)
    assert age(api, ticker) > 9 * 24
    await crawl(api, engine, ticker, date_range={"from": day(10), "to": day(1)})
    assert age(api, ticker) < 1


async def test_what_a_person_asks_for_wrongly_is_not_the_agents_failure(
    stack: Facade, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    unknown = TaskFailure(type="NotFound", message="There is no r/wallstretbets.", retryable=False)
    mistyped, usual = ({"ticker": each, **more} for each, more in ((ticker, {"subreddits": ["x"]}), (f"{ticker}U", {})))
    for params in (mistyped, usual):
        api.http.put(f"/tickers/{params['ticker']}", json={}).raise_for_status()
        await write(engine, ends_of(api, "reddit_crawl", params)(TaskStatus.FAILED, error=unknown))
    secrets = dict.fromkeys(("jwt_secret", "lease_secret"), "of-a-test-" * 4)
    settings = ServerSettings.model_validate({"database_url": stack.database_url, **secrets})
    async with engine.connect() as connection:
        given_up = weigh(await look(connection, settings), settings).healing.remedies
    for params in (mistyped, usual):
        api.http.delete(f"/tickers/{params['ticker']}")
    assert (ticker, "reddit") not in given_up
    assert given_up[f"{ticker}U", "reddit"].strategy is None
