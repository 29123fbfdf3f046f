"""A part of a text that comes later does not take the place of all of it."""

import asyncio
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.records.rows import RecordKind
from db.records.tables import table_of
from services.records.storing import _upsert
from tests.support.facade import Facade

WHOLE, PART = "all of it, word by word", "all of it \u2026"


def row(text: str, **raw: Any) -> dict[str, Any]:
    created = "2026-03-01T00:00:00Z"
    fields = {"ticker": "FULL", "post_id": "1", "text": text, "url": "https://x", "created_utc": created, "raw": raw}
    record = RecordKind.SOCIAL_POSTS.spec.model.model_validate(fields)
    return {**record.model_dump(), "task_id": "6f0c2f0e-5a52-4b3e-9a0e-0c1a2d7b4e55", "attempt": 1}


async def _store_one_after_the_other(url: str, rows: list[dict[str, Any]]) -> list[str]:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
    table, found = table_of(RecordKind.SOCIAL_POSTS), []
    async with engine.connect() as connection:
        for each in rows:
            await _upsert(connection, table, [each])
            found.append((await connection.execute(table.select().where(table.c.ticker == "FULL"))).one().text)
        await connection.rollback()
    await engine.dispose()
    return found


def test_the_fuller_text_stays_and_a_new_one_counts(stack: Facade) -> None:
    stack.wait_until_ready()
    rows = [row(WHOLE), row(PART, truncated=True), row("edited"), row(PART, truncated=True), row(WHOLE)]
    found = asyncio.run(_store_one_after_the_other(stack.database_url, rows))
    # The longer part says more than the shorter whole that it replaces.
    assert found == [WHOLE, WHOLE, "edited", PART, WHOLE]
