"""The figures of a digest, and when digests are written."""

import re
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from contracts.agent.views import BudgetUseView
from contracts.alerts.messages import Period

LENGTHS = {Period.DAILY: timedelta(days=1), Period.WEEKLY: timedelta(days=7)}
OFF = "off"
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"


class Named(BaseModel):
    """How many of what."""

    name: str
    count: int


class Decided(BaseModel):
    """How many decisions of a kind came to what."""

    kind: str
    outcome: str
    count: int


class AgentDigest(BaseModel):
    """What the agent did between the same two moments."""

    #: running or paused, now.
    state: str
    rounds: int
    #: Rounds that could not decide all they had to.
    refused: int
    decisions: list[Decided]
    #: What these tasks cost; of those that are not over, what is reserved for them.
    tasks: int
    calls: int
    tokens: int
    usd: float
    #: How much of each limit is used now, in its own window.
    budget: list[BudgetUseView]


class DigestData(BaseModel):
    """What happened between two moments. Task counts are those of whole hours (UTC)."""

    period: Period
    since: datetime
    until: datetime
    created: int
    succeeded: int
    failed: int
    cancelled: int
    rejected: int
    #: Tickers with most tasks that succeeded.
    top_tickers: list[Named]
    top_errors: list[Named]
    #: Not over right now.
    open_tasks: int
    workers_online: int
    workers: int
    #: Sources of tracked tickers that are older than wanted.
    stale_sources: int
    #: Alerts that began in the time, and those that last.
    alerts: int
    alerts_firing: int
    #: What waits for a person right now. Digests of before have neither this nor the agent.
    escalations_open: int = 0
    awaiting_approval: int = 0
    agent: AgentDigest | None = None
    #: Schedules with runs that nobody started, and how many; groups of failures that were seen first, and how often.
    missed_schedules: list[Named] = Field(default_factory=list)
    new_failures: list[Named] = Field(default_factory=list)
    #: Triggers of which nothing came although it should have, and how often.
    failed_triggers: list[Named] = Field(default_factory=list)
    #: Parts that could not be put together: the others are told all the same.
    left_out: list[str] = Field(default_factory=list)

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed + self.cancelled + self.rejected


def daily_cron(text: str) -> str | None:
    """The cron line of ``08:00``; None for ``off``.

    Raises:
        ValueError: with a sentence.
    """
    found = re.fullmatch(_TIME, text.strip())
    if text.strip() == OFF:
        return None
    if not found:
        raise ValueError(f"'{text}' must be a time such as 08:00, or {OFF}")
    return f"{int(found[2])} {int(found[1])} * * *"


def weekly_cron(text: str) -> str | None:
    """The cron line of ``mon 08:00``; None for ``off``.

    Raises:
        ValueError: with a sentence.
    """
    found = re.fullmatch(rf"({'|'.join(_DAYS)}) {_TIME}", text.strip().lower())
    if text.strip() == OFF:
        return None
    if not found:
        raise ValueError(f"'{text}' must be a day and a time such as mon 08:00, or {OFF}")
    return f"{int(found[3])} {int(found[2])} * * {_DAYS.index(found[1])}"
