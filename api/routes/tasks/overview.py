"""Routes that show many tasks at a glance: counts by status, the board, the timeline."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from api.routes.tasks.filters import FilterQuery
from api.security.principal import MemberReader
from api.state import Services
from contracts.requests import Moment
from contracts.storable import Text
from contracts.tasks.overview import BarView, BoardView, TimelineView
from contracts.tasks.views import TaskCountsView
from contracts.workspaces.names import WorkspaceName
from db.tasks.timeline import Window, work_in
from services.tasks import board

router = APIRouter(prefix="/tasks", tags=["tasks"])

_LONGEST = timedelta(days=31)


class BoardQuery(FilterQuery):
    per_column: int = Field(default=25, ge=1, le=100, description="Cards of each status; the newest")


class TimelineQuery(BaseModel):
    """Filters; every one that is given must match."""

    model_config = {"extra": "forbid"}

    since: Moment
    until: Moment
    worker: Text | None = Field(default=None, max_length=100, description="Name of the worker")
    ticker: Text | None = Field(default=None, max_length=100)
    task_type: Text | None = Field(default=None, max_length=100)
    workspace: WorkspaceName | None = None

    @model_validator(mode="after")
    def _is_a_window(self) -> Self:
        if not timedelta() < self.until - self.since <= _LONGEST:
            raise ValueError("'until' must come after 'since', by 31 days at most")
        return self


@router.get("/counts", summary="Count tasks by status, with the same filters as the list")
async def get_counts(query: Annotated[FilterQuery, Query()], _: MemberReader, state: Services) -> TaskCountsView:
    """Each count ends at 10,000; with filters the newest 10,000 that match are counted. `capped`: there are more."""
    async with state.database.transaction() as connection:
        return await board.task_counts(connection, query.filter())


@router.get("/board", summary="Show the board: of each status a count and the newest tasks, as cards")
async def get_board(query: Annotated[BoardQuery, Query()], _: MemberReader, state: Services) -> BoardView:
    """A card says who works on it, at which attempt, how far, or why it waits. `status` chooses the columns."""
    async with state.database.transaction(snapshot=True) as connection:
        return await board.board(connection, query.filter(), query.per_column)


@router.get("/timeline", summary="Show past, running and scheduled work in a window of time")
async def get_timeline(query: Annotated[TimelineQuery, Query()], _: MemberReader, state: Services) -> TimelineView:
    """One bar per attempt, and per task that is to start. What began before the window is shown if it goes on, or if
    it ended inside and began less than an hour before. `capped`: there is more than was looked at.
    """
    ticker = query.ticker.lstrip("$").upper() if query.ticker else None
    window = Window(query.since, query.until, query.worker, ticker, query.task_type, query.workspace)
    async with state.database.transaction(snapshot=True) as connection:
        rows, capped = await work_in(connection, window)
    bars = [BarView.model_validate(dict(row)) for row in rows]
    return TimelineView(at=datetime.now(UTC), since=query.since, until=query.until, bars=bars, capped=capped)
