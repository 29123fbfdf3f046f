"""Groups of failures as a member of workspaces sees them: made of their failed tasks, not of what core counted for all.

Their size is bounded by what is failed in their workspaces, so they are reckoned when somebody looks. Whether people
have resolved or muted a group, and what they noted, is about the tasks of all, and no part of theirs.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: Failed tasks that are looked at, the newest ones.
MOST = 10_000

_SQL = load(__file__)


async def failure_parts(
    connection: AsyncConnection,
    limit: int,
    *,
    examples: int,
    since: datetime | None = None,
    task_type: str | None = None,
    beginning: str = "",
) -> Sequence[RowMapping]:
    """The largest first. ``beginning``: of the cause."""
    values: dict[str, Any] = {"since": since, "task_type": task_type, "limit": limit, "examples": examples}
    values |= {"beginning": beginning, "most": MOST}
    return (await connection.execute(_SQL["list"], values)).mappings().all()


async def failed_since(connection: AsyncConnection, cause: str, since: datetime) -> int:
    """How many tasks that the caller sees failed like this since then, and are failed now."""
    return int((await connection.execute(_SQL["failed_since"], {"cause": cause, "since": since})).scalar_one())


async def one_by_one(connection: AsyncConnection, cause: str, user: str) -> None:
    """Wait for whoever of the same person begins a release of it right now."""
    await connection.execute(_SQL["one_by_one"], {"cause": cause, "user": user})
