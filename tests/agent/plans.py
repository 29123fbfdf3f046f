"""What hypothesis makes up for the tests of planning and healing."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from agent.budgets import Limit
from agent.failures import Failure
from agent.needs import Candidate, Need
from agent.scoring import rank
from contracts.agent.policy import BudgetUnit, BudgetWindow, Strategy
from contracts.agent.ranking import DEFAULT_TARGETS, RankingWeights
from contracts.records.sources import SOURCES

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCE_NAMES = tuple(DEFAULT_TARGETS)
TICKERS = tuple("ABCDEFGH")

places = st.tuples(st.sampled_from(TICKERS), st.sampled_from(SOURCE_NAMES))
scopes = st.sampled_from(("all", *SOURCE_NAMES, *SOURCES))
limits = st.lists(
    st.builds(
        Limit,
        scope=scopes,
        unit=st.sampled_from(BudgetUnit),
        most=st.integers(0, 12) | st.integers(0, 400_000),
        window=st.sampled_from(BudgetWindow),
    ),
    unique=True,
    max_size=6,
)
minutes_ago = st.integers(0, 7 * 24 * 60)


@st.composite
def needs(draw: st.DrawFn) -> list[Need]:
    """One for each place, ranked."""
    chosen = draw(st.lists(places, unique=True, max_size=30))
    return rank([draw(_candidate(*place)) for place in chosen], RankingWeights())


def _candidate(ticker: str, source: str) -> st.SearchStrategy[Candidate]:
    return st.builds(
        Candidate,
        ticker=st.just(ticker),
        source=st.just(source),
        age_hours=st.none() | st.floats(0, 500),
        target_hours=st.just(DEFAULT_TARGETS[source]),
        watchers=st.integers(0, 10**6),
        trend=st.none() | st.floats(-1, 1),
        usd_per_run=st.floats(0, 1),
    )


@st.composite
def failures(draw: st.DrawFn) -> list[Failure]:
    """Of the last week, each with a task of its own."""
    times = draw(st.lists(st.tuples(places, minutes_ago, st.integers(0, 90)), max_size=25))
    return [draw(_failure(number, *each)) for number, each in enumerate(times)]


def _failure(number: int, place: tuple[str, str], ago: int, took: int) -> st.SearchStrategy[Failure]:
    failed_at = NOW - timedelta(minutes=ago)
    return st.builds(
        Failure,
        task_id=st.just(f"task-{number}"),
        ticker=st.just(place[0]),
        source=st.just(place[1]),
        error_type=st.sampled_from(
            ("SourceUnavailable", "RateLimited", "NotFound", "CredentialsRefused", "WorkerLost")
        ),
        message=st.sampled_from(("HTTP 503 at https://x.test/1", "no such ticker A", "gave up after 5 s")),
        created_at=st.just(failed_at - timedelta(minutes=took)),
        failed_at=st.just(failed_at),
        strategy=st.none() | st.sampled_from(Strategy),
        worker_id=st.none() | st.just("w1"),
    )


successes = st.dictionaries(places, minutes_ago.map(lambda ago: NOW - timedelta(minutes=ago)), max_size=6)


def failure(
    number: int,
    ticker: str = "A",
    source: str = "reddit",
    error_type: str = "SourceUnavailable",
    message: str = "HTTP 503",
    *,
    at: float,
    took: float = 1,
    strategy: Strategy | None = None,
) -> Failure:
    """One by hand; ``at`` in minutes after `NOW`."""
    failed_at = NOW + timedelta(minutes=at)
    began = failed_at - timedelta(minutes=took)
    return Failure(f"t{number}", ticker, source, error_type, message, began, failed_at, strategy, f"w{number}")
