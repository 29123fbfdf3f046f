"""Reading collected rows: filters, pages by key, and how many there are. Newest first; ties are broken by the key."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    RowMapping,
    Select,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from db.records.tables import table_of

#: Counting goes no further than this; beyond it Postgres' own estimate counts.
COUNT_CAP = 10_000

_ESTIMATE = text("SELECT CAST(reltuples AS bigint) FROM pg_class WHERE oid = CAST(:name AS regclass)")


@dataclass(frozen=True)
class RecordFilter:
    """Every condition that is set must hold."""

    ticker: str | None = None
    task_id: uuid.UUID | None = None
    #: The kind's own time, from `since` on and before `until`.
    since: datetime | None = None
    until: datetime | None = None
    #: All of these must occur in the kind's texts, also within words.
    words: Sequence[str] = ()
    #: The rows' own ids; none means all.
    ids: Sequence[str] = ()


def order_of(kind: RecordKind) -> list[str]:
    """The columns that rows are sorted by, all descending: the kind's time, then the rest of its key."""
    time = kind.spec.time
    return [time, *(column.name for column in table_of(kind).primary_key if column.name != time)]


async def page_of(
    connection: AsyncConnection, kind: RecordKind, wanted: RecordFilter, *, after: Sequence[Any] | None, limit: int
) -> Sequence[RowMapping]:
    """The next rows. ``after``: the values of `order_of` of the last row before them."""
    statement = page_statement(kind, wanted, after, limit)
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


def page_statement(kind: RecordKind, wanted: RecordFilter, after: Sequence[Any] | None, limit: int) -> Select[Any]:
    """What `page_of` asks. Without a text to look for it needs no more than the rows of the page."""
    table = table_of(kind)
    order = [table.c[name] for name in order_of(kind)]
    query = select(table).where(*_conditions(kind, wanted)).order_by(*(each.desc() for each in order)).limit(limit)
    if after is not None:
        # The first condition follows from the second; with it the index on the time is used.
        query = query.where(order[0] <= after[0], tuple_(*order) < tuple_(*after))
    return query


async def count_rows(connection: AsyncConnection, kind: RecordKind) -> tuple[int, bool]:
    """(rows of a kind, whether that is an estimate)."""
    table = table_of(kind)
    some = select(literal(1)).select_from(table).limit(COUNT_CAP + 1).subquery()
    counted: int = (await connection.execute(select(func.count()).select_from(some))).scalar_one()
    if counted <= COUNT_CAP:
        return counted, False
    estimate: int = (await connection.execute(_ESTIMATE, {"name": table.name})).scalar_one()
    return max(estimate, counted), True


def _conditions(kind: RecordKind, wanted: RecordFilter) -> list[ColumnElement[bool]]:
    c = table_of(kind).c
    time = c[kind.spec.time]
    conditions: list[ColumnElement[bool]] = []
    if wanted.ticker is not None:
        conditions.append(c.ticker == wanted.ticker)
    if wanted.task_id is not None:
        conditions.append(c.task_id == wanted.task_id)
    # Said to be a moment, or a column of days would have Postgres cut the time of day off.
    if wanted.since is not None:
        conditions.append(time >= literal(wanted.since, DateTime(timezone=True)))
    if wanted.until is not None:
        conditions.append(time < literal(wanted.until, DateTime(timezone=True)))
    if wanted.ids:
        conditions.append(c[kind.spec.id].in_(wanted.ids))
    columns = [c[name] for name in kind.spec.words]
    conditions += [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in wanted.words]
    return conditions
