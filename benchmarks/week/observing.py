"""Measures the simulated week from the database once an hour: the age of each source of each ticker."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.agent.ranking import DEFAULT_TARGETS, RankingWeights
from services.agent.ranking import Wanted, gather, needs_of

#: After its interval: the next round, the task itself, and its turn in the budget of an hour.
SLACK_HOURS = 1.25


@dataclass(frozen=True)
class Sample:
    """One source of one ticker. ``hours_late``: beyond its interval; None: never collected."""

    at: datetime
    ticker: str
    source: str
    interval_hours: float
    hours_late: float | None

    @property
    def late(self) -> bool:
        return self.hours_late is None or self.hours_late > SLACK_HOURS


@dataclass
class Diary:
    """All samples."""

    samples: list[Sample] = field(default_factory=list)
    _next: datetime | None = None

    async def look(self, engine: AsyncEngine, now: datetime) -> None:
        """Once an hour."""
        if self._next is not None and now < self._next:
            return
        self._next = now + timedelta(hours=1)
        async with engine.connect() as connection:
            self.samples += await _samples(connection, now)

    def of(self, source: str, since: datetime, until: datetime) -> list[Sample]:
        return [each for each in self.samples if each.source == source and since <= each.at < until]


async def _samples(connection: AsyncConnection, now: datetime) -> list[Sample]:
    known = await gather(connection, Wanted(limit=0))
    needs = needs_of(known, RankingWeights(), DEFAULT_TARGETS, now)
    return [
        Sample(
            now,
            each.candidate.ticker,
            each.candidate.source,
            each.interval_hours,
            None if each.candidate.age_hours is None else each.candidate.age_hours - each.interval_hours,
        )
        for each in needs
    ]


_LEDGER = text("""
SELECT t.id AS task_id, t.ticker, t.type, t.status, t.created_at, t.completed_at, d.id AS decision_id, d.kind,
    d.source, d.reason, d.created_at AS decided_at, r.at, r.source AS reserved_source, r.task_type, r.tasks, r.calls,
    r.tokens, r.usd_micros, r.estimate, r.settled_at
FROM tasks t
FULL JOIN agent_reservations r ON r.task_id = t.id
FULL JOIN agent_decisions d ON d.id = r.decision_id
ORDER BY d.created_at, d.id
""")


@dataclass(frozen=True)
class Entry:
    """A line of the ledger with its task. None: there is none."""

    task_id: object
    ticker: str | None
    type: str | None
    status: str | None
    created_at: datetime | None
    completed_at: datetime | None
    decision_id: object
    kind: str | None
    source: str | None
    reason: str | None
    decided_at: datetime | None
    at: datetime | None
    reserved_source: str | None
    task_type: str | None
    tasks: int | None
    calls: int | None
    tokens: int | None
    usd_micros: int | None
    estimate: dict[str, int] | None
    settled_at: datetime | None

    def counted(self, unit: str, at: datetime) -> int:
        """What it took from the budget at that time."""
        settled = self.settled_at is not None and self.settled_at <= at
        return int(getattr(self, unit) or 0) if settled or unit == "tasks" else int((self.estimate or {}).get(unit, 0))


async def ledger(connection: AsyncConnection) -> list[Entry]:
    """Every task and every decision, joined by the books."""
    return [Entry(**row) for row in (await connection.execute(_LEDGER)).mappings()]
