"""Routes of the watchlist: read, change and import tickers, and find trending symbols."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.trend import Threshold
from api.audit import audit
from api.security.principal import Operator, Reader
from api.state import Services
from contracts.params.common import Ticker
from contracts.records.requests import TickerFields
from contracts.records.ticker_views import ImportView, TickersPage, TickerView, TrendingView
from contracts.storable import Text
from db.records.watchlist import count_tickers, find_ticker, list_tickers, put_tickers, remove_ticker
from services.errors import DomainError
from services.records.ticker_import import MOST_BYTES, FileTooLarge, read_lines
from services.records.tickers import TickerNotFound, check_size, ticker_views, trending_view

router = APIRouter(prefix="/tickers", tags=["tickers"])

#: Names that an audit line of an import lists.
_MOST_NAMED = 50


class NotCsv(DomainError):
    """Send the file itself as the body, with 'Content-Type: text/csv'."""

    status = 415


class TickerQuery(BaseModel):
    model_config = {"extra": "forbid"}

    tracked: bool | None = Field(default=None, description="Only tickers that are tracked, or only untracked ones")
    after: Text | None = Field(default=None, max_length=20, description="The `next` of the page before")
    limit: int = Field(default=100, ge=1, le=500)


class TrendingQuery(BaseModel):
    """From when on a symbol counts as trending."""

    model_config = {"extra": "forbid"}

    hours: int = Field(default=24, ge=1, le=168, description="The last hours are compared with as many before")
    posts: int = Field(default=Threshold().posts, ge=1, le=1_000, description="Fewest posts")
    authors: int = Field(default=Threshold().authors, ge=1, le=1_000, description="Fewest different authors")
    limit: int = Field(default=50, ge=1, le=200)


@router.get("", summary="List tickers of the watchlist, with signals")
async def get_tickers(query: Annotated[TickerQuery, Query()], _: Reader, state: Services) -> TickersPage:
    async with state.database.transaction(snapshot=True) as connection:
        rows = await list_tickers(connection, tracked=query.tracked, after=query.after, limit=query.limit + 1)
        views = await ticker_views(connection, rows[: query.limit])
        total = await count_tickers(connection)
    return TickersPage(tickers=views, total=total, next=views[-1].ticker if len(rows) > query.limit else None)


@router.get("/trending", summary="List untracked symbols that rise in the crawled posts")
async def get_trending(query: Annotated[TrendingQuery, Query()], _: Reader, state: Services) -> TrendingView:
    threshold = Threshold(posts=query.posts, authors=query.authors)
    scan = await state.scans.scan(state.database, query.hours)
    return trending_view(scan, query.hours, threshold, query.limit)


@router.post(
    "/import",
    summary="Import tickers from a CSV file, all or none",
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def import_file(request: Request, caller: Operator, state: Services) -> ImportView:
    """The first line names the columns: `ticker`, and any of `name`, `tracked`, `watchers`, `earnings_date`, `score`.

    Columns left out stay as they are, empty cells set the default.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "text/csv":
        raise NotCsv
    lines, fields = await asyncio.to_thread(read_lines, await _body(request))
    rows = [each.model_dump(mode="json") for each in lines]
    async with state.database.transaction() as connection:
        added, changed = await put_tickers(connection, rows, fields, caller.label)
        await check_size(connection)
        counts = {"added": len(added), "changed": len(changed), "first": [*added, *changed][:_MOST_NAMED]}
        await audit(connection, caller, "ticker.import", "watchlist", **counts)
    return ImportView(added=len(added), changed=len(changed), unchanged=len(rows) - len(added) - len(changed))


@router.get("/{ticker}", summary="Show a ticker of the watchlist, with signals")
async def get_ticker(ticker: Ticker, _: Reader, state: Services) -> TickerView:
    async with state.database.transaction(snapshot=True) as connection:
        return await _view(connection, ticker)


@router.put("/{ticker}", summary="Add or change a ticker of the watchlist")
async def put(ticker: Ticker, body: TickerFields, caller: Operator, state: Services, response: Response) -> TickerView:
    """Fields left out stay as they are. Answers 201 if the ticker is new."""
    given = body.model_dump(mode="json", exclude_unset=True)
    async with state.database.transaction() as connection:
        added, changed = await put_tickers(connection, [{"ticker": ticker, **given}], list(given), caller.label)
        await check_size(connection)
        if added or changed:
            await audit(connection, caller, "ticker.put", ticker, **given)
        response.status_code = 201 if added else 200
        return await _view(connection, ticker)


@router.delete("/{ticker}", status_code=204, summary="Remove a ticker from the watchlist; collected rows stay")
async def delete(ticker: Ticker, caller: Operator, state: Services) -> Response:
    async with state.database.transaction() as connection:
        if not await remove_ticker(connection, ticker):
            raise TickerNotFound
        await audit(connection, caller, "ticker.remove", ticker)
    return Response(status_code=204)


async def _view(connection: AsyncConnection, ticker: str) -> TickerView:
    row = await find_ticker(connection, ticker)
    if row is None:
        raise TickerNotFound
    [view] = await ticker_views(connection, [row])
    return view


async def _body(request: Request) -> bytes:
    """Read no more than is taken, whatever is sent."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            raise FileTooLarge
    return content
