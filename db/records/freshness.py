"""How fresh each source of each ticker is: kept with every end of a run that collects, read by ticker and source.

Monotone like the mirror: what a transaction that began earlier writes late moves no time back, and neither sets nor
clears the error of a later end.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, RowMapping, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.sources import SOURCES, covered_span, rows_kept
from contracts.tasks.statuses import TaskStatus
from db.models import Freshness

_TABLE = Freshness.__table__

# Spans that touch or overlap become one. Of two that lie apart the later one is kept, whichever was crawled first.
_NOTE = text("""
INSERT INTO ticker_data_freshness AS known (ticker, data_source, last_attempt_at, last_success_at, last_error,
    record_count, covered_from, covered_to)
SELECT ticker, data_source, now(), CASE WHEN status = 'succeeded' THEN now() END, error, record_count,
    covered_from, covered_to
FROM jsonb_to_record(CAST(:ended AS jsonb)) AS ended (ticker text, data_source text, status text, error text,
    record_count int, covered_from timestamptz, covered_to timestamptz)
ON CONFLICT (ticker, data_source) DO UPDATE SET
    last_attempt_at = GREATEST(known.last_attempt_at, EXCLUDED.last_attempt_at),
    last_success_at = GREATEST(known.last_success_at, EXCLUDED.last_success_at),
    last_error = CASE WHEN :says_nothing OR EXCLUDED.last_attempt_at < known.last_attempt_at THEN known.last_error
        ELSE EXCLUDED.last_error END,
    record_count = LEAST(CAST(known.record_count AS bigint) + EXCLUDED.record_count, 2147483647),
    covered_from = CASE
        WHEN EXCLUDED.covered_from <= known.covered_to AND EXCLUDED.covered_to >= known.covered_from
            THEN LEAST(known.covered_from, EXCLUDED.covered_from)
        WHEN known.covered_to IS NULL OR EXCLUDED.covered_to > known.covered_to THEN EXCLUDED.covered_from
        ELSE known.covered_from END,
    covered_to = GREATEST(known.covered_to, EXCLUDED.covered_to),
    updated_at = now()
""")


async def note_ends(connection: AsyncConnection, moved: Sequence[Row[Any]]) -> None:
    """Note the ends of runs whose rows moved (`outcomes` in `db/tasks/mirror.sql`); others are passed over.

    A run that was cancelled counts as an attempt if a worker had begun it; it leaves the error as it was.
    """
    ends = [_end(row) for row in moved if row.task_type in SOURCES and row.ticker and _counts(row)]
    # In one order everywhere, so that two writers never wait for each other.
    ends.sort(key=lambda each: (each["ticker"], each["data_source"]))
    if ends:
        rows = [{"ended": json.dumps(each), "says_nothing": each["status"] == TaskStatus.CANCELLED} for each in ends]
        await connection.execute(_NOTE, rows)


async def list_freshness(
    connection: AsyncConnection, *, ticker: str | None, source: str | None, after: tuple[str, str] | None, limit: int
) -> Sequence[RowMapping]:
    """Rows by ticker and source, those behind ``after`` (ticker, source)."""
    c = _TABLE.c
    query = select(_TABLE).order_by(c.ticker, c.data_source).limit(limit)
    if ticker is not None:
        query = query.where(c.ticker == ticker)
    if source is not None:
        query = query.where(c.data_source == source)
    if after is not None:
        query = query.where(tuple_(c.ticker, c.data_source) > tuple_(*after))
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def _counts(row: Row[Any]) -> bool:
    return row.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED) or (
        row.status == TaskStatus.CANCELLED and row.attempt > 0
    )


def _end(row: Row[Any]) -> dict[str, Any]:
    succeeded = row.status == TaskStatus.SUCCEEDED
    span = covered_span(row.task_type, row.params, row.result, row.created_at) if succeeded else None
    return {
        "ticker": row.ticker,
        "data_source": SOURCES[row.task_type].name,
        "status": row.status,
        "error": row.message if row.status == TaskStatus.FAILED else None,
        "record_count": rows_kept(row.task_type, row.result) if succeeded else 0,
        "covered_from": span[0].isoformat() if span else None,
        "covered_to": span[1].isoformat() if span else None,
    }
