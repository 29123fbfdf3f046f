"""Figures for charts and people; each from roll-ups or indexes, whatever the number of tasks (ADR 0022)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.security.principal import Reader
from api.state import Services
from contracts.agent.metric_views import AgentMetricsView
from contracts.metrics.views import (
    CoverageView,
    ErrorsView,
    FreshnessMetricsView,
    HistoryView,
    QueueView,
    TaskMetricsView,
    ThroughputView,
    WorkerMetricsView,
)
from contracts.storable import Text
from services.metrics import agent as agent_service
from services.metrics import coverage as coverage_service
from services.metrics import fleet as fleet_service
from services.metrics import history as history_service
from services.metrics import tasks as task_service

router = APIRouter(prefix="/metrics", tags=["metrics"])

Days = Annotated[int, Query(ge=1, le=366, description="Number of days up to today, in UTC")]
TaskType = Annotated[Text | None, Query(max_length=100)]
FreshHours = Annotated[int, Query(ge=1, le=8_760, description="Age in hours from which data is stale")]


@router.get("/tasks", summary="Count tasks by day and by type, and open tasks")
async def get_tasks(_: Reader, state: Services, days: Days = 30, task_type: TaskType = None) -> TaskMetricsView:
    async with state.database.transaction(snapshot=True) as connection:
        return await task_service.task_metrics(connection, days, task_type)


@router.get("/throughput", summary="Count tasks per hour, day or week")
async def get_throughput(
    _: Reader,
    state: Services,
    per: Literal["hour", "day", "week"] = "hour",
    last: Annotated[int, Query(ge=1, le=366, description="Number of periods, the current one included")] = 48,
    task_type: TaskType = None,
) -> ThroughputView:
    async with state.database.transaction() as connection:
        return await task_service.throughput(connection, per, last, task_type)


@router.get("/errors", summary="Show error rates by type and source, with the errors of failed tasks")
async def get_errors(_: Reader, state: Services, days: Days = 7) -> ErrorsView:
    async with state.database.transaction(snapshot=True) as connection:
        return await task_service.errors(connection, days)


@router.get("/queue", summary="Show the queue of each capability, and how long tasks wait")
async def get_queue(_: Reader, state: Services) -> QueueView:
    async with state.database.transaction(snapshot=True) as connection:
        return await task_service.queue(connection)


@router.get("/history", summary="Show queues and freshness over the time, per minute, hour, day or week")
async def get_history(
    _: Reader,
    state: Services,
    per: Literal["minute", "hour", "day", "week"] = "hour",
    last: Annotated[int, Query(ge=1, le=366, description="Number of periods, the current one included")] = 48,
) -> HistoryView:
    async with state.database.transaction() as connection:
        return await history_service.history(connection, per, last)


@router.get("/coverage", summary="Show which source covers which ticker, and how fresh its data is")
async def get_coverage(
    _: Reader,
    state: Services,
    fresh_hours: FreshHours = 24,
    after: Annotated[Text | None, Query(max_length=100, description="The `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> CoverageView:
    async with state.database.transaction() as connection:
        return await coverage_service.coverage(connection, fresh_hours, after, limit)


@router.get("/freshness", summary="Show how fresh the tickers of each source are")
async def get_freshness(_: Reader, state: Services, fresh_hours: FreshHours = 24) -> FreshnessMetricsView:
    async with state.database.transaction() as connection:
        return await coverage_service.freshness(connection, fresh_hours)


@router.get("/workers", summary="Show the fleet of workers: states, slots, capabilities, health")
async def get_workers(_: Reader, state: Services) -> WorkerMetricsView:
    async with state.database.transaction(snapshot=True) as connection:
        return await fleet_service.fleet(connection)


@router.get("/agent", summary="Count the agent's decisions by day, with their use of its budget")
async def get_agent(
    _: Reader,
    state: Services,
    days: Annotated[int, Query(ge=1, le=92, description="Number of days up to today, in UTC")] = 30,
) -> AgentMetricsView:
    async with state.database.transaction(snapshot=True) as connection:
        return await agent_service.agent_metrics(connection, days)
