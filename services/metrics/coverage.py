"""Coverage and freshness: which source covers which ticker, and how fresh its data is."""

from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.metrics.views import (
    CoverageCellView,
    CoverageRowView,
    CoverageView,
    FreshnessMetricsView,
    SourceFreshnessView,
)
from contracts.records.refusals import views_of
from contracts.records.sources import SOURCES
from db.records.coverage import coverage_cells, freshness_by_source


async def coverage(connection: AsyncConnection, fresh_hours: int, after: str | None, limit: int) -> CoverageView:
    cells = await coverage_cells(connection, fresh_hours=fresh_hours, after=after, limit=limit + 1)
    now = datetime.now(UTC)
    rows = [
        CoverageRowView(ticker=ticker, cells=[_cell(cell, now) for cell in group])
        for ticker, group in groupby(cells, key=lambda cell: cell["ticker"])
    ]
    shown = rows[:limit]
    return CoverageView(
        sources=[source.name for source in SOURCES.values()],
        tickers=shown,
        next=shown[-1].ticker if len(rows) > limit else None,
    )


def _cell(row: RowMapping, now: datetime) -> CoverageCellView:
    return CoverageCellView.model_validate({**row, "refusing": views_of(row["refusing"], now)})


async def freshness(connection: AsyncConnection, fresh_hours: int) -> FreshnessMetricsView:
    rows = await freshness_by_source(connection, fresh_hours)
    return FreshnessMetricsView(sources=[SourceFreshnessView.model_validate(dict(row)) for row in rows])
