"""How fresh the data of a ticker is follows every end of a task that collects, once, and never goes back."""

import itertools
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Outcome, TaskFailure
from db.engine import make_engine
from db.tasks.mirror import apply_attempts, apply_outcome, apply_outcomes
from tests.http.tasks.test_mirror_race import seen
from tests.support.facade import Api, Facade

RANGE = {"from": "2026-02-01", "to": "2026-02-20"}
NEWEST = TaskFailure(type="RateLimited", message="X asked us to slow down.")

_numbers = itertools.count(1)


@pytest.fixture
def ticker() -> str:
    """One that no other test has."""
    return f"FR{next(_numbers)}"


@pytest_asyncio.fixture
async def engine(stack: Facade) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(stack.database_url, process="tests", pool_size=3)
    yield engine
    await engine.dispose()


def fresh(api: Api, ticker: str, source: str = "twitter") -> Any:
    """What the API says of one source."""
    reply = api.http.get("/freshness", params={"ticker": ticker, "source": source})
    assert reply.status_code == 200, reply.text
    [row] = reply.json()["freshness"] or [None]
    return row


def waiting(api: Api, ticker: str, **days: Any) -> Callable[..., Outcome]:
    """Makes outcomes of a crawl of X that nobody will take."""
    return ends_of(api, "twitter_crawl", {"ticker": ticker, "date_range": days or {"last_days": 7}})


def ends_of(api: Api, task_type: str, params: dict[str, Any]) -> Callable[..., Outcome]:
    """Makes outcomes of a task that nobody will take."""
    id_ = api.submit(task_type, params)
    run_id = str(uuid.uuid4())

    def ends(status: TaskStatus, result: Any = None, error: TaskFailure | None = None) -> Outcome:
        return Outcome(task_id=id_, run_id=run_id, round=0, status=status, result=result, error=error)

    return ends


def succeeded(ends: Callable[..., Outcome], count: Any = 5) -> Outcome:
    return ends(TaskStatus.SUCCEEDED, {"posts_collected": count, "new": 1})


async def write(engine: AsyncEngine, *outcomes: Outcome) -> list[bool]:
    async with engine.begin() as connection:
        return await apply_outcomes(connection, outcomes)


async def test_an_older_run_that_is_written_late_moves_nothing_back(api: Api, engine: AsyncEngine, ticker: str) -> None:
    failing, late, newest = (waiting(api, ticker, **RANGE) for _ in range(3))
    async with engine.connect() as first, engine.connect() as second:
        for older in (first, second):
            await older.execute(text("SELECT now()"))
        await write(engine, succeeded(newest))
        before = fresh(api, ticker)
        await apply_outcome(first, failing(TaskStatus.FAILED, error=NEWEST))
        await first.commit()
        assert fresh(api, ticker) == before
        await apply_outcome(second, succeeded(late, 2))
        await second.commit()
    after = fresh(api, ticker)
    assert after == {**before, "record_count": 7}


async def test_an_outcome_that_is_written_twice_counts_once(api: Api, engine: AsyncEngine, ticker: str) -> None:
    once, other = waiting(api, ticker), waiting(api, ticker)
    assert await write(engine, succeeded(once)) == [True]
    before = fresh(api, ticker)
    assert await write(engine, succeeded(once)) == [False]
    assert await write(engine, once(TaskStatus.FAILED, error=NEWEST)) == [False]
    assert fresh(api, ticker) == before
    assert await write(engine, succeeded(once), succeeded(other, 4)) == [False, True]
    assert fresh(api, ticker)["record_count"] == 9


async def test_two_ends_of_one_ticker_in_one_batch(api: Api, engine: AsyncEngine, ticker: str) -> None:
    first, second = waiting(api, ticker), waiting(api, ticker)
    assert await write(engine, succeeded(first), second(TaskStatus.FAILED, error=NEWEST)) == [True, True]
    row = fresh(api, ticker)
    assert (row["record_count"], row["last_error"]) == (5, "X asked us to slow down.")


@pytest.mark.parametrize(
    ("spans", "covered"),
    [
        ([("01", "05"), ("04", "09")], ("01", "10")),
        ([("04", "09"), ("01", "05")], ("01", "10")),
        ([("01", "05"), ("06", "09")], ("01", "10")),
        ([("01", "09"), ("03", "04")], ("01", "10")),
        ([("01", "03"), ("07", "09")], ("07", "10")),
        ([("07", "09"), ("01", "03")], ("07", "10")),
    ],
)
async def test_spans_that_meet_become_one(
    api: Api,
    engine: AsyncEngine,
    ticker: str,
    spans: list[tuple[str, str]],
    covered: tuple[str, str],
) -> None:
    for start, end in spans:
        days = {"from": f"2026-01-{start}", "to": f"2026-01-{end}"}
        await write(engine, succeeded(waiting(api, ticker, **days)))
    row = fresh(api, ticker)
    assert (row["covered_from"], row["covered_to"]) == tuple(f"2026-01-{day}T00:00:00Z" for day in covered)


