"""What is known of the names of companies: from the watchlist, and from the filings that were collected."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Through ix_sec_filings_ticker_filed_on. Of the filings that the workspace of the task has collected.
_NAMES = text("""
SELECT wanted.ticker, wanted.workspace, watched.name, (
    SELECT filing.company FROM sec_filings filing
    WHERE filing.ticker = wanted.ticker AND filing.workspace = wanted.workspace
    ORDER BY filing.filed_on DESC LIMIT 1
) AS registered
FROM unnest(CAST(:tickers AS text[]), CAST(:workspaces AS text[])) AS wanted (ticker, workspace)
LEFT JOIN watched_tickers watched ON watched.ticker = wanted.ticker
""")


async def known_names(connection: AsyncConnection, wanted: Sequence[tuple[str, str]]) -> Sequence[RowMapping]:
    """Of each (ticker, workspace) its ``name`` on the watchlist, and how it is ``registered``; None: not known."""
    values = {"tickers": [ticker for ticker, _ in wanted], "workspaces": [workspace for _, workspace in wanted]}
    return (await connection.execute(_NAMES, values)).mappings().all()
