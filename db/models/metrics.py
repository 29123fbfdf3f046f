"""Roll-ups of what happened to tasks, and of what the agent did, kept by core (db/metrics/rollup.py), and what was true
at each minute (db/metrics/moments.py).

Roll-ups outlive the rows they were made of.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class _Counts:
    """How many tasks were created, and how many ended, and how."""

    created: Mapped[int]
    succeeded: Mapped[int]
    failed: Mapped[int]
    cancelled: Mapped[int]
    rejected: Mapped[int]


class TaskMetricsHourly(_Counts, Base):
    __tablename__ = "task_metrics_hourly"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    #: Tasks that a worker did or failed at, and how long that took altogether.
    timed: Mapped[int]
    seconds: Mapped[float]


class TaskMetricsDaily(_Counts, Base):
    """By day (UTC) and type, and over all types, which is the type ``*``: durations and tickers do not add up."""

    __tablename__ = "task_metrics_daily"

    day: Mapped[date] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    avg_seconds: Mapped[float | None]
    p95_seconds: Mapped[float | None]
    #: Different tickers of tasks that succeeded.
    tickers: Mapped[int]


class TaskErrorsHourly(Base):
    """Tasks that failed, by what they failed with."""

    __tablename__ = "task_errors_hourly"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    error: Mapped[str] = mapped_column(Text, primary_key=True)
    failed: Mapped[int]


class AgentMetricsDaily(Base):
    """The agent's decisions by day (UTC), and what their tasks took (db/agent/rollup.py)."""

    __tablename__ = "agent_metrics_daily"
    __table_args__ = (Index("ix_agent_metrics_daily_open", "day", postgresql_where=text("is_open")),)

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    outcome: Mapped[str] = mapped_column(Text, primary_key=True)
    decisions: Mapped[int] = mapped_column(BigInteger)
    tasks: Mapped[int] = mapped_column(BigInteger)
    calls: Mapped[int] = mapped_column(BigInteger)
    tokens: Mapped[int] = mapped_column(BigInteger)
    usd_micros: Mapped[int] = mapped_column(BigInteger)
    #: Some of it may still change.
    is_open: Mapped[bool]


class MetricsMoment(Base):
    """What waited, and how fresh the data was, in one minute."""

    __tablename__ = "metrics_moments"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    #: Tasks that were ready for a worker, and that workers had in hand.
    waiting: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    #: Tickers of all sources together, each counted once for each source, and how many of them were fresh.
    tickers: Mapped[int] = mapped_column(BigInteger)
    fresh: Mapped[int] = mapped_column(BigInteger)
    #: [waiting, held] by capability.
    queues: Mapped[dict[str, Any]]
    #: [tickers, fresh] by source.
    sources: Mapped[dict[str, Any]]
