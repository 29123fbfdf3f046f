"""Queues and freshness over the time."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.metrics.views import HistoryView, MomentsView
from db.metrics.moments import FRESH_HOURS, moments


async def history(connection: AsyncConnection, per: str, last: int) -> HistoryView:
    found = [MomentsView.model_validate(dict(row)) for row in await moments(connection, per, last)]
    return HistoryView(per=per, fresh_hours=FRESH_HOURS, buckets=found)
