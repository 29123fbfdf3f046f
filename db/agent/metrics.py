"""Counts of the agent's work by day: rounds from their table, all else from the counted days (rollup.py)."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[RowMapping]

# Days are those of UTC, whatever time zone the connection is in.
_ROUNDS = text("""
SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, count(*) AS rounds, count(refused) AS refused
FROM agent_rounds WHERE at >= (CAST(now() AT TIME ZONE 'UTC' AS date) - (:days - 1)) AT TIME ZONE 'UTC'
GROUP BY 1 ORDER BY 1
""")
_DECISIONS = text("""
SELECT day, kind, outcome, CAST(sum(decisions) AS bigint) AS decisions FROM agent_metrics_daily
WHERE day >= CAST(now() AT TIME ZONE 'UTC' AS date) - (:days - 1) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")
_DAYS = text("""
SELECT day, CAST(sum(tasks) AS bigint) AS tasks, CAST(sum(calls) AS bigint) AS calls,
    CAST(sum(tokens) AS bigint) AS tokens, CAST(sum(usd_micros) AS bigint) AS usd_micros
FROM agent_metrics_daily WHERE day >= CAST(now() AT TIME ZONE 'UTC' AS date) - (:days - 1) GROUP BY 1
""")
_SOURCES = text("""
SELECT source, CAST(sum(tasks) AS bigint) AS tasks, CAST(sum(calls) AS bigint) AS calls,
    CAST(sum(tokens) AS bigint) AS tokens, CAST(sum(usd_micros) AS bigint) AS usd_micros
FROM agent_metrics_daily WHERE day >= CAST(now() AT TIME ZONE 'UTC' AS date) - (:days - 1)
GROUP BY 1 HAVING sum(tasks + calls) > 0 ORDER BY sum(usd_micros) DESC, sum(tasks) DESC, source
""")


async def rounds_by_day(connection: AsyncConnection, days: int) -> Rows:
    """(day, rounds, refused), today being the last of ``days``; so the others."""
    return (await connection.execute(_ROUNDS, {"days": days})).mappings().all()


async def decisions_by_day(connection: AsyncConnection, days: int) -> Rows:
    """(day, kind, outcome, decisions)"""
    return (await connection.execute(_DECISIONS, {"days": days})).mappings().all()


async def use_by_day(connection: AsyncConnection, days: int) -> Rows:
    """(day, tasks, calls, tokens, usd_micros)"""
    return (await connection.execute(_DAYS, {"days": days})).mappings().all()


async def use_by_source(connection: AsyncConnection, days: int) -> Rows:
    """(source, tasks, calls, tokens, usd_micros)"""
    return (await connection.execute(_SOURCES, {"days": days})).mappings().all()
