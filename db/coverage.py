"""The freshness table as a matrix of tickers and sources, and as one line per source."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_STATE = """CASE WHEN last_success_at IS NULL THEN 'never' WHEN last_error IS NOT NULL THEN 'failing'
    WHEN last_success_at < now() - make_interval(hours => :fresh_hours) THEN 'stale' ELSE 'fresh' END"""

_CELLS = text(f"""
WITH page AS (
    SELECT DISTINCT ticker FROM ticker_data_freshness WHERE CAST(:after AS text) IS NULL OR ticker > :after
    ORDER BY ticker LIMIT :limit
)
SELECT ticker, data_source AS source, {_STATE} AS state, last_success_at, last_attempt_at, last_error, record_count
FROM ticker_data_freshness JOIN page USING (ticker) ORDER BY ticker, data_source
""")  # noqa: S608 - a constant

_SOURCES = text(f"""
SELECT source, count(*) AS tickers, count(*) FILTER (WHERE state = 'fresh') AS fresh,
    count(*) FILTER (WHERE state = 'stale') AS stale, count(*) FILTER (WHERE state = 'failing') AS failing,
    count(*) FILTER (WHERE state = 'never') AS never, min(last_success_at) AS oldest_success_at,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY age) AS median_age_seconds
FROM (
    SELECT data_source AS source, last_success_at, {_STATE} AS state,
        CAST(extract(epoch FROM now() - last_success_at) AS float) AS age
    FROM ticker_data_freshness
) known GROUP BY source ORDER BY source
""")  # noqa: S608 - a constant


async def coverage_cells(
    connection: AsyncConnection, *, fresh_hours: int, after: str | None, limit: int
) -> Sequence[RowMapping]:
    """All cells of the first ``limit`` tickers behind ``after``, by ticker and source."""
    values = {"fresh_hours": fresh_hours, "after": after, "limit": limit}
    return (await connection.execute(_CELLS, values)).mappings().all()


async def freshness_by_source(connection: AsyncConnection, fresh_hours: int) -> Sequence[RowMapping]:
    return (await connection.execute(_SOURCES, {"fresh_hours": fresh_hours})).mappings().all()
