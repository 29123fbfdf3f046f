"""Deletes what has been kept for long enough, in batches that are short transactions (contracts/kept.py)."""

import asyncio
import time

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.kept import Book
from db.engine import one_by_one
from db.statements import load

_SQL = load(__file__)
_BOOKS = {
    Book.TASKS: _SQL["tasks"],
    Book.DELETED_TASKS: _SQL["deleted_tasks"],
    Book.PROGRESS: _SQL["progress"],
    Book.PLANS: _SQL["plans"],
    Book.IDEMPOTENCY_KEYS: _SQL["idempotency_keys"],
    Book.AUDIT: _SQL["audit"],
    Book.AGENT: _SQL["agent"],
    Book.SCHEDULES: _SQL["schedules"],
    Book.TRIGGERS: _SQL["triggers"],
}
#: Of these nobody says how long they are kept.
_OVER = (
    "bot_leases",
    "sessions",
    "failure_groups",
    "trigger_counts",
    "metrics_moments",
    "schedule_events",
    "workspace_costs",
)
#: Rows of one batch. A task has a dozen rows with it, and those who wait for a lock on one must not wait for long.
_MOST = 1_000
_MOST_TASKS = 200
#: A plan may have ten thousand steps.
_MOST_PLANS = 10
_OF_TASKS = frozenset({Book.TASKS, Book.DELETED_TASKS, Book.PROGRESS})


async def delete_book(engine: AsyncEngine, book: Book, days: int) -> int:
    """Delete what is older than so many days; returns how many rows of the book, or batches of progress events."""
    most = _MOST_PLANS if book is Book.PLANS else _MOST_TASKS if book in _OF_TASKS else _MOST
    return await _delete(engine, _BOOKS[book], days=days, most=most)


async def delete_what_is_over(engine: AsyncEngine) -> int:
    """Delete what nobody can use any more, such as sessions that are over by time; returns how many rows."""
    batches = [_SQL[name] for name in _OVER]
    return sum([await _delete(engine, batch, most=_MOST) for batch in batches])


async def _delete(engine: AsyncEngine, batch: TextClause, **values: int) -> int:
    deleted = 0
    while True:
        began = time.monotonic()
        async with one_by_one(engine).connect() as connection:
            found = (await connection.execute(batch, values)).rowcount
        if not found:
            return deleted
        deleted += found
        # The first time it may be years of rows, and others use the same disk.
        await asyncio.sleep(time.monotonic() - began)
