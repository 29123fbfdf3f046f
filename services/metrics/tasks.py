"""Figures of tasks: by day and type, throughput and errors from the roll-ups; the queue from indexes."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.metrics.views import (
    BucketView,
    DayView,
    ErrorKindView,
    ErrorRateView,
    ErrorsView,
    QueueDepthView,
    QueueView,
    SourceErrorsView,
    TaskMetricsView,
    ThroughputView,
    TypeCountsView,
    TypeErrorsView,
    WaitView,
)
from contracts.records.sources import SOURCES
from contracts.tasks.statuses import TaskStatus
from db.metrics import queries as metrics
from db.metrics.rollup import counted_until


async def task_metrics(connection: AsyncConnection, days: int, task_type: str | None) -> TaskMetricsView:
    """Needs a snapshot."""
    return TaskMetricsView(
        as_of=await counted_until(connection),
        open={TaskStatus(row["status"]): row["tasks"] for row in await metrics.open_tasks(connection)},
        days=[DayView.model_validate(dict(row)) for row in await metrics.by_day(connection, days, task_type)],
        types=[TypeCountsView.model_validate(dict(row)) for row in await metrics.by_type(connection, days, task_type)],
    )


async def throughput(connection: AsyncConnection, per: str, last: int, task_type: str | None) -> ThroughputView:
    rows = await metrics.buckets(connection, per, last, task_type)
    found = [BucketView.model_validate(dict(row)) for row in rows]
    return ThroughputView(as_of=await counted_until(connection), per=per, buckets=found)


async def errors(connection: AsyncConnection, days: int) -> ErrorsView:
    types = await metrics.by_type(connection, days)
    kinds = [ErrorKindView.model_validate(dict(row)) for row in await metrics.error_kinds(connection, days)]
    return ErrorsView(
        as_of=await counted_until(connection),
        total=_rate(types),
        types=[
            TypeErrorsView(task_type=row["task_type"], source=_source_of(row["task_type"]), **_rate([row]).model_dump())
            for row in types
        ],
        sources=_by_source(types),
        errors=kinds,
    )


async def queue(connection: AsyncConnection) -> QueueView:
    outbox = await metrics.outbox_depth(connection)
    waits = await metrics.waits_by_hour(connection)
    return QueueView(
        capabilities=[QueueDepthView.model_validate(dict(row)) for row in await metrics.queue_depths(connection)],
        waits=[WaitView.model_validate(dict(row)) for row in waits],
        outbox=outbox["commands"],
        outbox_oldest_seconds=outbox["oldest_seconds"],
    )


def _by_source(types: Sequence[RowMapping]) -> list[SourceErrorsView]:
    grouped: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in types:
        source = _source_of(row["task_type"])
        if source:
            grouped[source].append(row)
    return [SourceErrorsView(source=name, **_rate(rows).model_dump()) for name, rows in sorted(grouped.items())]


def _source_of(task_type: str) -> str | None:
    source = SOURCES.get(task_type)
    return source.name if source else None


def _rate(rows: Sequence[RowMapping]) -> ErrorRateView:
    succeeded, failed = (sum(row[name] for row in rows) for name in ("succeeded", "failed"))
    ended = succeeded + failed
    return ErrorRateView(succeeded=succeeded, failed=failed, error_rate=failed / ended if ended else None)
