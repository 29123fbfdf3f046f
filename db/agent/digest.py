"""Figures of the agent for a digest, and its open questions to a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_ROUNDS = text("""
SELECT count(*) AS rounds, count(refused) AS refused FROM agent_rounds WHERE at >= :since AND at < :until
""")
_DECISIONS = text("""
SELECT kind, outcome, count(*) AS count FROM agent_decisions WHERE created_at >= :since AND created_at < :until
GROUP BY kind, outcome ORDER BY kind, outcome
""")
_USE = text("""
SELECT CAST(COALESCE(sum(tasks), 0) AS bigint) AS tasks, CAST(COALESCE(sum(calls), 0) AS bigint) AS calls,
    CAST(COALESCE(sum(tokens), 0) AS bigint) AS tokens, CAST(COALESCE(sum(usd_micros), 0) / 1e6 AS float8) AS usd
FROM agent_reservations WHERE at >= :since AND at < :until
""")
_WAITING = text("""
SELECT (SELECT count(*) FROM alert_signals WHERE kind = 'agent_escalation' AND (until IS NULL OR until > now()))
        AS escalations_open,
    (SELECT count(*) FROM tasks WHERE status = 'awaiting_approval' AND deleted_at IS NULL) AS awaiting_approval
""")


async def agent_figures(connection: AsyncConnection, since: datetime, until: datetime) -> dict[str, object]:
    """Rounds, how many of them were refused, and what the tasks created in the time cost."""
    span = {"since": since, "until": until}
    rounds = (await connection.execute(_ROUNDS, span)).mappings().one()
    return {**rounds, **(await connection.execute(_USE, span)).mappings().one()}


async def agent_decisions(connection: AsyncConnection, since: datetime, until: datetime) -> Sequence[RowMapping]:
    """(kind, outcome, count)"""
    return (await connection.execute(_DECISIONS, {"since": since, "until": until})).mappings().all()


async def waiting_for_people(connection: AsyncConnection) -> RowMapping:
    """escalations_open, awaiting_approval"""
    return (await connection.execute(_WAITING)).mappings().one()
