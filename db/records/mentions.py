"""Symbols in the posts of now and of before: cashtags of any symbol, and known symbols in capitals.

Posts of the default workspace: what is found is for its watchlist.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Integer, RowMapping, Select, bindparam, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from contracts.tickers.exchanges import SUFFIX
from contracts.tickers.mentions import CASHTAG, LISTED
from contracts.tickers.spelling import RUN_TOGETHER
from contracts.workspaces.names import DEFAULT
from db.records.tables import rows_of
from db.statements import load

#: Of each kind of posts and each time, the newest; and of each post its beginning.
_MOST_POSTS = 5_000
_MOST_CHARACTERS = 1_000
_MOST_SYMBOLS = 1_000

# Without a group, which makes it twice as fast (measured: 0.05 ms for a post of 700 characters, mostly in capitals).
# Neither half of SHOP.TO is one: that is another listing.
_BARE = rf"(?<!\.)\m[A-Z]{{2,5}}(?:[.-][A-Z]|/[A-D])?\M(?!\.{SUFFIX}\M)"

#: How symbols are written.
_FORMS = {"cashtag": CASHTAG, "listed": LISTED, "bare": _BARE, "run_together": json.dumps(RUN_TOGETHER)}

_KNOWN = text(
    "SELECT ticker, tracked FROM watched_tickers UNION ALL SELECT DISTINCT ticker, false FROM ticker_data_freshness"
)


def _newest(kind: RecordKind, recent: bool) -> Select[Any]:
    """Through ix_<table>_<time>; of each post its beginning."""
    spec, c = kind.spec, rows_of(kind, DEFAULT).c
    hour = func.make_interval(0, 0, 0, 0, bindparam("hours", type_=Integer))
    since, until = (func.now() - hour, func.now()) if recent else (func.now() - 2 * hour, func.now() - hour)
    id_ = func.concat(*(c[name] for name in spec.model.key if name != "ticker"))
    words = func.left(func.concat_ws(" ", *(c[name] for name in spec.words)), _MOST_CHARACTERS)
    return (
        select(
            literal(spec.table).label("source"),
            id_.label("id"),
            func.coalesce(c[spec.author], "").label("author"),
            literal(recent).label("recent"),
            words.label("words"),
        )
        .where(c[spec.time] > since, c[spec.time] <= until)
        .order_by(c[spec.time].desc())
        .limit(_MOST_POSTS)
    )


def _found() -> CTE:
    """Of every kind that has authors."""
    kinds = [kind for kind in RecordKind if kind.spec.author]
    return union_all(*(_newest(kind, recent) for recent in (True, False) for kind in kinds)).cte("found")


_COUNT = load(__file__)["count"].bindparams(most_symbols=_MOST_SYMBOLS).columns().add_cte(_found())


@dataclass(frozen=True)
class Counted:
    """All posts of both times, and those in which each symbol occurs: recent, before, authors, cashtags."""

    recent_posts: int
    before_posts: int
    symbols: Sequence[RowMapping]


async def known_symbols(connection: AsyncConnection) -> dict[str, bool]:
    """Symbols that are on the watchlist or were ever collected, and whether they are tracked."""
    known: dict[str, bool] = {}
    for row in (await connection.execute(_KNOWN)).all():
        known[row.ticker] = bool(row.tracked) or known.get(row.ticker, False)
    return known


async def count_mentions(connection: AsyncConnection, hours: int, bare: Collection[str]) -> Counted:
    """The last ``hours`` against as many before. ``bare``: symbols that count without a $, too."""
    values = {"hours": hours, "known": sorted(bare), **_FORMS}
    all_, *symbols = (await connection.execute(_COUNT, values)).mappings().all()
    return Counted(all_["recent"], all_["before"], symbols)
