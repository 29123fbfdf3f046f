"""Tasks of the watched tickers that have failed lately, for the agent to learn from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

#: The newest; more failures say nothing more.
_MOST = 5_000

# Of those that a person has retried only the last word counts. What was tried: as the decision behind it says. Of the
# default workspace, in which the agent works.
_FAILURES = text("""
SELECT t.id, t.ticker, t.type, t.error ->> 'type' AS error_type, t.error ->> 'message' AS message, t.created_at,
    t.completed_at AS failed_at, t.worker_id,
    r.task_id IS NOT NULL AS is_agents, t.params, d.choice ->> 'strategy' AS strategy
FROM tasks t
LEFT JOIN agent_reservations r ON r.task_id = t.id
LEFT JOIN agent_decisions d ON d.id = r.decision_id
WHERE t.status = 'failed' AND t.instance = 'default' AND t.created_at > :since AND t.type = ANY(CAST(:types AS text[]))
    AND t.ticker = ANY(CAST(:tickers AS text[])) AND t.completed_at IS NOT NULL
ORDER BY t.created_at DESC, t.id DESC LIMIT :most
""")


async def failures_of(
    connection: AsyncConnection, tickers: Sequence[str], types: Sequence[str], since: datetime
) -> Sequence[RowMapping]:
    values = {"tickers": list(tickers), "types": list(types), "since": since, "most": _MOST}
    return (await connection.execute(_FAILURES, values)).mappings().all()
