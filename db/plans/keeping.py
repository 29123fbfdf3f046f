"""Finds plans whose workflows have to be told something, or asked about."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import PLANS_CHANNEL
from db.statements import load

_SQL = load(__file__)


async def plans_to_wake(connection: AsyncConnection, limit: int, again: float) -> list[uuid.UUID]:
    """One for each thing that ended; each again after so many seconds, unless an advance has taken it by then."""
    return list((await connection.execute(_SQL["to_wake"], {"limit": limit, "again": again})).scalars())


async def plans_to_look_at(connection: AsyncConnection, limit: int, quiet: float) -> list[uuid.UUID]:
    """Open ones that were not looked at for so many seconds."""
    return list((await connection.execute(_SQL["to_look_at"], {"limit": limit, "quiet": quiet})).scalars())


async def note_lost(connection: AsyncConnection, plans: Sequence[uuid.UUID]) -> None:
    """The workflows of these have ended, as Temporal's lists say: look at those that are open, at once."""
    await connection.execute(_SQL["lost"], {"ids": list(plans), "channel": PLANS_CHANNEL})
