"""Runs a worker: asks the API what it may do, connects to the gateway, polls one queue per capability."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import CustomSlotSupplier, FixedSizeSlotSupplier, Worker, WorkerTuner

from contracts.task_types import TASK_TYPES
from contracts.views import BootstrapView
from runtime.logs import log_always
from workers.capability.adapter import make_activity
from workers.capability.attempts import Attempts
from workers.capability.capabilities import Capabilities
from workers.capability.connection import connect
from workers.capability.fleet import Fleet
from workers.capability.grant import ask_until_answered, choose
from workers.capability.options import WorkerOptions, WorkerRefused
from workers.capability.readiness import unready
from workers.capability.records import RecordSink
from workers.capability.session import Session
from workers.capability.slots import SharedSlots
from workers.capability.watching import LoopWatch

__all__ = ["WorkerOptions", "WorkerRefused", "run_worker"]

logger = logging.getLogger(__name__)

#: Progress is sent at most this often; the SDK's default of up to 60 s would hide it.
_HEARTBEAT_THROTTLE = timedelta(milliseconds=500)


async def run_worker(options: WorkerOptions) -> None:
    """Work until cancelled.

    Raises:
        WorkerRefused: the key is not valid, or does not allow what was asked for.
    """
    watch = LoopWatch()
    watch.start()
    sink = RecordSink(options.api_url, options.api_key)
    try:
        while True:
            granted = await ask_until_answered(options)
            log_always(worker=granted.name)
            await _work(options, granted, sink)
            logger.info("what this worker may do has changed, beginning again")
    finally:
        watch.end()
        await sink.close()


async def _work(options: WorkerOptions, granted: BootstrapView, sink: RecordSink) -> None:
    """Work as granted, until something else is granted that needs a new beginning."""
    capabilities = Capabilities(options.capabilities)
    equipped = _equipped(capabilities, choose(options.capabilities, granted), granted)
    concurrency = options.concurrency or granted.max_concurrency
    slots = SharedSlots(concurrency)
    attempts = Attempts(slots.turn)

    def make(client: Client, capability: str) -> Worker:
        supplier = FixedSizeSlotSupplier(concurrency) if len(equipped) == 1 else slots
        return _worker(client, capability, concurrency, supplier, attempts, options.grace_seconds, sink, slots.turn)

    fleet = Fleet(make, await connect(granted, options.api_key), lambda: session.look())
    session = Session(options, granted, capabilities, fleet, attempts)
    logger.info("worker %s, %d tasks at once", granted.name, concurrency)
    await session.run()


def _equipped(capabilities: Capabilities, chosen: list[str], granted: BootstrapView) -> list[str]:
    equipped = capabilities.equipped(granted)
    if not equipped:
        raise WorkerRefused(f"There is nothing this worker could do. {' '.join(unready(chosen).values())}")
    return equipped


def _worker(
    client: Client,
    capability: str,
    concurrency: int,
    supplier: FixedSizeSlotSupplier | CustomSlotSupplier,
    attempts: Attempts,
    grace_seconds: float,
    sink: RecordSink,
    turn: asyncio.Semaphore,
) -> Worker:
    unused = FixedSizeSlotSupplier(1)
    return Worker(
        client,
        task_queue=capability,
        activities=[
            make_activity(row, sink, turn)
            for row in TASK_TYPES.values()
            if row.capability == capability and row.handler
        ],
        interceptors=[attempts],
        tuner=WorkerTuner.create_composite(
            workflow_supplier=unused,
            activity_supplier=supplier,
            local_activity_supplier=unused,
            nexus_supplier=unused,
        ),
        max_concurrent_activity_task_polls=min(concurrency, 2),
        max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        graceful_shutdown_timeout=timedelta(seconds=grace_seconds),
    )
