"""Queries of the metrics routes: roll-ups (db/metrics/rollup.py) for the past, indexes for right now."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import OPEN

Rows = Sequence[RowMapping]

#: Of the newest so many claims, waits are measured.
_CLAIMS = 1_000
#: And over the time, of so many in each hour of a day.
_CLAIMS_OF_AN_HOUR, _HOURS = 200, 24
_ERRORS = 100

_OPEN = text("""
SELECT status, count(*) AS tasks FROM tasks WHERE status = ANY(:statuses) AND deleted_at IS NULL GROUP BY status
""").bindparams(statuses=sorted(OPEN))

_DAYS = text("""
SELECT day, created, succeeded, failed, cancelled, rejected, avg_seconds, p95_seconds, tickers FROM task_metrics_daily
WHERE type = :type AND day > current_date - :days ORDER BY day
""")

_TYPES = text("""
SELECT type AS task_type, sum(created) AS created, sum(succeeded) AS succeeded, sum(failed) AS failed,
    sum(cancelled) AS cancelled, sum(rejected) AS rejected
FROM task_metrics_daily
WHERE type <> '*' AND (CAST(:type AS text) IS NULL OR type = :type) AND day > current_date - :days
GROUP BY type ORDER BY type
""")

# Buckets without tasks are there, too: a chart must not join what lies on both sides of a gap.
_BY_HOUR = text("""
SELECT start, COALESCE(sum(created), 0) AS created, COALESCE(sum(succeeded), 0) AS succeeded,
    COALESCE(sum(failed), 0) AS failed, COALESCE(sum(cancelled), 0) AS cancelled, COALESCE(sum(rejected), 0) AS rejected
FROM generate_series(
    date_trunc('hour', now(), 'UTC') - (:last - 1) * interval '1 hour', now(), interval '1 hour'
) start LEFT JOIN task_metrics_hourly ON hour = start AND (CAST(:type AS text) IS NULL OR type = :type)
GROUP BY start ORDER BY start
""")
_BY_DAY = text("""
SELECT start, COALESCE(sum(created), 0) AS created, COALESCE(sum(succeeded), 0) AS succeeded,
    COALESCE(sum(failed), 0) AS failed, COALESCE(sum(cancelled), 0) AS cancelled, COALESCE(sum(rejected), 0) AS rejected
FROM generate_series(
    date_trunc(:per, now(), 'UTC') - (:last - 1) * CAST('1 ' || :per AS interval), now(), CAST('1 ' || :per AS interval)
) start LEFT JOIN task_metrics_daily ON type = COALESCE(:type, '*')
    AND day >= CAST(start AS date) AND day < CAST(start + CAST('1 ' || :per AS interval) AS date)
GROUP BY start ORDER BY start
""")

_ERROR_KINDS = text("""
SELECT error, type AS task_type, CAST(sum(failed) AS bigint) AS failed FROM task_errors_hourly
WHERE hour >= CAST(current_date - (:days - 1) AS timestamptz)
GROUP BY error, type ORDER BY 3 DESC, 1, 2 LIMIT :limit
""").bindparams(limit=_ERRORS)

_DEPTHS = text("""
WITH waiting AS (
    SELECT capability, count(*) AS waiting, min(created_at) AS oldest FROM tasks
    WHERE status = 'pending' AND deleted_at IS NULL GROUP BY capability
), on_hand AS (
    SELECT capability, count(*) AS held FROM tasks
    WHERE status IN ('claimed', 'running') AND deleted_at IS NULL GROUP BY capability
), begun AS (
    -- A task that waited for its time or for a person, or that is retried, says nothing about the queue.
    SELECT t.capability, CAST(extract(epoch FROM a.claimed_at - GREATEST(t.created_at, t.run_at)) AS float) AS seconds
    FROM (
        SELECT task_id, claimed_at FROM task_attempts WHERE claimed_at > now() - interval '1 hour'
            AND attempt = 1 AND round = 0
        ORDER BY claimed_at DESC LIMIT :claims
    ) a JOIN tasks t ON t.id = a.task_id WHERE t.approval IS NULL
), waits AS (
    SELECT capability, count(*) AS started, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95
    FROM begun GROUP BY capability
)
SELECT capability, COALESCE(waiting, 0) AS waiting, CAST(extract(epoch FROM now() - oldest) AS float) AS oldest_seconds,
    COALESCE(held, 0) AS held, COALESCE(started, 0) AS started, p50 AS wait_p50_seconds, p95 AS wait_p95_seconds
FROM waiting FULL JOIN on_hand USING (capability) FULL JOIN waits USING (capability) ORDER BY capability
""").bindparams(claims=_CLAIMS)

# The same for each of the last hours, of its newest claims: as many rows are read, whatever the number of tasks.
_WAITS = text("""
SELECT hour.start, count(begun.seconds) AS started,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY begun.seconds) AS wait_p50_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY begun.seconds) AS wait_p95_seconds
FROM generate_series(
    date_trunc('hour', now(), 'UTC') - (:last - 1) * interval '1 hour', now(), interval '1 hour'
) AS hour (start) LEFT JOIN LATERAL (
    SELECT CAST(extract(epoch FROM a.claimed_at - GREATEST(t.created_at, t.run_at)) AS float) AS seconds
    FROM (
        SELECT task_id, claimed_at FROM task_attempts
        WHERE claimed_at >= hour.start AND claimed_at < hour.start + interval '1 hour' AND attempt = 1 AND round = 0
        ORDER BY claimed_at DESC LIMIT :claims
    ) a JOIN tasks t ON t.id = a.task_id WHERE t.approval IS NULL
) begun ON true GROUP BY hour.start ORDER BY hour.start
""").bindparams(claims=_CLAIMS_OF_AN_HOUR, last=_HOURS)

_OUTBOX = text("""
SELECT count(*) AS commands, CAST(extract(epoch FROM now() - min(created_at)) AS float) AS oldest_seconds FROM outbox
""")


async def open_tasks(connection: AsyncConnection) -> Rows:
    """(status, tasks) of those that are not over."""
    return (await connection.execute(_OPEN)).mappings().all()


async def by_day(connection: AsyncConnection, days: int, task_type: str | None) -> Rows:
    """The days on which something happened, the oldest first, today being the last of ``days``."""
    return (await connection.execute(_DAYS, {"days": days, "type": task_type or "*"})).mappings().all()


async def by_type(connection: AsyncConnection, days: int, task_type: str | None = None) -> Rows:
    return (await connection.execute(_TYPES, {"days": days, "type": task_type})).mappings().all()


async def buckets(connection: AsyncConnection, per: str, last: int, task_type: str | None) -> Rows:
    """The last so many hours, days or weeks, the one that is not over included."""
    statement = _BY_HOUR if per == "hour" else _BY_DAY
    return (await connection.execute(statement, {"per": per, "last": last, "type": task_type})).mappings().all()


async def error_kinds(connection: AsyncConnection, days: int) -> Rows:
    return (await connection.execute(_ERROR_KINDS, {"days": days})).mappings().all()


async def queue_depths(connection: AsyncConnection) -> Rows:
    """A row per capability that has anything."""
    return (await connection.execute(_DEPTHS)).mappings().all()


async def waits_by_hour(connection: AsyncConnection) -> Rows:
    """(start, started, wait_p50_seconds, wait_p95_seconds), the oldest hour first; also where nothing began."""
    return (await connection.execute(_WAITS)).mappings().all()


async def outbox_depth(connection: AsyncConnection) -> RowMapping:
    return (await connection.execute(_OUTBOX)).mappings().one()
