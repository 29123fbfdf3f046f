"""The simulated outside world: posts about each ticker, sources that are down, ends of tasks.

Nothing is left to chance: whatever looks random is a hash of names.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from contracts.agent.policy import BudgetLimit, BudgetUnit, BudgetWindow, Policy
from contracts.records.sources import SOURCES
from contracts.tasks.work import TaskFailure

START = datetime(2026, 3, 2, tzinfo=UTC)
#: Sources whose rows are mentions, and what part of what is written is in each.
_SHARES = {"reddit": 0.6, "twitter": 0.3, "news": 0.1}
#: One run in so many fails for a reason of its own.
_HICCUP = 50


def chance(*names: object) -> float:
    """From 0 to 1, always the same for the same names."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


@dataclass(frozen=True)
class World:
    """A smaller one is for tests."""

    tickers: int = 100
    days: float = 7
    #: Tickers that more and more is written about for some days, twice as much every twelve hours.
    trending: int = 3
    trend_from: timedelta = timedelta(days=1)
    trend_for: timedelta = timedelta(days=3)
    #: A source that answers nobody.
    down: str = "reddit"
    down_from: timedelta = timedelta(days=4)
    down_for: timedelta = timedelta(days=1)
    #: A ticker that one source does not know.
    unknown: str = "sec"
    #: Share of the days on which eight times as much is written about a ticker.
    bursts: float = 0.0
    #: Other worlds of the same kind.
    seed: int = 0
    policy: Policy = field(default_factory=lambda: Policy(most_tasks_per_round=20))
    limits: tuple[BudgetLimit, ...] = (
        BudgetLimit(unit=BudgetUnit.TASKS, most=40, window=BudgetWindow.HOUR),
        BudgetLimit(scope="news", unit=BudgetUnit.CALLS, most=1_800, window=BudgetWindow.HOUR),
        BudgetLimit(unit=BudgetUnit.TOKENS, most=9_000_000, window=BudgetWindow.DAY),
        # Too little for all summaries: those that matter less have to wait.
        BudgetLimit(scope="summary", unit=BudgetUnit.USD_MICROS, most=500_000, window=BudgetWindow.DAY),
    )

    #: Of the samples, so many have to be in time where no budget stands in the way.
    in_time: float = 0.99

    @property
    def short_of_money(self) -> frozenset[str]:
        """Sources with a budget in dollars of their own: it is made to be too small."""
        return frozenset(
            each.scope for each in self.limits if each.scope != "all" and each.unit == BudgetUnit.USD_MICROS
        )

    @property
    def end(self) -> datetime:
        return START + timedelta(days=self.days)

    def chance(self, *names: object) -> float:
        """As `chance`, for this world."""
        return chance(*names, self.seed) if self.seed else chance(*names)

    @cached_property
    def names(self) -> list[str]:
        """By number of watchers."""
        return ["T" + chr(65 + n // 26) + chr(65 + n % 26) for n in range(self.tickers)]

    @cached_property
    def hot(self) -> list[str]:
        """Not the ones that most people watch: they have to be noticed."""
        return self.names[self.tickers // 2 :][: self.trending]

    @property
    def stranger(self) -> str:
        """The ticker that `unknown` does not know."""
        return self.names[-1]

    def watchers(self, ticker: str) -> int:
        return 20_000 // (1 + self.names.index(ticker))

    def is_down(self, source: str, at: datetime) -> bool:
        begin = START + self.down_from
        return source == self.down and begin <= at < begin + self.down_for

    def posts_per_day(self, ticker: str, source: str, at: datetime) -> float:
        """How much is written."""
        usual = 4 + 30 * self.chance(ticker, "rate") ** 2
        if self.bursts and self.chance(ticker, at.date(), "burst") < self.bursts:
            usual *= 8
        if ticker in self.hot:
            grown = min(max(at - START - self.trend_from, timedelta()), self.trend_for)
            usual *= 2 ** (grown / timedelta(hours=12))
        return usual * _SHARES.get(source, 0)

    def takes(self, ticker: str, source: str, created_at: datetime) -> timedelta:
        """From a task's creation to its end."""
        return timedelta(minutes=2 + 13 * self.chance(ticker, source, created_at, "takes"))

    def failure(self, ticker: str, source: str, at: datetime) -> TaskFailure | None:
        """How a task fails that ends at this time; None if it succeeds."""
        if self.is_down(source, at):
            return TaskFailure(type="SourceUnavailable", message=f"{source} answered 503 Service Unavailable.")
        if source == self.unknown and ticker == self.stranger:
            return TaskFailure(type="NotFound", message=f"{source} knows no {ticker}.", retryable=False)
        if self.chance(ticker, source, at, "hiccup") < 1 / _HICCUP:
            return TaskFailure(type="WorkerLost", message="The worker fell silent.")
        return None


def month() -> World:
    """A wave, an outage, and here and there a day on which everybody writes about one ticker."""
    return World(
        tickers=40,
        days=30,
        trend_from=timedelta(days=7),
        trend_for=timedelta(days=4),
        down_from=timedelta(days=17),
        bursts=0.03,
        in_time=0.95,
        policy=Policy(interval_minutes=30, most_tasks_per_round=20),
        limits=(
            BudgetLimit(unit=BudgetUnit.TASKS, most=40, window=BudgetWindow.HOUR),
            BudgetLimit(scope="news", unit=BudgetUnit.CALLS, most=1_800, window=BudgetWindow.HOUR),
            BudgetLimit(unit=BudgetUnit.TOKENS, most=9_000_000, window=BudgetWindow.DAY),
            # Too little for all summaries: those that matter less have to wait.
            BudgetLimit(scope="summary", unit=BudgetUnit.USD_MICROS, most=250_000, window=BudgetWindow.DAY),
        ),
    )


def small_world(seed: int) -> World:
    """Some days of a few tickers, which look different for each seed."""
    return World(
        tickers=12,
        days=3.5,
        seed=seed,
        # One night of one ticker are two of a hundred hours here.
        in_time=0.95,
        trending=2,
        trend_from=timedelta(hours=12),
        trend_for=timedelta(days=3),
        down_from=timedelta(hours=60),
        down_for=timedelta(hours=12),
        policy=Policy(interval_minutes=30, most_tasks_per_round=20),
        limits=(
            BudgetLimit(unit=BudgetUnit.TASKS, most=40, window=BudgetWindow.HOUR),
            BudgetLimit(scope="summary", unit=BudgetUnit.USD_MICROS, most=80_000, window=BudgetWindow.DAY),
        ),
    )


SOURCE_OF = {type_: source.name for type_, source in SOURCES.items()}
