"""Tasks of a round whose workflows the agent's has still to start, as its children."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load
from db.tasks.outbox import Taken, taken_of

_SQL = load(__file__)


async def unstarted(connection: AsyncConnection, number: int, limit: int) -> list[Taken]:
    """Of the round with this number; the relay has taken none of them yet."""
    rows = await connection.execute(_SQL["unstarted"], {"round": number, "limit": limit})
    return [taken_of(row) for row in rows.mappings()]


async def started(connection: AsyncConnection, tasks: Sequence[uuid.UUID], commands: Sequence[int]) -> None:
    """These have workflows now: whoever carries commands need not start them."""
    if tasks:
        await connection.execute(_SQL["started"], {"tasks": list(tasks), "commands": list(commands)})
