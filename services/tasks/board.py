"""The board: of each status the newest tasks as cards, and how many there are."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.overview import BoardView, CardView, ColumnView
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import CountView, TaskCountsView
from db.tasks.queries import TaskFilter, count_by_status, newest_of_each
from services.tasks.views import task_fields, view_of
from services.tasks.waiting import Waiting

#: Of an error's message, on a card.
_MESSAGE = 300


async def board(connection: AsyncConnection, wanted: TaskFilter, per_column: int) -> BoardView:
    """Needs a snapshot: cards and counts are of the same moment."""
    counts = await count_by_status(connection, wanted)
    there = [status for status, (count, capped) in counts.items() if count or capped]
    found = await newest_of_each(connection, wanted, there, per_column)
    columns = {status: found.get(status, []) for status in counts}
    waiting = await Waiting.of(connection, [row for rows in columns.values() for row in rows])
    return BoardView(
        at=datetime.now(UTC),
        columns=[
            ColumnView(status=status, total=_count(counts[status]), tasks=await _cards(rows, waiting))
            for status, rows in columns.items()
        ],
    )


async def task_counts(connection: AsyncConnection, wanted: TaskFilter) -> TaskCountsView:
    found = await count_by_status(connection, wanted)
    return TaskCountsView(counts={status: _count(count) for status, count in found.items()})


def _count(found: tuple[int, bool]) -> CountView:
    return CountView(count=found[0], capped=found[1])


async def _cards(rows: Sequence[RowMapping], waiting: Waiting) -> list[CardView]:
    return [_card(row, await waiting.because(row)) for row in rows]


def _card(row: RowMapping, waiting_because: str | None) -> CardView:
    is_told = TaskStatus(row["status"]) is TaskStatus.FAILED and isinstance(row["error"], dict)
    error = row["error"] if is_told else None
    return view_of(
        CardView,
        {
            **task_fields(row),
            "waiting_because": waiting_because,
            "error_type": error and str(error.get("type") or "Error"),
            "error_message": error and str(error.get("message") or "")[:_MESSAGE],
        },
    )
