"""What the agent has done, by day: of its tables alone, each read by the index of its time."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[RowMapping]

# Midnight in UTC, whatever time zone the connection is in.
_SINCE = "(date_trunc('day', now(), 'UTC') - (:days - 1) * interval '1 day')"
_USE = ", ".join(f"CAST(sum({unit}) AS bigint) AS {unit}" for unit in ("tasks", "calls", "tokens", "usd_micros"))

_ROUNDS = text(f"""
SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, count(*) AS rounds, count(refused) AS refused
FROM agent_rounds WHERE at >= {_SINCE} GROUP BY 1 ORDER BY 1
""")  # noqa: S608 - our own constants
_DECISIONS = text(f"""
SELECT CAST(created_at AT TIME ZONE 'UTC' AS date) AS day, kind, outcome, count(*) AS decisions
FROM agent_decisions WHERE created_at >= {_SINCE} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")  # noqa: S608 - our own constants
_DAYS = text(f"""
SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, {_USE} FROM agent_reservations WHERE at >= {_SINCE} GROUP BY 1
""")  # noqa: S608 - our own constants
_SOURCES = text(f"""
SELECT source, {_USE} FROM agent_reservations WHERE at >= {_SINCE} GROUP BY 1
ORDER BY sum(usd_micros) DESC, sum(tasks) DESC, source
""")  # noqa: S608 - our own constants


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
