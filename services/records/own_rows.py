"""Which rows a task may deliver: of the kinds that its type writes, and about what the task itself is about.

A row has its task's ticker, its address or its id, whichever its kind has, so that the holder of one task cannot touch
the rows of another subject; an opinion is about a stored post of the task's ticker and source.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.params.common import Params
from contracts.records.rows import AiAnalysis, ApiUpdate, Record, RecordKind, Sentiment, WebSnapshot
from contracts.task_type import TaskType
from contracts.task_types import parse_params
from db.models import RedditPostRow, SocialPostRow
from services.errors import NotAllowed

#: Kind of opinions -> what `source` of a scoring task calls their posts, and where the ids of the posts are.
_POSTS: dict[RecordKind, tuple[str, Any, Any]] = {
    RecordKind.REDDIT_SENTIMENT: ("reddit", RedditPostRow.ticker, RedditPostRow.reddit_id),
    RecordKind.SOCIAL_SENTIMENT: ("social", SocialPostRow.ticker, SocialPostRow.post_id),
}


@dataclass(frozen=True)
class HeldTask:
    """What the rows of a task are judged by."""

    id: uuid.UUID
    type: TaskType
    ticker: str | None
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
        wrong = _wrong(task, row)
        if wrong:
            raise NotAllowed(f"Nothing was stored: {wrong}")
    if kind in _POSTS and rows:
        await _check_posts(connection, task, kind, [row.post_id for row in rows if isinstance(row, Sentiment)])


def _wrong(task: HeldTask, row: Record) -> str:
    """What makes it another's row, as the end of a sentence; empty: it is this task's."""
    ticker = getattr(row, "ticker", None)
    if ticker != task.ticker and "ticker" in type(row).model_fields:
        of_task = f"of {task.ticker}" if task.ticker else "of no ticker"
        return f"a row of {ticker} does not belong to this task, which is {of_task}."
    if isinstance(row, WebSnapshot) and not (task.owns_page(row.url) and task.owns_part(row.selector)):
        return f"a snapshot of {row.url[:200]} does not belong to this task, which is about another page."
    id_ = row.analysis_id if isinstance(row, AiAnalysis) else row.request_id if isinstance(row, ApiUpdate) else None
    if id_ is not None and not id_.startswith(f"{task.id}:"):
        return f"the id '{id_[:100]}' is not this task's. Begin it with '{task.id}:'."
    return ""


async def _check_posts(connection: AsyncConnection, task: HeldTask, kind: RecordKind, post_ids: Sequence[str]) -> None:
    source, ticker, id_ = _POSTS[kind]
    if getattr(task.params, "source", source) != source:
        raise NotAllowed(f"Nothing was stored: this task does not score {source} posts.")
    named = getattr(task.params, "post_ids", None)
    found = await connection.scalars(select(id_).where(ticker == task.ticker, id_.in_(set(post_ids))))
    known = set(found) & set(named) if isinstance(named, list) else set(found)
    unknown = [post_id for post_id in post_ids if post_id not in known]
    if unknown:
        raise NotAllowed(f"Nothing was stored: '{unknown[0]}' is no {source} post that this task may score.")
