"""Queues and freshness once a minute, since nothing tells afterwards how they were.

Core writes a row, and deletes it (`db/retention.sql`): every minute is kept for a week, the first of each hour for a
year, some 19,000 rows at most.
"""

from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: Age in hours from which data is stale, as in the figures of right now.
FRESH_HOURS = 24
#: Queues that are named in a row; a bot may have as many as it likes.
_MOST = 100

_SQL = load(__file__)


async def note_moment(connection: AsyncConnection) -> None:
    """Write down this minute, unless another core has."""
    await connection.execute(_SQL["note"], {"most": _MOST, "fresh_hours": FRESH_HOURS})


async def moments(connection: AsyncConnection, per: str, last: int) -> Sequence[RowMapping]:
    """A row for each of the last so many minutes, hours, days or weeks, the one that is not over included."""
    return (await connection.execute(_SQL["history"], {"per": per, "last": last})).mappings().all()
