"""Stored rows for the handlers that work on what others collected: only for a held task, only what its type reads, and
only of the task's own workspace."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.exchange import Material, MaterialQuery
from contracts.records.kind import Owner
from contracts.records.rows import RecordKind
from contracts.records.scored_text import POST_LIMIT, TEXTS
from contracts.storable import cleaned
from contracts.tasks.work import Lease
from db.records.tables import rows_of
from services.errors import BadInput, NotAllowed
from services.records.own_rows import HeldTask
from services.records.storing import check_holder


async def read_material(
    connection: AsyncConnection, task_id: uuid.UUID, lease: Lease, query: MaterialQuery
) -> Material:
    """One page of rows, in the order of ids; those of a page that is watched newest first.

    Raises:
        NotYourTask: the attempt is stale, or the task is over.
        NotAllowed: the type of the task does not read this kind, or the task does not name these rows.
        BadInput: the filters do not fit the kind or the task.
    """
    task = await check_holder(connection, task_id, lease)
    if query.kind not in task.type.reads:
        raise NotAllowed(f"A task of type {task.type.name} does not read {query.kind}.")
    _check(query, task)
    if task.type.reads_named:
        _check_named(query, task.type.reads_named, task.raw_params)
    rows = (await connection.execute(_statement(query, task))).mappings().all()
    return Material(records=[dict(row) for row in rows])


def _check(query: MaterialQuery, task: HeldTask) -> None:
    said = query.model_dump(exclude_none=True)
    if cleaned(said) != said:
        raise BadInput("The query must not contain NUL characters or broken Unicode.")
    if query.unscored_by is not None and query.kind.opinions is None:
        raise BadInput(f"unscored_by is for posts; {query.kind} are not scored.")
    if query.or_by_this_task and query.unscored_by is None:
        raise BadInput("or_by_this_task goes with unscored_by.")
    if query.kind.spec.owner is Owner.PAGE:
        if query.url is None:
            raise BadInput(f"Say the url of the {query.kind.replace('_', ' ')}.")
        if not task.owns_page(query.url):
            raise NotAllowed("This task reads only the snapshots of its own url.")
    elif task.ticker is None:
        if query.ids is None:
            raise BadInput("This task has no ticker: say the ids of the rows it needs.")
        if not task.type.reads_named:
            raise NotAllowed("This task has no ticker, and its type has no param that names the rows it reads.")


def _check_named(query: MaterialQuery, param: str, params: dict[str, Any]) -> None:
    named = params.get(param)
    # A task that was started from the Temporal side may have anything in its params.
    known = {each for each in named if isinstance(each, str)} if isinstance(named, list) else set()
    if query.ids is None or any(_full_name(query.kind, id_) not in known for id_ in query.ids):
        raise NotAllowed(f"This task reads only the rows that it names in {param}.")


def _full_name(kind: RecordKind, id_: str) -> str:
    """As tasks name a row: a piece by the row that it belongs to."""
    whole = kind.spec.part_of
    return f"{whole}:{id_.rpartition(':')[0]}" if whole else f"{kind}:{id_}"


def _statement(query: MaterialQuery, task: HeldTask) -> Select[Any]:
    rows, spec = rows_of(query.kind, task.workspace), query.kind.spec
    id_, time = rows.c[spec.id], rows.c[spec.time]
    statement = select(*(rows.c[name] for name in spec.model.model_fields)).limit(query.limit)
    if task.ticker is not None and "ticker" in rows.c:
        statement = statement.where(rows.c.ticker == task.ticker)
    if query.ids is not None:
        statement = statement.where(id_.in_(query.ids))
    if query.since is not None:
        statement = statement.where(time >= _bound(query.since, time))
    if query.until is not None:
        # Days count whole where there is no time of day, as they do for the crawl.
        until = query.until - timedelta(microseconds=1)
        statement = statement.where(time <= _bound(until, time))
    if query.unscored_by is not None and (opinions := query.kind.opinions):
        statement = statement.where(~_scored(rows, query, opinions, task))
    if spec.owner is Owner.PAGE:
        statement = statement.where(rows.c.url == query.url)
        if query.selector is not None:
            statement = statement.where(rows.c.selector == query.selector)
        return statement.order_by(time.desc())
    if query.after is not None:
        statement = statement.where(id_ > query.after)
    # One row per id: a task without a ticker would otherwise see an article once per ticker it mentions, and
    # every task a post's opinion once per scorer. The latest counts.
    return statement.distinct(id_).order_by(id_, time.desc())


def _bound(moment: datetime, column: Any) -> Any:
    return moment.date() if isinstance(column.type, Date) else moment


def _scored(posts: Subquery, query: MaterialQuery, kind: RecordKind, task: HeldTask) -> ColumnElement[bool]:
    opinions = rows_of(kind, task.workspace)
    conditions = [
        opinions.c.ticker == posts.c.ticker,
        opinions.c.post_id == posts.c[query.kind.spec.id],
        opinions.c.scorer == query.unscored_by,
        # Of the text as it is now: an edit keeps the id.
        or_(opinions.c.text_hash.is_(None), opinions.c.text_hash == _hash_of_text(posts)),
    ]
    if query.or_by_this_task:
        conditions.append(opinions.c.task_id != task.id)
    return exists().where(*conditions)


def _hash_of_text(posts: Subquery) -> ColumnElement[str]:
    """As `contracts.records.scored_text` makes it."""
    said = [func.nullif(posts.c[name], "") for name in TEXTS if name in posts.c]
    text = func.left(func.concat_ws("\n", *said), POST_LIMIT)
    return func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex")