async def test_a_failure_covers_nothing(api: Api, engine: AsyncEngine, ticker: str) -> None:
    await write(engine, waiting(api, ticker)(TaskStatus.FAILED, error=NEWEST))
    row = fresh(api, ticker)
    assert (row["last_success_at"], row["covered_from"], row["covered_to"], row["record_count"]) == (
        None,
        None,
        None,
        0,
    )
    assert row["last_attempt_at"] is not None


async def test_cancelled_runs(api: Api, engine: AsyncEngine, ticker: str) -> None:
    untouched = waiting(api, ticker)
    await write(engine, untouched(TaskStatus.CANCELLED))
    assert fresh(api, ticker) is None
    await write(engine, waiting(api, ticker)(TaskStatus.FAILED, error=NEWEST))
    before = fresh(api, ticker)
    begun = waiting(api, ticker)(TaskStatus.CANCELLED)
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(begun.task_id, begun.run_id, TaskStatus.CLAIMED)])
    await write(engine, begun)
    after = fresh(api, ticker)
    assert after["last_error"] == before["last_error"]
    assert after["last_attempt_at"] > before["last_attempt_at"]


@pytest.mark.parametrize("count", ["many", None, -3, True, [1]])
async def test_what_a_worker_or_a_stranger_says_wrongly_is_passed_over(
    api: Api, engine: AsyncEngine, ticker: str, count: Any
) -> None:
    ends = waiting(api, ticker)
    outcome = succeeded(ends, count)
    async with engine.begin() as connection:
        params = '{"ticker": 1, "date_range": "nonsense"}'
        await connection.execute(
            text("UPDATE tasks SET params = CAST(:params AS jsonb) WHERE id = :id"),
            {"params": params, "id": outcome.task_id},
        )
    assert await write(engine, outcome) == [True]
    row = fresh(api, ticker)
    assert (row["record_count"], row["covered_to"]) == (0, None)
    assert row["last_success_at"] is not None


async def test_counts_that_are_too_large_stop_at_the_end_of_the_scale(
    api: Api, engine: AsyncEngine, ticker: str
) -> None:
    for _ in range(3):
        await write(engine, succeeded(waiting(api, ticker), 10**30))
    assert fresh(api, ticker)["record_count"] == 2**31 - 1


async def test_the_list_has_pages_and_knows_its_filters(api: Api, engine: AsyncEngine) -> None:
    tickers = ["FRA", "FRB.C", "FRD"]
    for each in tickers:
        await write(engine, succeeded(waiting(api, each)))
    seen_, after = list[str](), "FQ/"
    while after and len(seen_) < 3:
        page = api.http.get("/freshness", params={"source": "twitter", "after": after, "limit": 1}).json()
        seen_ += [row["ticker"] for row in page["freshness"] if row["ticker"] in tickers]
        after = page["next"]
    assert seen_ == tickers
    assert fresh(api, "FRA", "news") is None
    assert api.http.get("/freshness", params={"tickr": "FRA"}).status_code == 422


async def test_the_span_of_last_days_ends_at_the_submission(api: Api, engine: AsyncEngine, ticker: str) -> None:
    outcome = succeeded(waiting(api, ticker, last_days=3))
    await write(engine, outcome)
    row, submitted = fresh(api, ticker), datetime.fromisoformat(api.task(outcome.task_id)["created_at"])
    start, end = (datetime.fromisoformat(row[name]) for name in ("covered_from", "covered_to"))
    assert end == submitted
    assert (end - start).days == 3


def test_a_type_says_what_it_keeps_fresh(api: Api) -> None:
    """So that a cell of the coverage can be collected: every source is kept fresh by one type."""
    types = api.http.get("/task-types").json()["task_types"]
    collectors = {each["source"]: each["name"] for each in types if each["source"]}
    assert collectors["reddit"] == "reddit_crawl"
    assert list(collectors) == api.http.get("/metrics/coverage").json()["sources"]
    assert {each["source"] for each in types if each["name"] in ("echo", "api_update")} == {None}
