"""The freshness table as a matrix of tickers and sources, and as one line per source."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Float, Label, RowMapping, case, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Freshness
from db.records.freshness_rows import fresh_to

_TABLE = Freshness.__table__


async def coverage_cells(
    connection: AsyncConnection, *, fresh_hours: int, after: str | None, limit: int
) -> Sequence[RowMapping]:
    """All cells of the first ``limit`` tickers behind ``after``, by ticker and source."""
    c = _TABLE.c
    tickers = select(c.ticker).distinct().order_by(c.ticker).limit(limit)
    if after is not None:
        tickers = tickers.where(c.ticker > after)
    page = tickers.cte("page")
    query = (
        select(
            c.ticker, c.data_source.label("source"), _state(fresh_hours), c.last_success_at, c.last_attempt_at,
            c.last_error, c.record_count, c.refusing,
        )
        .join_from(_TABLE, page, c.ticker == page.c.ticker)
        .order_by(c.ticker, c.data_source)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def freshness_by_source(connection: AsyncConnection, fresh_hours: int) -> Sequence[RowMapping]:
    """How many tickers are in each state, the oldest success, and the median of their ages."""
    c = _TABLE.c
    age = cast(extract("epoch", func.now() - c.last_success_at), Float).label("age")
    known = select(c.data_source.label("source"), c.last_success_at, _state(fresh_hours), age).subquery("known").c
    query = (
        select(
            known.source,
            func.count().label("tickers"),
            *(func.count().filter(known.state == each).label(each) for each in ("fresh", "stale", "failing", "never")),
            func.min(known.last_success_at).label("oldest_success_at"),
            func.percentile_cont(0.5).within_group(known.age).label("median_age_seconds"),
        )
        .group_by(known.source)
        .order_by(known.source)
    )
    return (await connection.execute(query)).mappings().all()


def _state(fresh_hours: int) -> Label[str]:
    c = _TABLE.c
    return case(
        (c.last_success_at.is_(None), "never"),
        (c.last_error.is_not(None), "failing"),
        (fresh_to().element > func.now() - timedelta(hours=fresh_hours), "fresh"),
        else_="stale",
    ).label("state")
