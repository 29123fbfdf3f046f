"""Pages of collected rows, and the cursor that leads from one to the next."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, RowMapping

from contracts.records.rows import RecordKind
from contracts.storable import storable
from db.records.queries import RecordFilter, order_of, page_of
from db.records.tables import table_of
from db.session import Database
from services.errors import BadInput

#: An export asks for so many rows at a time; the longest ones have 200,000 characters.
_EXPORT_PAGE = 100


async def read_page(
    database: Database, kind: RecordKind, wanted: RecordFilter, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """(rows, cursor of the next page, None on the last one).

    Raises:
        BadInput: the cursor is none of ours, or this kind has no ticker.
    """
    if wanted.ticker is not None and "ticker" not in table_of(kind).c:
        raise BadInput(f"Rows of {kind} have no ticker; leave this filter out.", [("ticker", "does not apply")])
    after = None if cursor is None else position_of(kind, cursor)
    async with database.transaction() as connection:
        # One row more than is shown says whether there is another page.
        rows = await page_of(connection, kind, wanted, after=after, limit=limit + 1)
    following = cursor_of(kind, rows[limit - 1]) if len(rows) > limit else None
    return [dict(row) for row in rows[:limit]], following


async def all_pages(
    database: Database, kind: RecordKind, wanted: RecordFilter
) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """Every row that matches, page by page; each page has its own short transaction, however slow the reader is."""
    cursor: str | None = None
    while True:
        rows, cursor = await read_page(database, kind, wanted, cursor, _EXPORT_PAGE)
        yield rows
        if cursor is None:
            return


def cursor_of(kind: RecordKind, row: RowMapping) -> str:
    """The place of this row, as callers carry it around."""
    values = [row[name].isoformat() if isinstance(row[name], date) else row[name] for name in order_of(kind)]
    return base64.urlsafe_b64encode(json.dumps([kind, *values]).encode()).decode()


def position_of(kind: RecordKind, cursor: str) -> list[Any]:
    """The values of `order_of` that a cursor stands for.

    Raises:
        BadInput: it was not made by `cursor_of` for this kind.
    """
    try:
        said, time, *key = storable(json.loads(base64.urlsafe_b64decode(cursor)))
        if said != kind or len(key) != len(order_of(kind)) - 1 or not all(isinstance(each, str) for each in key):
            raise ValueError("not of this kind")
        return [_time(kind, time), *key]
    except (ValueError, TypeError, OverflowError, RecursionError):
        sentence = f"This is no position in {kind}. Send the `next` of a page as it is, or nothing for the first page."
        raise BadInput(sentence, [("after", "is not a cursor of this list")]) from None


def _time(kind: RecordKind, text: str) -> date:
    if isinstance(table_of(kind).c[order_of(kind)[0]].type, Date):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("without a time zone")
    return moment.astimezone(UTC)
