"""Signals of some tickers, counted from the collected rows when they are asked for; nothing is kept twice.

Made of the kinds and sources there are, and of the rows of the default workspace, whose watchlist and freshness it is.
Both read a ticker's rows through ix_<table>_ticker_<time>.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    CompoundSelect,
    Executable,
    RowMapping,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    case,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from contracts.records.sources import SOURCES
from contracts.workspaces.names import DEFAULT
from db.models import Freshness
from db.records.tables import rows_of

#: Of each source, ticker and question; more makes no difference.
_MOST_ROWS = 5_000

_DAY = timedelta(days=1)
_TICKERS = bindparam("tickers", type_=ARRAY(Text))


def _mentions(source: str, kind: RecordKind) -> Select[Any]:
    """Posts per ticker of one source: of the last day that was collected (`recent`), and of the day before (`before`).

    Counted back from where the source was collected to: a ticker that nobody has crawled since is not a quiet one. And
    compared only with a day that was collected, too (else `before` is null), or the first crawl of any ticker would
    look like a trend. Who was collected last more than a week ago says nothing about now, and has no row.
    """
    table = cast(Table, Freshness.__table__)
    fresh, rows = table.c, rows_of(kind, DEFAULT).c
    until = func.least(func.coalesce(fresh.covered_to, fresh.last_success_at), func.now())
    at = rows[kind.spec.time]
    posts = select(at.label("at")).where(rows.ticker == fresh.ticker, at > until - 2 * _DAY, at <= until)
    found = posts.limit(_MOST_ROWS).lateral("posts")
    recent = func.count().filter(found.c.at > until - _DAY)
    before = case((fresh.covered_from <= until - 2 * _DAY, func.count().filter(found.c.at <= until - _DAY)))
    return (
        select(
            fresh.ticker,
            fresh.data_source.label("source"),
            until.label("until"),
            recent.label("recent"),
            before.label("before"),
        )
        .select_from(table.outerjoin(found, true()))
        .where(fresh.data_source == source, fresh.ticker == any_(_TICKERS), until > func.now() - 7 * _DAY)
        .group_by(fresh.ticker, fresh.data_source)
    )


def _all_mentions() -> CompoundSelect[Any]:
    every = (_mentions(each.name, each.mentions) for each in SOURCES.values() if each.mentions)
    return union_all(*every).order_by("ticker", "source")


def _moods() -> Select[Any]:
    """The mean score per ticker and scorer: of the last three days against the two weeks before them.

    No row for who has none of either.
    """
    wanted = func.unnest(_TICKERS).table_valued("ticker", name="wanted").render_derived()
    lately, oldest = func.now() - 3 * _DAY, func.now() - 17 * _DAY
    tables = [rows_of(kind, DEFAULT) for kind in RecordKind if kind.posts]
    columns = [(each, each.c.scorer, each.c.score, each.c.fetched_at) for each in tables]
    scores = (
        select(scorer, score, at)
        .where(table.c.ticker == wanted.c.ticker, at > oldest)
        .order_by(at.desc())
        .limit(_MOST_ROWS)
        .correlate(wanted)
        for table, scorer, score, at in columns
    )
    scored = union_all(*scores).lateral("scored").c
    recent, before = scored.fetched_at > lately, scored.fetched_at <= lately
    recent_posts, before_posts = func.count().filter(recent), func.count().filter(before)
    return (
        select(
            wanted.c.ticker,
            scored.scorer,
            func.avg(scored.score).filter(recent).label("recent"),
            recent_posts.label("recent_posts"),
            func.avg(scored.score).filter(before).label("before"),
            before_posts.label("before_posts"),
        )
        .group_by(wanted.c.ticker, scored.scorer)
        .having((recent_posts > 0) & (before_posts > 0))
    )


_MENTIONS = _all_mentions()
_MOODS = _moods()


async def mentions_of(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Per ticker and source: ``recent`` and ``before`` (see `agent.ticker_signals.SourceMentions`), ``until`` when."""
    return await _asked(connection, _MENTIONS, tickers)


async def moods_of(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Per ticker and scorer that has scored posts both lately and before."""
    return await _asked(connection, _MOODS, tickers)


async def _asked(connection: AsyncConnection, query: Executable, tickers: Sequence[str]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query, {"tickers": list(tickers)})).mappings().all()
    return rows
