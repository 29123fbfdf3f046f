"""Schedules and triggers of somebody who may do less from now on: they go on by themselves."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MOST = 100
_GOES_ON = text("""
SELECT signed FROM (
    SELECT 'schedule:' || name AS signed FROM schedules
    WHERE deleted_at IS NULL AND NOT paused AND :by IN (created_by, changed_by)
    UNION ALL
    SELECT 'trigger:' || name FROM triggers WHERE deleted_at IS NULL AND NOT paused AND :by IN (created_by, changed_by)
) theirs ORDER BY signed LIMIT :most
""")


async def what_goes_on(connection: AsyncConnection, name: str) -> list[str]:
    """Schedules and triggers that this person has made or changed last, as they sign what they make."""
    return list((await connection.execute(_GOES_ON, {"by": f"human:{name}", "most": _MOST})).scalars())
