"""Route of freshness: how old the collected data of each ticker and source is."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.security.principal import Reader
from api.state import Services
from contracts.records.refusals import views_of
from contracts.records.views import FreshnessPage, FreshnessView
from contracts.storable import Text
from db.records.freshness_rows import list_freshness

router = APIRouter(tags=["records"])

_MARK = "/"


class FreshnessQuery(BaseModel):
    """Filters; every one that is given must match."""

    model_config = {"extra": "forbid"}

    ticker: Text | None = Field(default=None, max_length=20)
    source: Text | None = Field(default=None, max_length=50, description="reddit, twitter, news, sec, sentiment …")
    after: Text | None = Field(default=None, max_length=500, description="The `next` of the page before")
    limit: int = Field(default=200, ge=1, le=1_000)


@router.get("/freshness", summary="List how fresh each source of each ticker is")
async def get_freshness(query: Annotated[FreshnessQuery, Query()], _: Reader, state: Services) -> FreshnessPage:
    ticker = query.ticker.lstrip("$").upper() if query.ticker else None
    async with state.database.transaction() as connection:
        rows = await list_freshness(
            connection, ticker=ticker, source=query.source, after=_place(query.after), limit=query.limit + 1
        )
    now = datetime.now(UTC)
    shown = [
        FreshnessView.model_validate({**row, "refusing": views_of(row["refusing"], now)}) for row in rows[: query.limit]
    ]
    more = len(rows) > query.limit
    return FreshnessPage(freshness=shown, next=f"{shown[-1].ticker}{_MARK}{shown[-1].data_source}" if more else None)


def _place(after: str | None) -> tuple[str, str] | None:
    """(ticker, source) of the last row of the page before; any text is a place in the order."""
    if after is None:
        return None
    ticker, _, source = after.rpartition(_MARK)
    return ticker, source
