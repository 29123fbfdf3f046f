"""How fresh each source of each ticker is: kept with every end of a run that collects.

A source is as fresh as what is collected of it without a gap, `fresh_to`; a run that looked at a part of it (one
subreddit, a small limit, all feeds but one that failed) is a success and makes nothing fresh. A place that has refused
for days is named instead of waited for. What was written before there was `covered` is as fresh as its last success.

It is that of the default workspace: what a run of another one has collected is in rows that nobody else reads.

Monotone like the mirror: what a transaction that began earlier writes late moves no time back, and neither sets nor
clears the error of a later end.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.breadth import is_usual, looked_everywhere, refused_places, some_silent
from contracts.records.refusals import Refusals, after_run, left_out, refusals_of, to_store
from contracts.records.sources import SOURCES, covered_span, rows_kept, usual_span, whole_span
from contracts.tasks.statuses import TaskStatus
from contracts.workspaces.names import DEFAULT
from db.statements import load

_TYPE_OF = {source.name: type_ for type_, source in SOURCES.items()}

_SQL = load(__file__)
_NOTE, _REFUSING = _SQL["note_end"], _SQL["refusing"]


async def note_ends(connection: AsyncConnection, moved: Sequence[Row[Any]]) -> None:
    """Note the ends of runs whose rows moved (`outcomes` in `db/tasks/mirror.sql`); others are passed over.

    A run that was cancelled counts as an attempt if a worker had begun it; it leaves the error as it was.
    """
    counted = [row for row in moved if row.task_type in SOURCES and row.ticker and _counts(row)]
    known, now = await _known_refusals(connection, counted), datetime.now(UTC)
    ends = [_end(row, known, now) for row in counted]
    # In one order everywhere, so that two writers never wait for each other.
    ends.sort(key=lambda each: (each["ticker"], each["data_source"]))
    if ends:
        rows = [
            {
                "ended": json.dumps(each),
                "says_nothing": each["status"] == TaskStatus.CANCELLED,
                "asks_all": each["refusing"] is not None,
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


async def _known_refusals(connection: AsyncConnection, ended: Sequence[Row[Any]]) -> dict[tuple[str, str], Refusals]:
    """What was known before of places that refuse, for the ends that may change it."""
    keys = sorted({_key(row) for row in ended if _asks_all(row)})
    if not keys:
        return {}
    values = {"tickers": [ticker for ticker, _ in keys], "sources": [source for _, source in keys]}
    found = (await connection.execute(_REFUSING, values)).all()
    return {(row.ticker, row.data_source): refusals_of(row.refusing) for row in found}


def _key(row: Row[Any]) -> tuple[str, str]:
    return row.ticker, SOURCES[row.task_type].name


def _asks_all(row: Row[Any]) -> bool:
    """Whether its result tells which places refuse, of all there are."""
    tells = bool(SOURCES[row.task_type].refused) and row.status == TaskStatus.SUCCEEDED
    return tells and is_usual(row.task_type, row.params)


def _end(row: Row[Any], known: dict[tuple[str, str], Refusals], now: datetime) -> dict[str, Any]:
    succeeded = row.status == TaskStatus.SUCCEEDED
    asks_all = _asks_all(row)
    if asks_all:
        # Of two ends of one ticker in a batch the second one knows what the first one told.
        refused, silent = refused_places(row.task_type, row.result), some_silent(row.task_type, row.result)
        known[_key(row)] = after_run(known.get(_key(row), {}), refused, now, some_silent=silent)
    excused = left_out(known.get(_key(row), {}), now)
    ran = row.task_type, row.params, row.result, row.created_at
    broad = succeeded and looked_everywhere(row.task_type, row.params, row.result, excused)
    span = covered_span(*ran) if broad else None
    whole = whole_span(*ran, excused) if succeeded else None
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
        "refusing": to_store(known[_key(row)]) if asks_all else None,
    }
