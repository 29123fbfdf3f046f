"""The watchlist: reading it, and changing some fields of some tickers in one statement."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import WatchedTicker

_TABLE = WatchedTicker.__table__
#: What a caller may say of a ticker, with what it is called in Postgres.
FIELDS = {"name": "text", "tracked": "boolean", "watchers": "integer", "earnings_date": "date", "score": "float8"}

_SET = ", ".join(
    f"{each} = CASE WHEN '{each}' = ANY(CAST(:fields AS text[])) THEN EXCLUDED.{each} ELSE known.{each} END"
    for each in FIELDS
)
_DIFFERS = " OR ".join(
    f"('{each}' = ANY(CAST(:fields AS text[])) AND EXCLUDED.{each} IS DISTINCT FROM known.{each})" for each in FIELDS
)
_NEW_SCORE = "'score' = ANY(CAST(:fields AS text[])) AND EXCLUDED.score IS DISTINCT FROM known.score"
_COLUMNS = ", ".join(f"{name} {type_}" for name, type_ in FIELDS.items())

# In one order everywhere, so that two writers never wait for each other. What changes nothing is not written.
_PUT = text(f"""
INSERT INTO watched_tickers AS known (ticker, name, tracked, watchers, earnings_date, score, score_changed_at, added_by,
    changed_by)
SELECT ticker, name, COALESCE(tracked, true), COALESCE(watchers, 0), earnings_date, score,
    CASE WHEN score IS NOT NULL THEN now() END, :by, :by
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (ticker text, {_COLUMNS})
ORDER BY ticker
ON CONFLICT (ticker) DO UPDATE SET {_SET},
    score_before = CASE WHEN {_NEW_SCORE} THEN known.score ELSE known.score_before END,
    score_changed_at = CASE WHEN {_NEW_SCORE} THEN now() ELSE known.score_changed_at END,
    changed_by = EXCLUDED.changed_by, changed_at = now()
WHERE {_DIFFERS}
RETURNING ticker, (xmax = 0) AS added
""")  # noqa: S608 - constants


async def put_tickers(
    connection: AsyncConnection, rows: Sequence[dict[str, Any]], fields: Sequence[str], by: str
) -> tuple[list[str], list[str]]:
    """Add or change tickers: of those that are there only ``fields`` change. Returns (added, changed).

    ``rows``: a ``ticker`` each and values for the fields, as JSON has them.
    """
    values = {"rows": json.dumps(rows), "fields": list(fields), "by": by}
    found = (await connection.execute(_PUT, values)).all()
    return [row.ticker for row in found if row.added], [row.ticker for row in found if not row.added]


async def find_ticker(connection: AsyncConnection, ticker: str) -> RowMapping | None:
    return (await connection.execute(select(_TABLE).where(_TABLE.c.ticker == ticker))).mappings().first()


async def remove_ticker(connection: AsyncConnection, ticker: str) -> bool:
    """Whether it was there."""
    return (await connection.execute(delete(WatchedTicker).where(WatchedTicker.ticker == ticker))).rowcount > 0


async def watched_among(connection: AsyncConnection, symbols: Sequence[str]) -> set[str]:
    """Those of the symbols that are on the watchlist."""
    if not symbols:
        return set()
    return set((await connection.execute(select(_TABLE.c.ticker).where(_TABLE.c.ticker.in_(symbols)))).scalars())


async def list_tickers(
    connection: AsyncConnection, *, tracked: bool | None, after: str | None, limit: int
) -> Sequence[RowMapping]:
    """Tickers by name, those behind ``after``."""
    query = select(_TABLE).order_by(_TABLE.c.ticker).limit(limit)
    if tracked is not None:
        query = query.where(_TABLE.c.tracked == tracked)
    if after is not None:
        query = query.where(_TABLE.c.ticker > after)
    return (await connection.execute(query)).mappings().all()


async def most_watched(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """The tracked tickers that most people watch."""
    query = select(_TABLE).where(_TABLE.c.tracked).order_by(_TABLE.c.watchers.desc(), _TABLE.c.ticker).limit(limit)
    return (await connection.execute(query)).mappings().all()


async def count_tickers(connection: AsyncConnection, *, tracked: bool = False) -> int:
    """How many there are, or how many of them are tracked."""
    query = select(func.count()).select_from(_TABLE)
    return (await connection.execute(query.where(_TABLE.c.tracked) if tracked else query)).scalar_one()
