"""The watchlist: reading it, and changing some fields of some tickers in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    RowMapping,
    case,
    column,
    delete,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import WatchedTicker

_TABLE = WatchedTicker.__table__
#: What a caller may say of a ticker.
FIELDS = ("name", "tracked", "watchers", "earnings_date", "score")


async def put_tickers(
    connection: AsyncConnection, rows: Sequence[dict[str, Any]], fields: Sequence[str], by: str
) -> tuple[list[str], list[str]]:
    """Add or change tickers: of those that are there only ``fields`` change. Returns (added, changed).

    ``rows``: a ``ticker`` each and values for the fields, as JSON has them.
    """
    known, new = _TABLE.c, _added(rows, by)
    changes: dict[str, Any] = {each: new.excluded[each] for each in fields}
    if "score" in fields:
        is_other = new.excluded.score.is_distinct_from(known.score)
        changes["score_before"] = case((is_other, known.score), else_=known.score_before)
        changes["score_changed_at"] = case((is_other, func.now()), else_=known.score_changed_at)
    statement = new.on_conflict_do_update(
        index_elements=[known.ticker],
        set_={**changes, "changed_by": new.excluded.changed_by, "changed_at": func.now()},
        # What changes nothing is not written.
        where=or_(false(), *(new.excluded[each].is_distinct_from(known[each]) for each in fields)),
    ).returning(known.ticker, literal_column("xmax = 0").label("added"))
    found = (await connection.execute(statement)).all()
    return [row.ticker for row in found if row.added], [row.ticker for row in found if not row.added]


def _added(rows: Sequence[dict[str, Any]], by: str) -> Insert:
    """The rows as tickers that are new, in one order everywhere, so that two writers never wait for each other."""
    columns = [column(name, _TABLE.c[name].type) for name in ("ticker", *FIELDS)]
    given = func.jsonb_to_recordset(literal(list(rows), JSONB)).table_valued(*columns)
    c = given.render_derived("given", with_types=True).c
    values = {
        "ticker": c.ticker,
        "name": c.name,
        "tracked": func.coalesce(c.tracked, true()),
        "watchers": func.coalesce(c.watchers, 0),
        "earnings_date": c.earnings_date,
        "score": c.score,
        "score_changed_at": case((c.score.is_not(None), func.now())),
        "added_by": literal(by),
        "changed_by": literal(by),
    }
    return insert(WatchedTicker).from_select(list(values), select(*values.values()).order_by(c.ticker))


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
