"""Workers that get none of a capability's tasks while one that must not go to them waits (docs/adr/0032)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import KeptAway

# A worker that nobody could stand in for is kept from nothing: the task rather runs there than never. Once its task has
# begun or is over, it is kept away no longer.
_NOW = text("""
SELECT DISTINCT CAST(away.worker_id AS text) AS worker_id, away.capability
FROM kept_away away JOIN tasks t ON t.id = away.task_id
WHERE away.until > now() AND t.status IN ('scheduled', 'pending') AND EXISTS (
    SELECT 1 FROM workers other
    WHERE other.id <> away.worker_id AND away.capability = ANY(other.polling) AND other.retired_at IS NULL
        AND other.status IN ('idle', 'busy')
)
""")


@dataclass(frozen=True)
class Away:
    """One worker, for one task."""

    task_id: uuid.UUID
    worker_id: uuid.UUID
    capability: str
    until: datetime


async def keep_away(connection: AsyncConnection, wanted: Sequence[Away]) -> None:
    """Note them; the gateway is told at commit. What is over by now is forgotten."""
    if not wanted:
        return
    await connection.execute(delete(KeptAway).where(KeptAway.until < func.now()))
    await connection.execute(insert(KeptAway), [vars(each) for each in wanted])


async def kept_away(connection: AsyncConnection) -> set[tuple[str, str]]:
    """(worker id, capability) of those that are kept away right now."""
    return {(row.worker_id, row.capability) for row in await connection.execute(_NOW)}
