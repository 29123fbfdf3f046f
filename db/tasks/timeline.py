"""Work in a window of time, from the attempts: what began in it, what reaches into it, and what is to start in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: Of each of the three; a window with more says so.
MOST = 1_000

_SQL = load(__file__)


@dataclass(frozen=True)
class Window:
    since: datetime
    until: datetime
    worker: str | None = None
    ticker: str | None = None
    task_type: str | None = None
    workspace: str | None = None


async def work_in(connection: AsyncConnection, window: Window) -> tuple[Sequence[RowMapping], bool]:
    """(rows with the latest start first, whether there may be more)."""
    values = {**vars(window), "most": MOST}
    found = {
        name: (await connection.execute(_SQL[name], values)).mappings().all()
        for name in ("scheduled", "begun", "reaching_in")
    }
    rows = [row for part in found.values() for row in part]
    capped = any(len(part) >= MOST for part in found.values())
    return sorted(rows, key=lambda row: row["start"], reverse=True), capped
