"""Which rows a task may deliver: of the kinds that its type writes, and about what the task itself is about.

A row has its task's ticker, its address or its id, whichever its kind has, so that the holder of one task cannot touch
the rows of another subject; an opinion is about a stored post of the task's workspace, ticker and source.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.params.common import Params
from contracts.records.kind import Owner
from contracts.records.rows import Record, RecordKind, Sentiment
from contracts.task_type import TaskType
from contracts.task_types import parse_params
from db.records.tables import rows_of
from services.errors import NotAllowed


@dataclass(frozen=True)
class HeldTask:
    """What the rows of a task are judged by."""

    id: uuid.UUID
    type: TaskType
    ticker: str | None
    #: What it stores belongs there, and it reads nothing else.
    workspace: str
    #: As they are stored; those of a task from the Temporal side may be anything.
    raw_params: dict[str, Any]

    @cached_property
    def params(self) -> Params:
        """Raises InvalidTaskParams if they do not fit: no handler works on such a task either."""
        return parse_params(self.type.name, self.raw_params)

    def owns_page(self, url: str) -> bool:
        """Whether this is the page that the task was made for."""
        return url == str(getattr(self.params, "url", ""))

    def owns_part(self, selector: str) -> bool:
        """Whether this is the part of the page."""
        return selector == (getattr(self.params, "selector", None) or "")


def check_kind(task: HeldTask, kind: RecordKind) -> None:
    """Raises NotAllowed if the type of the task does not write this kind."""
    if kind not in task.type.writes:
        raise NotAllowed(
            f"Nothing was stored: task type {task.type.name} does not declare that it writes {kind}; "
            "add writes=… to its registration."
        )


async def check_rows(connection: AsyncConnection, task: HeldTask, kind: RecordKind, rows: Sequence[Record]) -> None:
    """Raises NotAllowed, with the first row that is not this task's to deliver."""
    for row in rows:
        wrong = _wrong(task, kind, row)
        if wrong:
            raise NotAllowed(f"Nothing was stored: {wrong}")
    if kind.posts and rows:
        await _check_posts(connection, task, kind.posts, [row.post_id for row in rows if isinstance(row, Sentiment)])


def _wrong(task: HeldTask, kind: RecordKind, row: Record) -> str:
    """What makes it another's row, as the end of a sentence; empty: it is this task's."""
    ticker = getattr(row, "ticker", None)
    if ticker != task.ticker and "ticker" in type(row).model_fields:
        of_task = f"of {task.ticker}" if task.ticker else "of no ticker"
        return f"a row of {ticker} does not belong to this task, which is {of_task}."
    id_, owner = str(getattr(row, kind.spec.id)), kind.spec.owner
    if owner is Owner.PAGE and not (task.owns_page(_text(row, "url")) and task.owns_part(_text(row, "selector"))):
        return f"a row of {_text(row, 'url')[:200]} does not belong to this task, which is about another page."
    if owner is Owner.TASK and not id_.startswith(f"{task.id}:"):
        return f"the id '{id_[:100]}' is not this task's. Begin it with '{task.id}:'."
    return ""


def _text(row: Record, field: str) -> str:
    return str(getattr(row, field))


async def _check_posts(connection: AsyncConnection, task: HeldTask, posts: RecordKind, post_ids: Sequence[str]) -> None:
    source, rows = posts.spec.source, rows_of(posts, task.workspace)
    id_ = rows.c[posts.spec.id]
    if getattr(task.params, "source", source) not in (source, "all"):
        raise NotAllowed(f"Nothing was stored: this task does not score {source} posts.")
    named = getattr(task.params, "post_ids", None)
    found = await connection.scalars(select(id_).where(rows.c.ticker == task.ticker, id_.in_(set(post_ids))))
    known = set(found) & set(named) if isinstance(named, list) else set(found)
    unknown = [post_id for post_id in post_ids if post_id not in known]
    if unknown:
        raise NotAllowed(f"Nothing was stored: '{unknown[0]}' is no {source} post that this task may score.")
