"""Deletes what is older than it is kept: collected rows, if that is asked for, and books (contracts/kept.py).

What rows said before their content was replaced goes after a month.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, any_, delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.kept import Book
from contracts.records.rows import RecordKind
from db.records.revisions import TABLE, is_over
from db.records.tables import table_of
from db.retention import delete_book, delete_what_is_over
from workers.core.each_for_itself import EachForItself

logger = logging.getLogger(__name__)

BATCH = 1_000
_EVERY = timedelta(hours=1)
_AGAIN = timedelta(minutes=1)


async def delete_older(engine: AsyncEngine, kind: RecordKind, days: int) -> int:
    """Delete the rows that were first stored more than ``days`` days ago, in short transactions; returns how many."""
    return await _delete_all(engine, delete_statement(kind, days))


async def delete_revisions(engine: AsyncEngine, kind: RecordKind, kind_days: int | None) -> int:
    """Delete what rows of this kind said before, once its time is up; returns how many revisions."""
    return await _delete_all(engine, _batch(TABLE, is_over(kind, kind_days)))


def delete_statement(kind: RecordKind, days: int) -> Delete:
    """One batch. It looks at the old rows only, however many are kept."""
    table = table_of(kind)
    return _batch(table, table.c.fetched_at < func.now() - timedelta(days=days))


def _batch(table: Table, is_old: ColumnElement[bool]) -> Delete:
    # By the places of the locked rows: by their keys, Postgres may read the whole table instead. Several cores share
    # the work, and a row that is being written is left for the next time.
    places: Select[Any] = (
        select(literal_column("ctid")).select_from(table).where(is_old).limit(BATCH).with_for_update(skip_locked=True)
    )
    return delete(table).where(literal_column("ctid") == any_(func.array(places.correlate(None).scalar_subquery())))


async def _delete_all(engine: AsyncEngine, batch: Delete) -> int:
    deleted = 0
    while True:
        async with engine.begin() as connection:
            found = (await connection.execute(batch)).rowcount
        deleted += found
        if found < BATCH:
            return deleted


class Retention:
    """Looks once an hour."""

    def __init__(
        self, engine: AsyncEngine, days: Mapping[RecordKind, int], books: Mapping[Book, int] | None = None
    ) -> None:
        self._engine = engine
        self._days = days
        self._books = books or {}
        self._each = EachForItself[str]("what is too old of %s is not deleted")

    async def run(self) -> None:
        """Delete what is too old until cancelled; while Postgres is away, try again every minute."""
        while True:
            went_well = await self.look()
            if not went_well:
                logger.warning("cannot delete old rows right now, or not all of them: it is tried again in a minute")
            await asyncio.sleep((_EVERY if went_well else _AGAIN).total_seconds())

    async def look(self) -> bool:
        """Delete what is too old now; whether all of it could be. What cannot keeps nothing else from being deleted."""
        steps: dict[str, Callable[[], Awaitable[None]]] = {
            **{str(kind): partial(self._delete_kind, kind, days) for kind, days in self._days.items()},
            **{f"revisions of {kind}": partial(self._delete_revisions, kind) for kind in RecordKind},
            **{f"the book {book}": partial(self._delete_book, book, days) for book, days in self._books.items()},
            "what is over": self._delete_what_is_over,
        }
        return await self._each.do(steps, lambda name: steps[name]())

    async def _delete_kind(self, kind: RecordKind, days: int) -> None:
        deleted = await delete_older(self._engine, kind, days)
        if deleted:
            logger.info("deleted %d rows of %s that were stored more than %d days ago", deleted, kind, days)

    async def _delete_revisions(self, kind: RecordKind) -> None:
        await delete_revisions(self._engine, kind, self._days.get(kind))

    async def _delete_book(self, book: Book, days: int) -> None:
        deleted = await delete_book(self._engine, book, days)
        if deleted:
            logger.info("deleted what was older than %d days of %s", days, book)

    async def _delete_what_is_over(self) -> None:
        await delete_what_is_over(self._engine)
