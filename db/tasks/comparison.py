"""Compares rows with runs that Temporal lists: which differ, how far that was done, and which rows wait."""

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.tasks.statuses import ON_HAND, TERMINAL, TaskStatus
from db.engine import one_by_one
from db.statements import load

_SQL = load(__file__)
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_ID = uuid.UUID(int=2**128 - 1)
#: Nothing is asked of a worker yet, or not again yet.
WAITING = tuple(each for each in TaskStatus if each not in TERMINAL and each not in ON_HAND)


@dataclass(frozen=True)
class SeenRun:
    """A run as Temporal lists it."""

    workflow_id: str
    run_id: str
    #: Statuses of a row that say the same as this run's end; None while it is open.
    ends: tuple[TaskStatus, ...] | None


async def differing(engine: AsyncEngine, runs: Sequence[SeenRun]) -> list[str]:
    """The workflow ids of those that the mirror does not have as they are."""
    if not runs:
        return []
    seen = json.dumps([{"workflow_id": run.workflow_id, "run_id": run.run_id, "ends": run.ends} for run in runs])
    async with one_by_one(engine).connect() as connection:
        return [row.workflow_id for row in await connection.execute(_SQL["differ"], {"seen": seen})]


async def not_succeeded(engine: AsyncEngine, runs: Sequence[tuple[str, str]]) -> list[str]:
    """Of runs that succeeded, (workflow id, run id), the workflow ids of those whose row does not say so."""
    if not runs:
        return []
    seen = json.dumps([{"workflow_id": workflow_id, "run_id": run_id} for workflow_id, run_id in runs])
    async with one_by_one(engine).connect() as connection:
        return [row.workflow_id for row in await connection.execute(_SQL["not_succeeded"], {"seen": seen})]


async def read_marks(connection: AsyncConnection) -> dict[str, datetime]:
    """For each question that was ever asked to its end, the newest moment of Temporal's that was compared."""
    return {row.question: row.seen_until for row in await connection.execute(_SQL["marks"])}


async def set_mark(connection: AsyncConnection, question: str, seen_until: datetime) -> None:
    """All that Temporal listed of this question until then has been compared."""
    await connection.execute(_SQL["set_mark"], {"question": question, "seen_until": seen_until})


async def count_open(connection: AsyncConnection) -> int:
    """How many workflows of tasks should be open."""
    open_ = [each.value for each in TaskStatus if each not in TERMINAL]
    return int((await connection.execute(_SQL["count_open"], {"open": open_})).scalar_one())


async def waiting_rows(engine: AsyncEngine, *, page: int, quiet: float) -> AsyncIterator[list[str]]:
    """The workflow ids of all rows that wait and that nobody else will ask about, a page at a time.

    ``quiet``: only of those that have not changed for so many seconds.
    """
    for status in WAITING:
        place = {"created_at": _END_OF_TIME, "id": _LAST_ID}
        while True:
            async with one_by_one(engine).connect() as connection:
                asked = {"status": status.value, "limit": page, "quiet": quiet, **place}
                rows = (await connection.execute(_SQL["waiting"], asked)).all()
            if rows:
                yield [row.workflow_id for row in rows]
                place = {"created_at": rows[-1].created_at, "id": rows[-1].id}
            if len(rows) < page:
                break
