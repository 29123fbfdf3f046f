"""Reads for the header of the page, and for the sparklines of workers. Small tables and indexes only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: Attempts of one worker that are looked at.
MOST = 2_000

_SQL = load(__file__)


async def signs_of_life(connection: AsyncConnection) -> RowMapping:
    return (await connection.execute(_SQL["parts"])).mappings().one()


async def workers_by_state(connection: AsyncConnection) -> dict[str, int]:
    return {row.status: row.workers for row in await connection.execute(_SQL["workers"])}


async def activity(connection: AsyncConnection, since: datetime, until: datetime, seconds: int) -> Sequence[RowMapping]:
    """A row per worker and period in which something ended; one with period None for a worker without any."""
    values = {"since": since, "until": until, "seconds": seconds, "most": MOST}
    return (await connection.execute(_SQL["activity"], values)).mappings().all()
