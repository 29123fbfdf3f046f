"""Counts waiting tasks and tasks on hand, per capability."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

#: Waiting tasks of one capability are counted, and the oldest is looked for, up to this many.
BACKLOG_CAP = 10_000

_NUMBERS = text("""
SELECT name.capability, waiting.tasks, waiting.oldest, COALESCE(on_hand.tasks, 0) AS in_work
FROM unnest(CAST(:names AS text[])) AS name (capability)
CROSS JOIN LATERAL (
    SELECT count(*) AS tasks, min(created_at) AS oldest FROM (
        SELECT created_at FROM tasks
        WHERE status = 'pending' AND deleted_at IS NULL AND tasks.capability = name.capability LIMIT :cap + 1
    ) counted
) waiting
LEFT JOIN (
    SELECT capability, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY capability
) on_hand ON on_hand.capability = name.capability
""").bindparams(cap=BACKLOG_CAP)

_KNOWN = text("""
SELECT EXISTS (SELECT 1 FROM workers WHERE :capability = ANY(capabilities))
    OR EXISTS (SELECT 1 FROM queue_controls WHERE capability = :capability)
    OR EXISTS (SELECT 1 FROM circuits WHERE capability = :capability)
    OR EXISTS (SELECT 1 FROM tasks WHERE status = 'pending' AND deleted_at IS NULL AND capability = :capability)
""")


async def numbers(connection: AsyncConnection, names: Sequence[str]) -> dict[str, RowMapping]:
    """Per capability: ``tasks`` that wait, ``oldest`` of them, ``in_work``."""
    rows = (await connection.execute(_NUMBERS, {"names": list(names)})).mappings()
    return {row["capability"]: row for row in rows}


async def is_in_use(connection: AsyncConnection, capability: str) -> bool:
    """Whether a worker, a waiting task or somebody who steers names it."""
    found: bool = (await connection.execute(_KNOWN, {"capability": capability})).scalar_one()
    return found
