"""Reading collected rows: filters, pages by key, and how many there are. Newest first; ties are broken by the key."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    RowMapping,
    Select,
    Table,
    Text,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from contracts.workspaces.names import DEFAULT
from db.records.tables import table_of

#: Counting goes no further than this; beyond it Postgres' own estimate counts.
COUNT_CAP = 10_000

_ESTIMATE = text("SELECT CAST(reltuples AS bigint) FROM pg_class WHERE oid = CAST(:name AS regclass)")
# By the last ANALYZE; 0 where that found too few of them.
_ESTIMATE_OF_WORKSPACES = text("""
SELECT CAST(COALESCE(sum(c.reltuples * known.share), 0) AS bigint)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = 'workspace'
CROSS JOIN LATERAL unnest(CAST(CAST(s.most_common_vals AS text) AS text[]), s.most_common_freqs) AS known (name, share)
WHERE c.oid = CAST(:name AS regclass) AND known.name = ANY(CAST(:workspaces AS text[]))
""")


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
    #: The rows of these; none means all that are shown to the caller.
    workspaces: Sequence[str] = ()


def order_of(kind: RecordKind) -> list[str]:
    """The columns that rows are sorted by, all descending: the kind's time, the rest of its key, and the workspace."""
    time = kind.spec.time
    return [time, *(name for name in kind.spec.model.key if name != time), "workspace"]


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


async def count_rows(connection: AsyncConnection, kind: RecordKind, workspaces: Sequence[str] = ()) -> int:
    """Rows of a kind, or `COUNT_CAP` + 1 if there are more."""
    table = table_of(kind)
    some = select(literal(1)).select_from(table).where(*of_workspaces(table, workspaces)).limit(COUNT_CAP + 1)
    counted: int = (await connection.execute(select(func.count()).select_from(some.subquery()))).scalar_one()
    return counted


async def estimate_rows(connection: AsyncConnection, kind: RecordKind, workspaces: Sequence[str] = ()) -> int:
    """As Postgres has it. Asked as the owner of the tables: its figures are of rows that a member does not see."""
    values: dict[str, Any] = {"name": table_of(kind).name}
    if workspaces:
        values["workspaces"] = list(workspaces)
    statement = _ESTIMATE_OF_WORKSPACES if workspaces else _ESTIMATE
    estimate: int = (await connection.execute(statement, values)).scalar_one()
    return estimate


def of_workspaces(table: Table, names: Sequence[str]) -> list[ColumnElement[bool]]:
    """Conditions on the column `workspace`; none for all."""
    column = table.c.workspace
    # Said once more in words that the indexes of workspaces are known by.
    not_default = column != literal_column(f"'{DEFAULT}'")
    match list(names):
        case []:
            return []
        case [name]:
            return [column == name] if name == DEFAULT else [column == name, not_default]
    # Several are those of a member.
    return [column == any_(literal(list(names), ARRAY(Text))), not_default]


def _conditions(kind: RecordKind, wanted: RecordFilter) -> list[ColumnElement[bool]]:
    c = table_of(kind).c
    time = c[kind.spec.time]
    conditions = of_workspaces(table_of(kind), wanted.workspaces)
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
