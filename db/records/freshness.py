"""How fresh each source of each ticker is: kept with every end of a run that collects.

A source is as fresh as what is collected of it without a gap, `fresh_to`; a run that looked at a part of it (one
subreddit, a small limit, all feeds but one that failed) is a success and makes nothing fresh. What was written before
there was `covered` is as fresh as its last success.

It is that of the default workspace: what a run of another one has collected is in rows that nobody else reads.

Monotone like the mirror: what a transaction that began earlier writes late moves no time back, and neither sets nor
clears the error of a later end.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.breadth import looked_everywhere
from contracts.records.sources import SOURCES, covered_span, rows_kept, usual_span, whole_span
from contracts.tasks.statuses import TaskStatus
from contracts.workspaces.names import DEFAULT
from db.statements import load

_TYPE_OF = {source.name: type_ for type_, source in SOURCES.items()}

_NOTE = load(__file__)["note_end"]


async def note_ends(connection: AsyncConnection, moved: Sequence[Row[Any]]) -> None:
    """Note the ends of runs whose rows moved (`outcomes` in `db/tasks/mirror.sql`); others are passed over.

    A run that was cancelled counts as an attempt if a worker had begun it; it leaves the error as it was.
    """
    ends = [_end(row) for row in moved if row.task_type in SOURCES and row.ticker and _counts(row)]
    # In one order everywhere, so that two writers never wait for each other.
    ends.sort(key=lambda each: (each["ticker"], each["data_source"]))
    if ends:
        rows = [
            {
                "ended": json.dumps(each),
                "says_nothing": each["status"] == TaskStatus.CANCELLED,
                "usual": usual_span(_TYPE_OF[each["data_source"]]).total_seconds(),
            }
            for each in ends
        ]
        await connection.execute(_NOTE, rows)


def _counts(row: Row[Any]) -> bool:
    if row.workspace != DEFAULT:
        return False
    return row.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED) or (
        row.status == TaskStatus.CANCELLED and row.attempt > 0
    )


def _end(row: Row[Any]) -> dict[str, Any]:
    succeeded = row.status == TaskStatus.SUCCEEDED
    ran = row.task_type, row.params, row.result, row.created_at
    broad = succeeded and looked_everywhere(row.task_type, row.params, row.result)
    span = covered_span(*ran) if broad else None
    whole = whole_span(*ran) if succeeded else None
    return {
        "ticker": row.ticker,
        "data_source": SOURCES[row.task_type].name,
        "status": row.status,
        "error": row.message if row.status == TaskStatus.FAILED else None,
        "record_count": rows_kept(row.task_type, row.result) if succeeded else 0,
        "covered_from": span[0].isoformat() if span else None,
        "covered_to": span[1].isoformat() if span else None,
        "whole_from": whole[0].isoformat() if whole else None,
        "whole_to": whole[1].isoformat() if whole else None,
    }
