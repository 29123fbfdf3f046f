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


# Made of strategies that stand here once: those made anew in each example took most of the time of these tests.
_candidates = st.lists(
    st.tuples(
        places,
        st.none() | st.floats(0, 500),
        st.integers(0, 10**6),
        st.none() | st.floats(-1, 1),
        st.floats(0, 1),
    ),
    unique_by=lambda drawn: drawn[0],
    max_size=30,
)
_failed = st.lists(
    st.tuples(
        places,
        minutes_ago,
        st.integers(0, 90),
        st.sampled_from(("SourceUnavailable", "RateLimited", "NotFound", "CredentialsRefused", "WorkerLost")),
        st.sampled_from(("HTTP 503 at https://x.test/1", "no such ticker A", "gave up after 5 s")),
        st.none() | st.sampled_from(Strategy),
        st.none() | st.just("w1"),
    ),
    max_size=25,
)


def needs() -> st.SearchStrategy[list[Need]]:
    """One for each place, ranked."""
    return _candidates.map(lambda drawn: rank([_candidate(*each) for each in drawn], RankingWeights()))


def _candidate(
    place: tuple[str, str], age_hours: float | None, watchers: int, trend: float | None, usd_per_run: float
) -> Candidate:
    ticker, source = place
    return Candidate(
        ticker=ticker,
        source=source,
        age_hours=age_hours,
        target_hours=DEFAULT_TARGETS[source],
        watchers=watchers,
        trend=trend,
        usd_per_run=usd_per_run,
    )


def failures() -> st.SearchStrategy[list[Failure]]:
    """Of the last week, each with a task of its own."""
    return _failed.map(lambda drawn: [_failure(number, *each) for number, each in enumerate(drawn)])


def _failure(
    number: int,
    place: tuple[str, str],
    ago: int,
    took: int,
    error_type: str,
    message: str,
    strategy: Strategy | None,
    worker_id: str | None,
) -> Failure:
    failed_at = NOW - timedelta(minutes=ago)
    return Failure(
        task_id=f"task-{number}",
        ticker=place[0],
        source=place[1],
        error_type=error_type,
        message=message,
        created_at=failed_at - timedelta(minutes=took),
        failed_at=failed_at,
        strategy=strategy,
        worker_id=worker_id,
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
