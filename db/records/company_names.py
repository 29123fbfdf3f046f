"""What is known of the names of companies: from the watchlist, and from the filings that were collected."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Through ix_sec_filings_ticker_filed_on.
_NAMES = text("""
SELECT wanted.ticker, watched.name, (
    SELECT filing.company FROM sec_filings filing WHERE filing.ticker = wanted.ticker
    ORDER BY filing.filed_on DESC LIMIT 1
) AS registered
FROM unnest(CAST(:tickers AS text[])) AS wanted (ticker)
LEFT JOIN watched_tickers watched ON watched.ticker = wanted.ticker
""")


async def known_names(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Of each ticker its ``name`` on the watchlist, and how it is ``registered``; None: not known."""
    return (await connection.execute(_NAMES, {"tickers": list(tickers)})).mappings().all()
