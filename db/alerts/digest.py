"""The figures of a digest: counts from the hourly roll-ups, tickers from tasks that ended, the rest as it is now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.digests import LENGTHS, DigestData, Named
from contracts.alerts.messages import Period
from contracts.alerts.rules import HAPPENINGS
from db.metrics.queries import open_tasks
from db.metrics.rollup import roll_up

_COUNTS = text("""
SELECT COALESCE(sum(created), 0) AS created, COALESCE(sum(succeeded), 0) AS succeeded,
    COALESCE(sum(failed), 0) AS failed, COALESCE(sum(cancelled), 0) AS cancelled,
    COALESCE(sum(rejected), 0) AS rejected
FROM task_metrics_hourly WHERE hour >= :since AND hour < :until
""")
_TICKERS = text("""
SELECT ticker AS name, count(*) AS count FROM tasks
WHERE completed_at >= :since AND completed_at < :until AND status = 'succeeded' AND ticker IS NOT NULL
GROUP BY ticker ORDER BY 2 DESC, 1 LIMIT 10
""")
_ERRORS = text("""
SELECT error AS name, CAST(sum(failed) AS bigint) AS count FROM task_errors_hourly
WHERE hour >= :since AND hour < :until GROUP BY error ORDER BY 2 DESC, 1 LIMIT 5
""")
#: By when it was found out.
_MISSED = text("""
SELECT s.name, count(*) AS count FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id
WHERE r.ended_at >= :since AND r.ended_at < :until AND r.outcome = 'missed' AND s.deleted_at IS NULL
GROUP BY s.name ORDER BY 2 DESC, 1 LIMIT 10
""")
#: What could not be made of a delivery. One that was refused is its sender's affair.
_FAILED_TRIGGERS = text("""
SELECT t.name, count(*) AS count FROM trigger_deliveries d JOIN triggers t ON t.id = d.trigger_id
WHERE d.created_at >= :since AND d.created_at < :until AND d.outcome = 'failed' AND t.deleted_at IS NULL
GROUP BY t.name ORDER BY 2 DESC, 1 LIMIT 10
""")
_NEW_FAILURES = text("""
SELECT task_type || ': ' || message AS name, seen AS count FROM failure_groups
WHERE first_at >= :since AND first_at < :until AND state <> 'muted' ORDER BY seen DESC, cause LIMIT 5
""")
_NOW = text("""
SELECT (SELECT count(*) FROM workers WHERE retired_at IS NULL) AS workers,
    (SELECT count(*) FROM workers WHERE retired_at IS NULL AND status <> 'offline') AS workers_online,
    (SELECT count(*) FROM notifications WHERE state = 'firing' AND kind <> ALL(:happenings)) AS alerts_firing,
    (SELECT count(*) FROM notifications WHERE first_seen_at >= :since AND first_seen_at < :until
        AND state <> 'told' AND kind <> ALL(:happenings)) AS alerts,
    (SELECT count(*) FROM watched_tickers w
        CROSS JOIN unnest(CAST(:sources AS text[]), CAST(:hours AS float8[])) AS s (source, hours)
        JOIN LATERAL (
            SELECT CASE WHEN covered IS NULL THEN last_success_at ELSE fresh_to END AS fresh_to
            FROM ticker_data_freshness WHERE ticker = w.ticker AND data_source = s.source
        ) f ON true
        WHERE w.tracked AND (f.fresh_to IS NULL OR f.fresh_to < now() - s.hours * interval '1 hour')
    ) AS stale_sources
""")


def span_of(period: Period, until: datetime) -> tuple[datetime, datetime]:
    """From and to: the whole hours before ``until``."""
    end = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return end - LENGTHS[period], end


async def digest_data(
    connection: AsyncConnection, period: Period, until: datetime, targets: Mapping[str, float]
) -> DigestData:
    """The figures of the day or week before the hour of ``until``. ``targets``: hours by source."""
    since, end = span_of(period, until)
    span: dict[str, Any] = {"since": since, "until": end}
    # That a worker is new is told, but nothing is wrong.
    now = {**span, "sources": list(targets), "hours": list(targets.values()), "happenings": sorted(HAPPENINGS)}
    return DigestData(
        period=period,
        **span,
        **(await connection.execute(_COUNTS, span)).mappings().one(),
        **(await connection.execute(_NOW, now)).mappings().one(),
        open_tasks=sum(row["tasks"] for row in await open_tasks(connection)),
        top_tickers=[Named(**row) for row in (await connection.execute(_TICKERS, span)).mappings()],
        top_errors=[Named(**row) for row in (await connection.execute(_ERRORS, span)).mappings()],
        missed_schedules=[Named(**row) for row in (await connection.execute(_MISSED, span)).mappings()],
        failed_triggers=[Named(**row) for row in (await connection.execute(_FAILED_TRIGGERS, span)).mappings()],
        new_failures=[Named(**row) for row in (await connection.execute(_NEW_FAILURES, span)).mappings()],
    )


async def count_up(connection: AsyncConnection) -> None:
    """Bring the roll-ups up to now, as far as nobody else is at it. The caller commits."""
    await roll_up(connection)
