"""The agent's work and its cost, by day."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.agent.metric_views import AgentDayView, AgentMetricsView, AgentSourceView
from db.agent.metrics import Rows, decisions_by_day, rounds_by_day, use_by_day, use_by_source
from db.metrics.rollup import counted_until

_NOTHING: dict[str, Any] = {"tasks": 0, "calls": 0, "tokens": 0, "usd": 0}
_MICROS = 1_000_000


async def agent_metrics(connection: AsyncConnection, days: int) -> AgentMetricsView:
    """Needs a snapshot. Days on which nothing happened are left out."""
    rounds = {row["day"]: row for row in await rounds_by_day(connection, days)}
    uses = {row["day"]: _use(row) for row in await use_by_day(connection, days)}
    decisions = await decisions_by_day(connection, days)
    seen = sorted({*rounds, *uses, *(row["day"] for row in decisions)})
    return AgentMetricsView(
        as_of=await counted_until(connection),
        days=[_day(day, rounds.get(day), uses.get(day, _NOTHING), decisions) for day in seen],
        sources=[AgentSourceView(source=row["source"], **_use(row)) for row in await use_by_source(connection, days)],
    )


def _day(day: date, rounds: RowMapping | None, use: dict[str, Any], decisions: Rows) -> AgentDayView:
    kinds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for row in decisions:
        if row["day"] == day:
            kinds[row["kind"]] += row["decisions"]
            outcomes[row["outcome"]] += row["decisions"]
    return AgentDayView(
        day=day,
        rounds=rounds["rounds"] if rounds else 0,
        refused=rounds["refused"] if rounds else 0,
        decisions=dict(sorted(kinds.items())),
        outcomes=dict(sorted(outcomes.items())),
        **use,
    )


def _use(row: RowMapping) -> dict[str, Any]:
    return {**{unit: row[unit] for unit in ("tasks", "calls", "tokens")}, "usd": row["usd_micros"] / _MICROS}
