"""Remembers the failed tasks that keep an alert open, until the same thing has succeeded.

The tasks' own rows do not say it: one that a person tries again has failed no longer, and is not well yet.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: So many of an alert are remembered; if the newest have succeeded, it is over.
MOST = 200
_LAPSED = "⌛ Nobody has tried it again for two days: "

_SQL = load(__file__)


async def note_failures(connection: AsyncConnection, rule: str, window: float, looked: datetime) -> None:
    """Remember what failed of the open alerts of this rule. ``looked``: when somebody last looked."""
    values: dict[str, Any] = {"rule": rule, "window": window, "looked": looked, "most": MOST}
    await connection.execute(_SQL["remember"], values)


async def unresolved(connection: AsyncConnection, looked: datetime) -> set[str]:
    """Fingerprints of the open alerts about which something is still failed, or tried again and not well yet."""
    await connection.execute(_SQL["forget"], {"looked": looked, "most": MOST})
    await connection.execute(_SQL["lapse"], {"said": _LAPSED})
    return set((await connection.execute(_SQL["unresolved"])).scalars())
