"""Reading tasks: filters, pages, and single rows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.statuses import TaskStatus
from db.models import Task
from db.search import matches

#: Counting goes no further than this; a page of a million tasks must not count a million rows.
COUNT_CAP = 10_000

SORTS = ("created_at", "updated_at", "completed_at", "priority", "status", "type")
_TABLE = Task.__table__
#: Not shown to anybody, so not fetched either.
_SHOWN = [column for column in _TABLE.c if column.name not in ("words", "state_order", "reconcile_after")]


@dataclass(frozen=True)
class TaskFilter:
    """Every condition that is set must hold."""

    status: Sequence[TaskStatus] = field(default_factory=tuple)
    task_type: str | None = None
    ticker: str | None = None
    tag: str | None = None
    #: Name or id of the worker.
    worker: str | None = None
    created_by: str | None = None
    text: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    #: The first characters of the id.
    id_prefix: str | None = None
    parent: uuid.UUID | None = None


async def list_tasks(
    connection: AsyncConnection, wanted: TaskFilter, *, sort: str, offset: int, limit: int
) -> Sequence[RowMapping]:
    """Rows of one page. ``sort``: a name of SORTS, with a minus for descending; ties are broken by id."""
    column = _TABLE.c[sort.removeprefix("-")]
    ascending = not sort.startswith("-")
    order = [column.asc(), _TABLE.c.id.asc()] if ascending else [column.desc(), _TABLE.c.id.desc()]
    if column.nullable:
        # What has no such time yet comes last either way.
        order[0] = order[0].nulls_last()
    query = _where(select(*_SHOWN), wanted).order_by(*order).offset(offset).limit(limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def count_tasks(connection: AsyncConnection, wanted: TaskFilter) -> int:
    """How many match, counted up to COUNT_CAP + 1."""
    some = _where(select(_TABLE.c.id), wanted).limit(COUNT_CAP + 1).subquery()
    return (await connection.execute(select(func.count()).select_from(some))).scalar_one()


async def get_task(connection: AsyncConnection, task_id: uuid.UUID, *, lock: bool = False) -> RowMapping | None:
    """One row that is not deleted, locked for an update if asked."""
    query = select(*_SHOWN, _TABLE.c.state_order).where(_TABLE.c.id == task_id, _TABLE.c.deleted_at.is_(None))
    if lock:
        query = query.with_for_update()
    return (await connection.execute(query)).mappings().first()


def _where(query: Select[Any], wanted: TaskFilter) -> Select[Any]:
    return query.where(_TABLE.c.deleted_at.is_(None), *_conditions(wanted))


def _conditions(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    c = _TABLE.c
    conditions: list[ColumnElement[bool]] = []
    equals = {
        c.type: wanted.task_type,
        c.ticker: wanted.ticker,
        c.created_by: wanted.created_by,
        c.parent_task_id: wanted.parent,
    }
    conditions += [column == value for column, value in equals.items() if value is not None]
    if wanted.status:
        conditions.append(c.status.in_([status.value for status in wanted.status]))
    if wanted.tag:
        conditions.append(c.tags.bool_op("@>")([wanted.tag]))
    if wanted.worker:
        conditions.append(_worker(wanted.worker))
    if wanted.created_after:
        conditions.append(c.created_at >= wanted.created_after)
    if wanted.created_before:
        conditions.append(c.created_at < wanted.created_before)
    if wanted.id_prefix:
        first, last = _prefix_range(wanted.id_prefix)
        conditions += [c.id >= first, c.id <= last]
    found = matches(c.words, wanted.text) if wanted.text else None
    if found is not None:
        conditions.append(found)
    return conditions


def _worker(worker: str) -> ColumnElement[bool]:
    try:
        return _TABLE.c.worker_id == uuid.UUID(worker)
    except ValueError:
        return _TABLE.c.worker_name == worker


def _prefix_range(prefix: str) -> tuple[uuid.UUID, uuid.UUID]:
    digits = prefix.replace("-", "").lower()[:32]
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
