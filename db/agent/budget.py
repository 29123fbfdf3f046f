"""Reserves, sums up and settles the cost of the agent's tasks."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TERMINAL
from db.models import AgentReservation

#: Settled at once; more wait for the next look.
_BATCH = 200

# numeric, so that no sum overflows or is ever a little off.
_SUMS = text("""
SELECT source, task_type, at > :hour_ago AS in_hour, sum(tasks) AS tasks, sum(calls) AS calls, sum(tokens) AS tokens,
    sum(usd_micros) AS usd_micros
FROM agent_reservations WHERE at > :day_ago GROUP BY source, task_type, at > :hour_ago
""")
_OVER = text("""
SELECT r.task_id, r.decision_id, r.task_type, r.calls, r.tokens, r.usd_micros, t.status, t.attempt > 0 AS begun,
    t.completed_at, COALESCE(t.result -> 'requests', t.cursor #> '{result,requests}') AS requests,
    COALESCE(t.result -> 'cost', t.cursor -> 'paid', t.cursor #> '{result,cost}') AS cost
FROM agent_reservations r JOIN tasks t ON t.id = r.task_id
WHERE r.settled_at IS NULL AND t.status = ANY(CAST(:terminal AS text[]))
ORDER BY r.task_id LIMIT :most FOR UPDATE OF r SKIP LOCKED
""")
_SETTLE = text("""
WITH real AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (task_id uuid, calls bigint, tokens bigint,
        usd_micros bigint, status text, completed_at timestamptz)
), settled AS (
    UPDATE agent_reservations SET calls = real.calls, tokens = real.tokens, usd_micros = real.usd_micros,
        settled_at = now()
    FROM real WHERE agent_reservations.task_id = real.task_id
    RETURNING agent_reservations.decision_id, real.status, real.completed_at
)
UPDATE agent_decisions SET outcome = settled.status, ended_at = settled.completed_at
FROM settled WHERE agent_decisions.id = settled.decision_id
""")


async def sums(connection: AsyncConnection, now: datetime) -> Sequence[RowMapping]:
    """By source and task type: what was reserved or used in the last hour (``in_hour``), and in the day before it."""
    values = {"hour_ago": now - timedelta(hours=1), "day_ago": now - timedelta(days=1)}
    return (await connection.execute(_SUMS, values)).mappings().all()


async def reserve(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Take from the budget, before the tasks exist."""
    if rows:
        await connection.execute(insert(AgentReservation), list(rows))


async def over_tasks(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Some of the tasks that are over and still count as estimated, locked."""
    return (
        (await connection.execute(_OVER, {"terminal": [str(each) for each in TERMINAL], "most": _BATCH}))
        .mappings()
        .all()
    )


async def settle(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """From now on these count with their real cost, and their decisions have an outcome."""
    if rows:
        await connection.execute(_SETTLE, {"rows": json.dumps(rows, default=str)})
