"""Retries on another worker: which workers get no task of a capability while such a retry waits (docs/adr/0032).

The table is called `kept_away`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# A worker that nobody could stand in for is not avoided: the task rather runs there than never. Once the task has
# begun or is over, its worker is avoided no longer.
_NOW = text("""
SELECT DISTINCT CAST(away.worker_id AS text) AS worker_id, away.capability
FROM kept_away away JOIN tasks t ON t.id = away.task_id
WHERE away.until > now() AND t.status IN ('scheduled', 'pending') AND EXISTS (
    SELECT 1 FROM workers other
    WHERE other.id <> away.worker_id AND COALESCE(t.queue, away.capability) = ANY(other.polling)
        AND other.retired_at IS NULL AND other.status IN ('idle', 'busy')
)
""")
_OVER = text("DELETE FROM kept_away WHERE until < now()")
_AVOID = text("""
INSERT INTO kept_away (task_id, worker_id, capability, until) VALUES (:task_id, :worker_id, :capability, :until)
""")


@dataclass(frozen=True)
class Avoidance:
    """A worker that one task must not go to."""

    task_id: uuid.UUID
    worker_id: uuid.UUID
    capability: str
    until: datetime


async def avoid_workers(connection: AsyncConnection, wanted: Sequence[Avoidance]) -> None:
    """Note workers to avoid; the gateway is told at commit. Rows that are over by now are deleted."""
    if not wanted:
        return
    await connection.execute(_OVER)
    await connection.execute(_AVOID, [vars(avoidance) for avoidance in wanted])


async def avoided_workers(connection: AsyncConnection) -> set[tuple[str, str]]:
    """(worker id, capability) of the workers that are avoided right now."""
    return {(row.worker_id, row.capability) for row in await connection.execute(_NOW)}
