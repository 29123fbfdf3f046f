"""Signals of some tickers, counted from the collected rows when they are asked for; nothing is kept twice."""

from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

#: Of each source, ticker and question; more makes no difference.
_MOST_ROWS = 5_000

_SQL = load(__file__)
_MENTIONS = _SQL["mentions"].bindparams(most_rows=_MOST_ROWS)
_MOODS = _SQL["moods"].bindparams(most_rows=_MOST_ROWS)


async def mentions_of(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Per ticker and source: ``recent`` and ``before`` (see `agent.ticker_signals.SourceMentions`), ``until`` when."""
    return (await connection.execute(_MENTIONS, {"tickers": list(tickers)})).mappings().all()


async def moods_of(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Per ticker and scorer that has scored posts both lately and before."""
    return (await connection.execute(_MOODS, {"tickers": list(tickers)})).mappings().all()
