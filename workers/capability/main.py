"""Runs a worker: asks the API what it may do, connects to the gateway, polls one queue per capability."""

import asyncio
import logging

from temporalio.client import Client

from contracts.workers.views import BootstrapView
from runtime.logs import log_always
from workers.capability.bootstrap import ask_until_answered, choose
from workers.capability.capabilities import Capabilities
from workers.capability.capability_workers import CapabilityWorkers
from workers.capability.connection import connect
from workers.capability.held_sessions import HeldSessions
from workers.capability.options import WorkerOptions, WorkerRefused
from workers.capability.readiness import unready
from workers.capability.records import RecordSink
from workers.capability.running_attempts import Attempts
from workers.capability.sdk_worker import WorkerMaker
from workers.capability.session import Session
from workers.capability.slots import SharedSlots
from workers.capability.watchdogs import LoopWatch

__all__ = ["WorkerOptions", "WorkerRefused", "run_worker"]

logger = logging.getLogger(__name__)

#: A gateway that is not there for this long may be somewhere else by now: the API is asked again.
_CONNECT_SECONDS = 30.0


async def run_worker(options: WorkerOptions) -> None:
    """Work until cancelled.

    Raises:
        WorkerRefused: the key is not valid, or does not allow what was asked for.
    """
    watch = LoopWatch()
    watch.start()
    sink = RecordSink(options.api_url, options.api_key)
    try:
        _check(options, await ask_until_answered(options))
        while True:
            granted, client = await _arrive(options)
            await _work(options, granted, client, sink)
            logger.info("what this worker may do has changed, beginning again")
    finally:
        watch.end()
        await sink.close()


def _check(options: WorkerOptions, granted: BootstrapView) -> None:
    """Refuse to start if that makes no sense. Later changes of what is granted are followed."""
    missing = unready(choose(options.capabilities, granted))
    if not Capabilities(options.capabilities).equipped(granted):
        raise WorkerRefused(f"There is nothing this worker could do. {' '.join(missing.values())}")


async def _arrive(options: WorkerOptions) -> tuple[BootstrapView, Client]:
    """What is granted, and a connection to the gateway."""
    while True:
        granted = await ask_until_answered(options)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return granted, await connect(granted, options.api_key)
        except TimeoutError:
            continue


async def _work(options: WorkerOptions, granted: BootstrapView, client: Client, sink: RecordSink) -> None:
    """Work as granted, until something else is granted that needs a new beginning."""
    capabilities = Capabilities(options.capabilities)
    concurrency = options.slots(granted.max_concurrency)
    slots = SharedSlots(concurrency)
    attempts = Attempts(slots.turn)
    queues = capabilities.queues(granted, capabilities.equipped(granted))
    alone = queues[0] if len(queues) == 1 else None
    held = HeldSessions(sink, attempts)
    maker = WorkerMaker(str(granted.worker_id), concurrency, options.grace_seconds, slots, attempts, sink, held, alone)
    fleet = CapabilityWorkers(maker.make, client, maker.canary, lambda: session.look())
    held.queues = fleet
    session = Session(options, granted, capabilities, fleet, attempts)
    log_always(worker=granted.name)
    logger.info("worker %s, %d tasks at once", granted.name, concurrency)
    if options.concurrency and options.concurrency > concurrency:
        logger.warning(
            "%d tasks at once were asked for, but this worker is registered for %d; an admin may raise that with "
            "clawdbot workers set %s --concurrency %d",
            options.concurrency, concurrency, granted.name, options.concurrency,
        )  # fmt: skip
    await session.run()
