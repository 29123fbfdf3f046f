"""How fresh the data of a ticker is follows every end of a task that collects, once, and never goes back."""

import itertools
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
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task
from tests.stack.test_mirror_race import run_of, seen

RANGE = {"from": "2026-02-01", "to": "2026-02-20"}
CRAWL = {"ticker": "AMZN", "subreddits": ["stocks"], "date_range": RANGE, "limit": 5_000}
NEWEST = TaskFailure(type="RateLimited", message="X asked us to slow down.")

_numbers = itertools.count(1)


@pytest.fixture
def ticker() -> str:
    """One that no other test has."""
    return f"FR{next(_numbers)}"


@pytest_asyncio.fixture
async def engine(stack: RunningStack) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(stack.database_url, process="tests", pool_size=3)
    yield engine
    await engine.dispose()


def fresh(api: Api, ticker: str, source: str = "twitter") -> Any:
    """What the API says of one source."""
    reply = api.http.get("/freshness", params={"ticker": ticker, "source": source})
    assert reply.status_code == 200, reply.text
    [row] = reply.json()["freshness"] or [None]
    return row


def waiting(stack: RunningStack, api: Api, ticker: str, **days: Any) -> Callable[..., Outcome]:
    """Makes outcomes of a task that nobody will take."""
    id_ = api.submit("twitter_crawl", {"ticker": ticker, "date_range": days or {"last_days": 7}})
    run_id = run_of(stack, id_)

    def ends(status: TaskStatus, result: Any = None, error: TaskFailure | None = None) -> Outcome:
        return Outcome(task_id=id_, run_id=run_id, round=0, status=status, result=result, error=error)

    return ends


def succeeded(ends: Callable[..., Outcome], count: Any = 5) -> Outcome:
    return ends(TaskStatus.SUCCEEDED, {"posts_collected": count, "new": 1})


async def write(engine: AsyncEngine, *outcomes: Outcome) -> list[bool]:
    async with engine.begin() as connection:
        return await apply_outcomes(connection, outcomes)


