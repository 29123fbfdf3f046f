"""Keeps the roll-ups: counts of each hour anew until the hour is over, and each day from its hours.

Creations and ends carry the time of their own transaction, so an hour that is over gets no new ones: what it counted
is final, also if one of its failures is retried or deleted later. Whoever repeats a step gets the same rows.
"""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.agent.rollup import roll_up_agent

logger = logging.getLogger(__name__)

#: Transactions that began before the end of an hour may be committed so much later.
_LATE = timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NAME = "metrics"
#: The advisory lock of whoever counts (db/migrate.py has the one before).
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(7110002)")

#: A day of a million tasks takes longer than a request may; a step that never ends in time would stop the counting.
_PATIENCE = text("SET LOCAL statement_timeout = '60s'")

_FIRST = text("""
INSERT INTO service_beats (name, started_at, at)
SELECT :name, now(), COALESCE((SELECT min(created_at) FROM tasks), now()) ON CONFLICT DO NOTHING
""")
_KNOWN = text("SELECT at, now() AS now FROM service_beats WHERE name = :name")
_NOTED = text("UPDATE service_beats SET at = :at WHERE name = :name")
_AS_OF = text("SELECT at FROM service_beats WHERE name = :name")
# By primary key.
_TODAY = text("""
SELECT created + succeeded + failed FROM task_metrics_daily
WHERE day = CAST(now() AT TIME ZONE 'UTC' AS date) AND type = '*'
""")

_FORGET_HOURS = text("DELETE FROM task_metrics_hourly WHERE hour >= :since AND hour < :until")
_HOURS = text("""
INSERT INTO task_metrics_hourly (hour, type, created, succeeded, failed, cancelled, rejected, timed, seconds)
SELECT hour, type, sum(created), count(*) FILTER (WHERE status = 'succeeded'),
    count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'cancelled'),
    count(*) FILTER (WHERE status = 'rejected'), count(seconds), COALESCE(sum(seconds), 0)
FROM (
    SELECT date_trunc('hour', created_at, 'UTC') AS hour, type, 1 AS created, NULL AS status,
        CAST(NULL AS float) AS seconds
    FROM tasks WHERE created_at >= :since AND created_at < :until
    UNION ALL
    SELECT date_trunc('hour', completed_at, 'UTC'), type, 0, status,
        CASE WHEN status IN ('succeeded', 'failed') AND completed_at >= started_at
            THEN CAST(extract(epoch FROM completed_at - started_at) AS float) END
    FROM tasks WHERE completed_at >= :since AND completed_at < :until
) happened
GROUP BY hour, type
""")

_FORGET_ERRORS = text("DELETE FROM task_errors_hourly WHERE hour >= :since AND hour < :until")
_ERRORS = text("""
INSERT INTO task_errors_hourly (hour, type, error, failed)
SELECT date_trunc('hour', completed_at, 'UTC'), type, COALESCE(NULLIF(left(error->>'type', 100), ''), 'Error'), count(*)
FROM tasks WHERE completed_at >= :since AND completed_at < :until AND status = 'failed'
GROUP BY 1, 2, 3
""")

# A type of the name "*", which only somebody on the Temporal side could make up, counts in no day.
# Counts are those of the hours. Times and tickers are asked of the rows, as far as those still say how they ended.
_FORGET_DAY = text("DELETE FROM task_metrics_daily WHERE day = CAST(:since AS date)")
_DAILY = text("""
WITH counted AS (
    SELECT COALESCE(type, '*') AS type, sum(created) AS created, sum(succeeded) AS succeeded, sum(failed) AS failed,
        sum(cancelled) AS cancelled, sum(rejected) AS rejected, sum(seconds) / NULLIF(sum(timed), 0) AS avg_seconds
    FROM task_metrics_hourly WHERE hour >= :since AND hour < :until AND type <> '*'
    GROUP BY GROUPING SETS ((type), ())
), asked AS (
    SELECT COALESCE(type, '*') AS type, count(DISTINCT ticker) FILTER (WHERE status = 'succeeded') AS tickers,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY CAST(extract(epoch FROM completed_at - started_at) AS float))
            FILTER (WHERE completed_at >= started_at) AS p95_seconds
    FROM tasks
    WHERE completed_at >= :since AND completed_at < :until AND status IN ('succeeded', 'failed') AND type <> '*'
    GROUP BY GROUPING SETS ((type), ())
)
INSERT INTO task_metrics_daily (day, type, created, succeeded, failed, cancelled, rejected, avg_seconds, p95_seconds,
    tickers)
SELECT CAST(:since AS date), type, created, succeeded, failed, cancelled, rejected, avg_seconds, p95_seconds,
    COALESCE(tickers, 0)
FROM counted LEFT JOIN asked USING (type) WHERE created IS NOT NULL
""")


async def roll_up(connection: AsyncConnection) -> bool:
    """Count what happened since the last time, at most one day of it; returns whether there is more to count.

    Does nothing while another core is at it. The caller commits.
    """
    if not (await connection.execute(_TRY_LOCK)).scalar_one():
        return False
    await connection.execute(_PATIENCE)
    await connection.execute(_FIRST, {"name": _NAME})
    known = (await connection.execute(_KNOWN, {"name": _NAME})).one()
    since = _floor(known.at - _LATE, _HOUR)
    day = _floor(since, _DAY)
    await _count(connection, since, day + _DAY)
    await _sum_up(connection, day)
    at = min(known.now, day + _DAY + _LATE)
    await connection.execute(_NOTED, {"name": _NAME, "at": max(at, known.at)})
    is_behind = bool(at < known.now)
    if not is_behind:
        await _roll_up_agent(connection, known.at - _LATE)
    return is_behind


async def _roll_up_agent(connection: AsyncConnection, since: datetime) -> None:
    """What cannot be counted of the agent keeps nothing of the tasks from being counted."""
    try:
        async with connection.begin_nested():
            await roll_up_agent(connection, since)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        logger.warning("the days of the agent cannot be counted right now: %s", error)


async def counted_until(connection: AsyncConnection) -> datetime | None:
    """The moment that the roll-ups know of; None before the first time."""
    found: datetime | None = (await connection.execute(_AS_OF, {"name": _NAME})).scalar()
    return found


async def counted_today(connection: AsyncConnection) -> int:
    """How many creations and ends of tasks of today are counted, each of which is gone over at every count."""
    return (await connection.execute(_TODAY)).scalar() or 0


async def _count(connection: AsyncConnection, since: datetime, until: datetime) -> None:
    for statement in (_FORGET_HOURS, _HOURS, _FORGET_ERRORS, _ERRORS):
        await connection.execute(statement, {"since": since, "until": until})


async def _sum_up(connection: AsyncConnection, day: datetime) -> None:
    for statement in (_FORGET_DAY, _DAILY):
        await connection.execute(statement, {"since": day, "until": day + _DAY})


def _floor(moment: datetime, unit: timedelta) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + (moment - start) // unit * unit
