"""What collected rows said before another delivery replaced their content; a trigger writes it (migration 0066)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, RowMapping, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from db.models import RecordRevision
from db.records.queries import of_workspaces

TABLE = cast(Table, RecordRevision.__table__)
#: Days after which a revision is deleted, however long its kind is kept: sources want deleted posts to be forgotten.
KEPT_DAYS = 30

_SHOWN = ("content", "task_id", "attempt", "fetched_at", "replaced_by", "replaced_at", "workspace")


@dataclass(frozen=True)
class RevisionFilter:
    """Every condition that is set must hold."""

    ticker: str | None = None
    #: The task that had stored the row, or the one that replaced it.
    task_id: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: Of rows of these; none means all that are shown to the caller.
    workspaces: Sequence[str] = ()


async def list_revisions(
    connection: AsyncConnection, kind: RecordKind, wanted: RevisionFilter, limit: int
) -> Sequence[RowMapping]:
    """Those that were replaced last come first."""
    c = TABLE.c
    conditions: list[ColumnElement[bool]] = [c.kind == kind, *of_workspaces(TABLE, wanted.workspaces)]
    if wanted.ticker is not None:
        conditions.append(c.content["ticker"].astext == wanted.ticker)
    if wanted.task_id is not None:
        conditions.append(or_(c.task_id == wanted.task_id, c.replaced_by == wanted.task_id))
    if wanted.since is not None:
        conditions.append(c.replaced_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(c.replaced_at < wanted.until)
    query = select(*(c[name] for name in _SHOWN)).where(*conditions)
    query = query.order_by(c.replaced_at.desc(), c.digest).limit(limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def is_over(kind: RecordKind, kind_days: int | None) -> ColumnElement[bool]:
    """Whether a revision's time is up: its own, or, if that is sooner, the one that rows of its kind have."""
    c = TABLE.c
    over = c.replaced_at < func.now() - timedelta(days=KEPT_DAYS)
    if kind_days is not None:
        over = or_(over, c.fetched_at < func.now() - timedelta(days=kind_days))
    return (c.kind == kind) & over
