"""Figures of the fleet of workers: states, capabilities, recent runs."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.metrics.views import OfferView, WorkerHealthView, WorkerMetricsView
from contracts.workers.states import WorkerState
from contracts.workers.views import WorkerView
from services.workers.views import worker_list

#: In these states a worker takes tasks, or will as soon as it has room.
_TAKING = {WorkerState.BUSY, WorkerState.IDLE}


async def fleet(connection: AsyncConnection) -> WorkerMetricsView:
    """Needs a snapshot."""
    workers = await worker_list(connection)
    there = [each for each in workers if each.status in _TAKING]
    return WorkerMetricsView(
        states=dict(Counter(each.status for each in workers)),
        slots=sum(map(_slots, there)),
        slots_used=sum(each.current_tasks for each in workers),
        capabilities=_offers(there),
        workers=[_health(each) for each in workers],
    )


def _offers(there: Sequence[WorkerView]) -> list[OfferView]:
    names = sorted({name for each in there for name in each.polling})
    offering = {name: [each for each in there if name in each.polling] for name in names}
    return [
        OfferView(capability=name, workers=len(found), slots=sum(map(_slots, found)))
        for name, found in offering.items()
    ]


def _slots(worker: WorkerView) -> int:
    return worker.slots or worker.max_concurrency


def _health(worker: WorkerView) -> WorkerHealthView:
    return WorkerHealthView(
        name=worker.name,
        status=worker.status,
        since=worker.since,
        score=worker.score,
        current_tasks=worker.current_tasks,
        slots=_slots(worker),
        success_rate=worker.work.success_rate if worker.work else None,
        p95_seconds=worker.work.p95_seconds if worker.work else None,
    )
