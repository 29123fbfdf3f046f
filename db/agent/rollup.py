"""Keeps the agent's days counted: those that may still change are counted anew, all others stay as they are."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# What is open longer than a month is no longer waited for.
_DAYS = text("""
SELECT CAST(day AS date) FROM generate_series(
    CASE WHEN EXISTS (SELECT 1 FROM agent_metrics_daily)
        THEN CAST(CAST(:since AS timestamptz) AT TIME ZONE 'UTC' AS date)
        ELSE (SELECT CAST(min(created_at) AT TIME ZONE 'UTC' AS date) FROM agent_decisions) END,
    CAST(now() AT TIME ZONE 'UTC' AS date), interval '1 day') AS day
UNION
SELECT day FROM agent_metrics_daily WHERE is_open AND day > CAST(now() AT TIME ZONE 'UTC' AS date) - 31
""")
_FORGET = text("DELETE FROM agent_metrics_daily WHERE day = ANY(:days)")
# The day of a reservation is that of its decision. OFFSET keeps Postgres from reading all reservations there ever were
# for those of a day or two: it takes days for a ninth of the decisions each, whatever they are.
_COUNT = text("""
INSERT INTO agent_metrics_daily (day, source, kind, outcome, decisions, tasks, calls, tokens, usd_micros, is_open)
SELECT wanted.day, d.source, d.kind, d.outcome, count(DISTINCT d.id), COALESCE(sum(r.tasks), 0),
    COALESCE(sum(r.calls), 0), COALESCE(sum(r.tokens), 0), COALESCE(sum(r.usd_micros), 0),
    d.outcome = 'pending' OR bool_or(r.task_id IS NOT NULL AND r.settled_at IS NULL)
FROM unnest(CAST(:days AS date[])) AS wanted (day)
JOIN agent_decisions d ON d.created_at >= wanted.day AT TIME ZONE 'UTC'
    AND d.created_at < (wanted.day + 1) AT TIME ZONE 'UTC'
LEFT JOIN LATERAL (SELECT * FROM agent_reservations WHERE decision_id = d.id OFFSET 0) r ON true
GROUP BY wanted.day, d.source, d.kind, d.outcome
""")


async def roll_up_agent(connection: AsyncConnection, since: datetime) -> None:
    """Count what the agent has decided since then, or all if nothing was counted before.

    The caller holds the lock of `db.metrics.rollup`.
    """
    days = list((await connection.execute(_DAYS, {"since": since})).scalars())
    if days:
        await connection.execute(_FORGET, {"days": days})
        await connection.execute(_COUNT, {"days": days})
