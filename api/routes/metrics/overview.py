"""Routes for the header of the page and for the sparklines of workers: one request each."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.security.principal import Reader
from api.state import Services
from contracts.metrics.overview import ActivityView, OverviewView
from services.metrics import overview

router = APIRouter(tags=["metrics"])


@router.get("/overview", summary="Show the health of each part, with counts of tasks, workers and alerts")
async def get_overview(caller: Reader, state: Services) -> OverviewView:
    """Of each part when it was last heard of. Counts of tasks end at 10,000."""
    async with state.database.transaction(snapshot=True) as connection:
        return await overview.overview(connection, caller.label)


@router.get("/metrics/workers/activity", summary="Count the attempts of each worker by period")
async def get_activity(
    _: Reader,
    state: Services,
    periods: Annotated[int, Query(ge=1, le=200, description="Up to the current one")] = 24,
    seconds: Annotated[int, Query(ge=60, le=86_400, description="Length of a period")] = 3_600,
) -> ActivityView:
    """Of the newest 2,000 attempts of each worker."""
    async with state.database.transaction() as connection:
        return await overview.worker_activity(connection, periods, seconds)
