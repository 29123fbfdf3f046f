"""The agent's policy and budget, as people set them, and the kinds and outcomes of its decisions."""

from datetime import timedelta
from enum import StrEnum
from typing import Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from contracts.agent.ranking import DEFAULT_TARGETS
from contracts.honest_numbers import HonestNumbers
from contracts.records.sources import SOURCES

#: The scope of a limit that counts everything.
ALL = "all"
#: What advice is counted under, as if it were a source.
ADVISER = "adviser"
_SCOPES = (ALL, ADVISER, *(source.name for source in SOURCES.values()), *SOURCES)
#: Fits a Postgres bigint with room for sums.
_MOST = 10**15


class BudgetUnit(StrEnum):
    """What is counted, in whole numbers, so that sums are exact."""

    TASKS = "tasks"
    #: Requests to a source, or to a model.
    CALLS = "calls"
    #: Of models, in and out.
    TOKENS = "tokens"
    #: Millionths of a dollar.
    USD_MICROS = "usd_micros"


class BudgetWindow(StrEnum):
    """Any so long a time that ends now: it slides, so no clock's turn lets twice as much through."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        return timedelta(hours=1) if self is BudgetWindow.HOUR else timedelta(days=1)


class BudgetLimit(HonestNumbers):
    """At most so much of one unit in any window of time. 0: nothing at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: str = Field(default=ALL, description="'all', a source such as reddit, or a task type such as reddit_crawl")
    unit: BudgetUnit
    most: int = Field(ge=0, le=_MOST, strict=True)
    window: BudgetWindow

    @field_validator("scope")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in _SCOPES:
            raise ValueError(f"'{value}' is no scope of a budget; use {', '.join(_SCOPES)}")
        return value

    def counts(self, source: str, task_type: str) -> bool:
        """Whether a task of this kind takes from it."""
        return self.scope in (ALL, source, task_type)

    def __str__(self) -> str:
        return f"{self.most:,} {self.unit} per {self.window} ({self.scope})"


class TrendingSymbols(StrEnum):
    """Whether the agent looks for symbols that trend and that nobody tracks, and what it does then."""

    OFF = "off"
    #: A person is told.
    TELL = "tell"
    #: They are tracked from then on, and a person is told. What a person put on the list untracked stays so.
    TRACK = "track"


class Policy(HonestNumbers):
    """How the agent goes about it. Times are minutes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    interval_minutes: float = Field(default=15, gt=0, le=1_440, description="From one round to the next")
    sources_off: frozenset[str] = Field(default=frozenset(), description="Sources that are left alone")
    most_tasks_per_round: int = Field(default=20, ge=0, le=1_000)
    minimum_score: float = Field(default=0, ge=0, le=100, allow_inf_nan=False)
    #: A source is sick when it has failed so many different tickers, with no success in between.
    sick_after_tickers: int = Field(default=3, ge=1, le=1_000)
    #: From there to the first probe; doubles with each probe that fails, up to the longest.
    probe_after_minutes: float = Field(default=30, gt=0, le=10_080)
    longest_probe_minutes: float = Field(default=480, gt=0, le=10_080)
    #: Probes of a sick source that fail before a person is told.
    probes_before_escalation: int = Field(default=2, ge=0, le=1_000)
    #: How long the strategy `later` waits.
    later_minutes: float = Field(default=360, gt=0, le=10_080)
    #: How often what was given up is still tried.
    given_up_minutes: float = Field(default=1_440, gt=0, le=525_600)
    #: What becomes of symbols that rise in the collected posts and that nobody tracks.
    trending: TrendingSymbols = TrendingSymbols.TELL

    @field_validator("sources_off")
    @classmethod
    def _are_sources(cls, value: frozenset[str]) -> frozenset[str]:
        unknown = value - DEFAULT_TARGETS.keys()
        if unknown:
            raise ValueError(f"'{min(unknown)}' is no source; use {', '.join(DEFAULT_TARGETS)}")
        return value

    @model_validator(mode="after")
    def _probes_slow_down(self) -> Self:
        if self.longest_probe_minutes < self.probe_after_minutes:
            raise ValueError("longest_probe_minutes must not be below probe_after_minutes")
        return self


class ChoiceKind(StrEnum):
    """What a decision does."""

    CRAWL = "crawl"
    #: One task that finds out whether a sick source is well again, or whether what was given up works by now.
    PROBE = "probe"
    #: A failed task once more, in another way.
    RETRY = "retry"
    #: A person is told. Creates no task.
    ESCALATE = "escalate"
    #: A model was asked about the order. Creates no task.
    ADVICE = "advice"
    #: A symbol trends that nobody tracks. Creates no task.
    DISCOVER = "discover"


class Strategy(StrEnum):
    """What a retry does differently. In this order, each once."""

    SMALLER = "smaller"
    OTHER_WORKER = "other_worker"
    LATER = "later"


class WhyNot(StrEnum):
    """Why something that is due was not chosen."""

    OFF = "off"
    IN_HAND = "in_hand"
    LOW_SCORE = "low_score"
    SICK = "sick"
    #: It failed, and what comes next comes later.
    RESTING = "resting"
    ROUND_FULL = "round_full"
    BUDGET = "budget"
