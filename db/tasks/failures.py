"""Failures by their cause: type of the task, class of the error, and its message without what differs each time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from db.models import Task

#: Of the newest so many failures, groups are made.
LOOKED_AT = 2_000
_C = Task.__table__.c
#: Of a message. Longer ones differ in what they quote.
_LENGTH = 300

_CLASS = func.coalesce(func.nullif(func.left(_C.error["type"].astext, 200), ""), "Error")
# Ids, numbers, and what stands in quotes or in an address.
_MESSAGE = func.regexp_replace(
    func.left(func.coalesce(_C.error["message"].astext, ""), _LENGTH),
    r"""https?://\S+|'[^']*'|"[^"]*"|[0-9a-fA-F]{8,}(-[0-9a-fA-F]+)*|\d+([.,:]\d+)*""",
    "…",
    "g",
)
_CAUSE = func.md5(func.concat_ws("\n", _C.type, _CLASS, _MESSAGE))


def of_failure(error_type: str | None, cause: str | None) -> list[ColumnElement[bool]]:
    """Conditions for tasks that failed like this."""
    conditions: list[ColumnElement[bool]] = []
    if error_type is not None or cause is not None:
        conditions.append(_C.status == TaskStatus.FAILED.value)
    if error_type is not None:
        conditions.append(_CLASS == error_type)
    if cause is not None:
        conditions.append(_CAUSE == cause)
    return conditions


async def failure_groups(
    connection: AsyncConnection, since: datetime | None, limit: int
) -> tuple[Sequence[RowMapping], int]:
    """(groups, the largest first; how many failures were looked at). By the index of statuses."""
    failed = select(_C.id).where(_C.status == TaskStatus.FAILED.value, _C.deleted_at.is_(None))
    if since is not None:
        failed = failed.where(_C.created_at >= since)
    newest = failed.order_by(_C.created_at.desc(), _C.id.desc()).limit(LOOKED_AT).subquery()
    rows = (
        select(
            _CAUSE.label("cause"),
            _C.type.label("task_type"),
            _CLASS.label("error_type"),
            _MESSAGE.label("message"),
            func.left(_C.error["message"].astext, _LENGTH).label("example"),
            _C.id,
            _C.completed_at,
            _C.created_at,
        )
        .join(newest, newest.c.id == _C.id)
        .subquery()
    )
    latest: Any = func.array_agg(rows.c.id.op("ORDER BY")(rows.c.completed_at.desc()))
    query = select(
        rows.c.cause,
        func.min(rows.c.task_type).label("task_type"),
        func.min(rows.c.error_type).label("error_type"),
        func.min(rows.c.message).label("message"),
        func.min(rows.c.example).label("example"),
        func.count().label("count"),
        func.min(rows.c.created_at).label("created_after"),
        func.min(rows.c.completed_at).label("first_at"),
        func.max(rows.c.completed_at).label("last_at"),
        latest.label("task_ids"),
        func.sum(func.count()).over().label("looked_at"),
    ).group_by(rows.c.cause)
    found = (await connection.execute(query.order_by(func.count().desc(), rows.c.cause).limit(limit))).mappings().all()
    return found, int(found[0]["looked_at"]) if found else 0
