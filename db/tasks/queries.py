"""Reading tasks: filters, pages, and single rows."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    Text,
    Uuid,
    any_,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from contracts.workspaces.names import DEFAULT
from db.beginnings import range_of
from db.models import Task
from db.tasks.cursor import Cursor
from db.tasks.failures import of_failure
from db.tasks.search import matches
from db.workspaces.scope import current_scope

#: Counting goes no further than this; a page of a million tasks must not count a million rows.
COUNT_CAP = 10_000
#: Where no index alone can tell, each row is looked at. Measured: benchmarks/README.md.
ROWS_CAP = 1_000

SORTS = ("created_at", "updated_at", "completed_at", "priority", "status", "type")
# How many tasks have a word decides about the plan, so no plan is kept for any word, nor two processes started for one.
_KNOW_THE_WORDS = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)
_TABLE = Task.__table__
#: Not shown to anybody, so not fetched either.
_SHOWN = [column for column in _TABLE.c if column.name not in ("words", "state_order", "reconcile_after")]
#: What is large stays where it is.
_LARGE = ("params", "result", "cursor", "timeouts", "follow_ups")
_OF_CARDS = [column for column in _SHOWN if column.name not in _LARGE]


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
    workspace: str | None = None
    #: Only what was over by then.
    completed_before: datetime | None = None
    #: The first characters of the id.
    id_prefix: str | None = None
    parent: uuid.UUID | None = None
    ids: Sequence[uuid.UUID] | None = None
    #: Of tasks that failed: the class of the error, and what `cause_of` makes of all of it.
    error_type: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Found:
    """One page, and how many there are; ``is_capped``: more than that, counting ends somewhere."""

    rows: Sequence[RowMapping]
    total: int
    is_capped: bool
    #: Where the next page begins; None on the last one.
    next: Cursor | None = None


async def find_tasks(
    connection: AsyncConnection,
    wanted: TaskFilter,
    *,
    sort: str,
    offset: int = 0,
    limit: int,
    after: Cursor | None = None,
) -> Found:
    """Rows of one page. ``sort``: a name of SORTS, with a minus for descending; ties are broken by age and id.

    ``after``: the page behind that place, however deep it lies; its rows are found like those of the first one.
    """
    if after is not None:
        rows = await _behind(connection, wanted, after, limit + 1)
        total, is_capped = await count_tasks(connection, wanted)
        found = Found(rows, total, is_capped)
    elif wanted.text:
        found = await _find_words(connection, matching(wanted), sort, offset, limit + 1)
    else:
        total, is_capped = await count_tasks(connection, wanted)
        found = Found(await _page(connection, matching(wanted), sort, offset, limit + 1), total, is_capped)
    if len(found.rows) <= limit:
        return found
    rows = found.rows[:limit]
    return replace(found, rows=rows, next=Cursor.of(rows[-1], sort))


async def _behind(connection: AsyncConnection, wanted: TaskFilter, after: Cursor, most: int) -> Sequence[RowMapping]:
    if wanted.text:
        await connection.execute(_KNOW_THE_WORDS)
    rows: list[RowMapping] = []
    for part, sort in after.behind():
        if len(rows) < most:
            rows += await _rows(connection, page_statement(matching(wanted).where(part), sort, 0, most - len(rows)))
    return rows


async def _find_words(connection: AsyncConnection, found: Select[Any], sort: str, offset: int, limit: int) -> Found:
    """Looking for words is dear, so it is done once, for the count and for the page."""
    await connection.execute(_KNOW_THE_WORDS)
    if sort.removeprefix("-") == "completed_at":
        ids = await _ids(connection, found.limit(ROWS_CAP + 1))
        page = await _page(connection, found if len(ids) > ROWS_CAP else _these(ids), sort, offset, limit)
    else:
        ids = await _ids(connection, found.order_by(*_order(sort)).limit(max(ROWS_CAP, offset + limit) + 1))
        page = await _page(connection, _these(ids[offset : offset + limit]), sort, 0, limit)
    return Found(page, min(len(ids), ROWS_CAP), len(ids) > ROWS_CAP)


async def _ids(connection: AsyncConnection, found: Select[Any] | CompoundSelect[Any]) -> Sequence[uuid.UUID]:
    ids: Sequence[uuid.UUID] = (await connection.execute(found)).scalars().all()
    return ids


def _these(ids: Sequence[uuid.UUID]) -> Select[Any]:
    return select(_TABLE.c.id).where(_TABLE.c.id == any_(literal(ids, ARRAY(Uuid))))


async def _page(
    connection: AsyncConnection, found: Select[Any], sort: str, offset: int, limit: int
) -> Sequence[RowMapping]:
    if sort.removeprefix("-") == "completed_at":
        return await _by_completion(connection, found, sort, offset, limit)
    return await _rows(connection, page_statement(found, sort, offset, limit))


async def _by_completion(
    connection: AsyncConnection, found: Select[Any], sort: str, offset: int, limit: int
) -> Sequence[RowMapping]:
    """What has not ended yet comes last either way. One query for both would have no index to read in order."""
    is_over = _TABLE.c.completed_at.is_not(None)
    over, still_open = found.where(is_over), found.where(~is_over)
    rows = list(await _rows(connection, page_statement(over, sort, offset, limit)))
    if len(rows) < limit:
        before = 0 if rows else offset - await _count(connection, over, offset)
        rows += await _rows(connection, page_statement(still_open, "-created_at", before, limit - len(rows)))
    return rows


async def _rows(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def newest_of_each(
    connection: AsyncConnection, wanted: TaskFilter, statuses: Sequence[TaskStatus], limit: int
) -> dict[TaskStatus, list[RowMapping]]:
    """The tasks of each status that were created last, without what is large: all of them with two questions."""
    found: dict[TaskStatus, list[RowMapping]] = {status: [] for status in statuses}
    if not statuses:
        return found
    if wanted.text:
        await connection.execute(_KNOW_THE_WORDS)
    each = (matching(replace(wanted, status=[status])) for status in statuses)
    parts = [select(one.order_by(*_order("-created_at")).limit(limit).subquery().c.id) for one in each]
    ids = await _ids(connection, union_all(*parts))
    c = _TABLE.c
    rows = select(*_OF_CARDS).where(c.id == any_(literal(ids, ARRAY(Uuid)))).order_by(*_order("-created_at"))
    for row in await _rows(connection, rows):
        found[TaskStatus(row["status"])].append(row)
    return found


def matching(wanted: TaskFilter) -> Select[Any]:
    """The ids of all tasks that match."""
    return _where(select(_TABLE.c.id), wanted)


def page_statement(found: Select[Any], sort: str, offset: int, limit: int) -> Select[Any]:
    """What lies before the page is passed over in the index; only the rows of the page itself are read."""
    order = _order(sort)
    ids = found.order_by(*order).offset(offset).limit(limit).subquery()
    return select(*_SHOWN).join(ids, ids.c.id == _TABLE.c.id).order_by(*order)


def _order(sort: str) -> Sequence[ColumnElement[Any]]:
    """Each is the order of an index, read in one direction or the other."""
    c, name = _TABLE.c, sort.removeprefix("-")
    times = name.endswith("_at")
    ascending = [c[name].asc(), c.id.asc()] if times else [c[name].asc(), c.created_at.desc(), c.id.desc()]
    descending = [c[name].desc(), c.id.desc()] if times else [c[name].desc(), c.created_at.asc(), c.id.asc()]
    return descending if sort.startswith("-") else ascending


async def count_tasks(connection: AsyncConnection, wanted: TaskFilter) -> tuple[int, bool]:
    """How many match; and whether there are more, because counting ends at a cap."""
    return await count_up_to(connection, wanted, COUNT_CAP if _is_one_index_enough(wanted) else ROWS_CAP)


async def count_up_to(connection: AsyncConnection, wanted: TaskFilter, cap: int) -> tuple[int, bool]:
    """The same with a cap of one's own."""
    if wanted.text:
        await connection.execute(_KNOW_THE_WORDS)
    found = await _count(connection, matching(wanted), cap + 1)
    return min(found, cap), found > cap