def test_crawls_that_succeed_fail_and_are_retried(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    with stack.worker("reddit_crawl", environment=sources.environment()):
        good: Task = api.wait_for(api.submit("reddit_crawl", CRAWL), "succeeded", seconds=60)
        after_success = fresh(api, "$amzn", "reddit")
        bad = api.wait_for(api.submit("reddit_crawl", {**CRAWL, "subreddits": ["no_such_place"]}), "failed", seconds=60)
        after_failure = fresh(api, "AMZN", "reddit")
        assert api.command(good["id"], "retry").status_code in (200, 202)
        api.wait_for(good["id"], "succeeded", seconds=60)
        after_retry = fresh(api, "AMZN", "reddit")

    collected = good["result"]["posts_collected"]
    assert after_success == {
        "ticker": "AMZN", "data_source": "reddit", "last_error": None, "record_count": collected,
        "last_attempt_at": good["completed_at"], "last_success_at": good["completed_at"],
        "covered_from": "2026-02-01T00:00:00Z", "covered_to": "2026-02-21T00:00:00Z",
    }  # fmt: skip
    assert collected > 0
    assert after_failure == {
        **after_success, "last_error": bad["error"]["message"], "last_attempt_at": bad["completed_at"],
    }  # fmt: skip
    assert after_retry["last_error"] is None
    assert after_retry["record_count"] == 2 * collected
    assert after_retry["last_success_at"] == after_retry["last_attempt_at"] > after_failure["last_attempt_at"]


async def test_an_older_run_that_is_written_late_moves_nothing_back(
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    failing, late, newest = (waiting(stack, api, ticker, **RANGE) for _ in range(3))
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


async def test_an_outcome_that_is_written_twice_counts_once(
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    once, other = waiting(stack, api, ticker), waiting(stack, api, ticker)
    assert await write(engine, succeeded(once)) == [True]
    before = fresh(api, ticker)
    assert await write(engine, succeeded(once)) == [False]
    assert await write(engine, once(TaskStatus.FAILED, error=NEWEST)) == [False]
    assert fresh(api, ticker) == before
    assert await write(engine, succeeded(once), succeeded(other, 4)) == [False, True]
    assert fresh(api, ticker)["record_count"] == 9


async def test_two_ends_of_one_ticker_in_one_batch(
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    first, second = waiting(stack, api, ticker), waiting(stack, api, ticker)
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
    stack: RunningStack,
    api: Api,
    engine: AsyncEngine,
    ticker: str,
    spans: list[tuple[str, str]],
    covered: tuple[str, str],
) -> None:
    for start, end in spans:
        days = {"from": f"2026-01-{start}", "to": f"2026-01-{end}"}
        await write(engine, succeeded(waiting(stack, api, ticker, **days)))
    row = fresh(api, ticker)
    assert (row["covered_from"], row["covered_to"]) == tuple(f"2026-01-{day}T00:00:00Z" for day in covered)


async def test_a_failure_covers_nothing(stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str) -> None:
    await write(engine, waiting(stack, api, ticker)(TaskStatus.FAILED, error=NEWEST))
    row = fresh(api, ticker)
    assert (row["last_success_at"], row["covered_from"], row["covered_to"], row["record_count"]) == (
        None,
        None,
        None,
        0,
    )
    assert row["last_attempt_at"] is not None


async def test_cancelled_runs(stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str) -> None:
    untouched = waiting(stack, api, ticker)
    await write(engine, untouched(TaskStatus.CANCELLED))
    assert fresh(api, ticker) is None
    await write(engine, waiting(stack, api, ticker)(TaskStatus.FAILED, error=NEWEST))
    before = fresh(api, ticker)
    begun = waiting(stack, api, ticker)(TaskStatus.CANCELLED)
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(begun.task_id, begun.run_id, TaskStatus.CLAIMED)])
    await write(engine, begun)
    after = fresh(api, ticker)
    assert after["last_error"] == before["last_error"]
    assert after["last_attempt_at"] > before["last_attempt_at"]


@pytest.mark.parametrize("count", ["many", None, -3, True, [1]])
async def test_what_a_worker_or_a_stranger_says_wrongly_is_passed_over(
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str, count: Any
) -> None:
    ends = waiting(stack, api, ticker)
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
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    for _ in range(3):
        await write(engine, succeeded(waiting(stack, api, ticker), 10**30))
    assert fresh(api, ticker)["record_count"] == 2**31 - 1


async def test_the_list_has_pages_and_knows_its_filters(stack: RunningStack, api: Api, engine: AsyncEngine) -> None:
    tickers = ["FRA", "FRB.C", "FRD"]
    for each in tickers:
        await write(engine, succeeded(waiting(stack, api, each)))
    seen_, after = list[str](), "FQ/"
    while after and len(seen_) < 3:
        page = api.http.get("/freshness", params={"source": "twitter", "after": after, "limit": 1}).json()
        seen_ += [row["ticker"] for row in page["freshness"] if row["ticker"] in tickers]
        after = page["next"]
    assert seen_ == tickers
    assert fresh(api, "FRA", "news") is None
    assert api.http.get("/freshness", params={"tickr": "FRA"}).status_code == 422


async def test_the_span_of_last_days_ends_at_the_submission(
    stack: RunningStack, api: Api, engine: AsyncEngine, ticker: str
) -> None:
    outcome = succeeded(waiting(stack, api, ticker, last_days=3))
    await write(engine, outcome)
    row, submitted = fresh(api, ticker), datetime.fromisoformat(api.task(outcome.task_id)["created_at"])
    start, end = (datetime.fromisoformat(row[name]) for name in ("covered_from", "covered_to"))
    assert end == submitted
    assert (end - start).days == 3
