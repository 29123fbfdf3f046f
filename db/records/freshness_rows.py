"""Reads how fresh each source of each ticker is. Apart from what notes it, which the gateway runs without models."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Label, RowMapping, case, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Freshness

_TABLE = Freshness.__table__


async def list_freshness(
    connection: AsyncConnection, *, ticker: str | None, source: str | None, after: tuple[str, str] | None, limit: int
) -> Sequence[RowMapping]:
    """Rows by ticker and source, those behind ``after`` (ticker, source)."""
    c = _TABLE.c
    shown = (each for each in c if each.name not in ("covered", "fresh_to"))
    query = select(*shown, fresh_to()).order_by(c.ticker, c.data_source).limit(limit)
    if ticker is not None:
        query = query.where(c.ticker == ticker)
    if source is not None:
        query = query.where(c.data_source == source)
    if after is not None:
        query = query.where(tuple_(c.ticker, c.data_source) > tuple_(*after))
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def fresh_to() -> Label[datetime | None]:
    """Until when everything is collected; None: nothing is, or not without a gap."""
    c = _TABLE.c
    return case((c.covered.is_(None), c.last_success_at), else_=c.fresh_to).label("fresh_to")