async def next_in_bulk(
    connection: AsyncConnection,
    wanted: TaskFilter,
    behind: tuple[datetime, uuid.UUID] | None,
    limit: int,
    *,
    with_params: bool = False,
) -> Sequence[RowMapping]:
    """Id, creation and workspace of the next tasks that match, from the newest to the oldest; if asked, type and
    params, too."""
    found = matching(wanted).add_columns(
        _TABLE.c.created_at, _TABLE.c.instance, *((_TABLE.c.type, _TABLE.c.params) if with_params else ())
    )
    if behind is not None:
        found = found.where(tuple_(_TABLE.c.created_at, _TABLE.c.id) < tuple_(*map(literal, behind)))
    if wanted.text:
        await connection.execute(_KNOW_THE_WORDS)
    return await _rows(connection, found.order_by(*_order("-created_at")).limit(limit))


async def count_by_status(connection: AsyncConnection, wanted: TaskFilter) -> dict[TaskStatus, tuple[int, bool]]:
    """How many there are of each status (those that the filter names, or all), and whether there may be more.

    Without another filter each status is counted by its index; with one, the newest COUNT_CAP that match are looked at.
    """
    statuses = wanted.status or tuple(TaskStatus)
    if replace(wanted, status=()) == TaskFilter():
        each = [matching(replace(wanted, status=[status])) for status in statuses]
        row = (await connection.execute(counts_statement(each, COUNT_CAP + 1))).one()
        return {status: (min(count, COUNT_CAP), count > COUNT_CAP) for status, count in zip(statuses, row, strict=True)}
    if wanted.text:
        await connection.execute(_KNOW_THE_WORDS)
    found = {row.status: row.found for row in await connection.execute(grouped_statement(matching(wanted), COUNT_CAP))}
    is_capped = sum(found.values()) >= COUNT_CAP
    return {status: (found.get(status.value, 0), is_capped) for status in statuses}


def grouped_statement(found: Select[Any], most: int) -> Select[Any]:
    """By status, of the newest that match: one pass, where a count per status would be one for each."""
    newest = found.add_columns(_TABLE.c.status).order_by(*_order("-created_at")).limit(most).subquery()
    return select(newest.c.status, func.count().label("found")).group_by(newest.c.status)


def counts_statement(each: Sequence[Select[Any]], most: int) -> Select[Any]:
    """One question for all of them; each stops at the cap."""
    return select(*(count_statement(found, most).scalar_subquery() for found in each))


def _is_one_index_enough(wanted: TaskFilter) -> bool:
    # All of these indexes hold `created_at` and `deleted_at`, too.
    indexed = (wanted.status, wanted.task_type, wanted.ticker, wanted.worker, wanted.created_by, wanted.workspace)
    others = (wanted.tag, wanted.text, wanted.id_prefix, wanted.parent, wanted.ids, wanted.error_type, wanted.cause)
    return sum(map(bool, indexed)) <= 1 and not any(others)


async def _count(connection: AsyncConnection, found: Select[Any], most: int) -> int:
    count: int = (await connection.execute(count_statement(found, most))).scalar_one()
    return count


def count_statement(found: Select[Any], most: int) -> Select[Any]:
    return select(func.count()).select_from(found.limit(most).subquery())


async def get_task(connection: AsyncConnection, task_id: uuid.UUID, *, lock: bool = False) -> RowMapping | None:
    """One row that is not deleted, locked for an update if asked."""
    query = select(*_SHOWN, _TABLE.c.state_order).where(_TABLE.c.id == task_id, _TABLE.c.deleted_at.is_(None))
    if lock:
        query = query.with_for_update()
    return (await connection.execute(query)).mappings().first()


async def seen_of(connection: AsyncConnection, task_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these are there, for the caller."""
    found = select(Task.id).where(Task.id.in_(task_ids), Task.deleted_at.is_(None))
    return set((await connection.execute(found)).scalars())


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
    if wanted.workspace is not None:
        conditions += _of_workspaces([wanted.workspace])
    if (scope := current_scope()) is not None:
        # Policies hold in any case; but a list in its order is read from the index only where it is said like this.
        conditions += _of_workspaces(scope.reads)
    if wanted.tag:
        conditions.append(c.tags.bool_op("@>")([wanted.tag]))
    if wanted.worker:
        conditions.append(_worker(wanted.worker))
    if wanted.created_after:
        conditions.append(c.created_at >= wanted.created_after)
    if wanted.created_before:
        conditions.append(c.created_at < wanted.created_before)
    if wanted.completed_before:
        conditions.append(c.completed_at < wanted.completed_before)
    if wanted.id_prefix:
        conditions.append(c.id.between(*range_of(wanted.id_prefix)))
    if wanted.ids is not None:
        conditions.append(c.id == any_(literal(list(wanted.ids), ARRAY(Uuid))))
    conditions += of_failure(wanted.error_type, wanted.cause)
    found = matches(c.words, wanted.text) if wanted.text else None
    if found is not None:
        conditions.append(found)
    return conditions


def _of_workspaces(names: Sequence[str]) -> list[ColumnElement[bool]]:
    column = _TABLE.c.instance
    if len(names) != 1:
        return [column == any_(literal(list(names), ARRAY(Text))), column != literal_column(f"'{DEFAULT}'")]
    one = column == names[0]
    # Said once more in words that the index of workspaces is known by.
    return [one] if names[0] == DEFAULT else [one, column != literal_column(f"'{DEFAULT}'")]


def _worker(worker: str) -> ColumnElement[bool]:
    try:
        return _TABLE.c.worker_id == uuid.UUID(worker)
    except ValueError:
        return _TABLE.c.worker_name == worker
