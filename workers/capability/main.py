"""Runs a worker: asks the API what it may do, connects to the gateway, polls one queue per capability."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx
from temporalio.client import Client, KeepAliveConfig
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import FixedSizeSlotSupplier, Worker, WorkerTuner

from contracts.task_types import OFFERED, TASK_TYPES
from contracts.views import BootstrapView
from workers.capability.adapter import make_activity
from workers.capability.canary import canary_worker
from workers.capability.greeting import greeting
from workers.capability.heartbeat import heartbeating_runtime
from workers.capability.readiness import unready
from workers.capability.records import RecordSink
from workers.capability.slots import SharedSlots
from workers.capability.trust import UnusableAuthority, gateway_tls, mistrust

logger = logging.getLogger(__name__)

#: Progress is sent at most this often; the SDK's default of up to 60 s would hide it.
_HEARTBEAT_THROTTLE = timedelta(milliseconds=500)
#: A worker that is told to stop gives its tasks this long before it hands them back.
_GRACE = timedelta(seconds=10)
#: The SDK's threads still hand results to Python after a worker has ended. An interpreter that ends under them waits
#: for ever (seen in 2 of 10 stops), so they get this long to finish.
_SETTLE_SECONDS = 0.3


class WorkerRefused(Exception):
    """The worker cannot start as asked; the message says what to do."""


@dataclass(frozen=True)
class WorkerOptions:
    """What a person says when starting a worker."""

    api_url: str
    api_key: str
    #: Empty: all that the key allows and this version can do.
    capabilities: Sequence[str] = ()
    #: Tasks at once over all capabilities; None: as registered.
    concurrency: int | None = None


async def run_worker(options: WorkerOptions) -> None:
    """Work until cancelled.

    Raises:
        WorkerRefused: the key is not valid, or does not allow what was asked for.
    """
    granted = await _bootstrap(options)
    capabilities = _served(_choose(options.capabilities, granted))
    concurrency = options.concurrency or granted.max_concurrency
    client = await _connect(granted, options.api_key)
    sink = RecordSink(options.api_url, options.api_key)
    logger.info("worker %s takes %s, %d at once", granted.name, ", ".join(capabilities), concurrency)
    try:
        canary = canary_worker(client, str(granted.worker_id))
        await _run_all([*_workers(client, capabilities, concurrency, sink), canary])
    finally:
        await sink.close()


def _workers(client: Client, capabilities: Sequence[str], concurrency: int, sink: RecordSink) -> list[Worker]:
    shared = SharedSlots(concurrency)
    alone = FixedSizeSlotSupplier(concurrency)
    unused = FixedSizeSlotSupplier(1)
    return [
        Worker(
            client,
            task_queue=capability,
            activities=[
                make_activity(row, sink, shared.turn)
                for row in TASK_TYPES.values()
                if row.capability == capability and row.handler
            ],
            tuner=WorkerTuner.create_composite(
                workflow_supplier=unused,
                activity_supplier=alone if len(capabilities) == 1 else shared,
                local_activity_supplier=unused,
                nexus_supplier=unused,
            ),
            max_concurrent_activity_task_polls=min(concurrency, 2),
            max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            graceful_shutdown_timeout=_GRACE,
        )
        for capability in capabilities
    ]


async def _run_all(workers: Sequence[Worker]) -> None:
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        await asyncio.gather(*runs)
    except RuntimeError as error:
        if "PermissionDenied" in str(error) or "permission" in str(error).lower():
            raise WorkerRefused(
                "The gateway no longer accepts this worker's key. Ask an admin for a new one."
            ) from error
        raise
    finally:
        # Cancelling a worker's run drains it: running tasks get the grace period, then they are handed back.
        # A second cancel would cut that short: the first worker that has drained ends the `gather` above.
        for run in runs:
            if not run.cancelling():
                run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*runs, return_exceptions=True)
        await asyncio.sleep(_SETTLE_SECONDS)


async def _bootstrap(options: WorkerOptions) -> BootstrapView:
    """Ask the API; wait for it if it is not there yet."""
    told, headers = False, greeting(options.api_key, options.concurrency)
    async with httpx.AsyncClient(base_url=options.api_url, timeout=10, trust_env=False) as http:
        while True:
            try:
                answer = await http.get("/api/v1/worker/bootstrap", headers=headers)
            except httpx.TransportError as error:
                answer, why = None, type(error).__name__
            if answer is not None and answer.status_code in (401, 403):
                raise WorkerRefused(
                    f"The API at {options.api_url} does not accept this worker key. "
                    "Check CLAWDBOT_API_KEY, or ask an admin to register the worker."
                )
            if answer is not None and answer.status_code == 200:
                return BootstrapView.model_validate_json(answer.content)
            if not told:
                why = why if answer is None else f"HTTP {answer.status_code}"
                logger.warning("the API at %s is not ready (%s), waiting for it", options.api_url, why)
                told = True
            await asyncio.sleep(0.5)


def _choose(wanted: Sequence[str], granted: BootstrapView) -> list[str]:
    unknown = sorted(set(wanted) - set(OFFERED))
    if unknown:
        raise WorkerRefused(
            f"This version of the worker cannot do {', '.join(unknown)}. It can do: {', '.join(OFFERED)}."
        )
    forbidden = sorted(set(wanted) - set(granted.capabilities))
    if forbidden:
        raise WorkerRefused(
            f"The key of worker '{granted.name}' does not allow {', '.join(forbidden)}. "
            f"It allows: {', '.join(granted.capabilities)}."
        )
    chosen = [name for name in OFFERED if name in (wanted or granted.capabilities)]
    if not chosen:
        raise WorkerRefused(f"The key of worker '{granted.name}' allows nothing that this version can do.")
    return chosen


def _served(chosen: Sequence[str]) -> list[str]:
    """What of it this environment can serve: a queue that cannot be worked on is left to other workers."""
    missing = unready(chosen)
    for capability, why in missing.items():
        logger.warning("does not take %s: %s", capability, why)
    served = [name for name in chosen if name not in missing]
    if not served:
        raise WorkerRefused(f"There is nothing this worker could do. {' '.join(missing.values())}")
    return served


async def _connect(granted: BootstrapView, key: str) -> Client:
    try:
        tls = gateway_tls(granted.gateway_tls)
    except UnusableAuthority as error:
        raise WorkerRefused(str(error)) from error
    while True:
        try:
            return await Client.connect(
                granted.gateway_address,
                namespace=granted.namespace,
                api_key=key,
                tls=tls,
                data_converter=pydantic_data_converter,
                identity=granted.name,
                runtime=heartbeating_runtime(),
                # A dead link (router, sleeping laptop) is noticed within 15 s; 10 s is the server's minimum.
                keep_alive_config=KeepAliveConfig(interval_millis=10_000, timeout_millis=5_000),
            )
        except RuntimeError as error:
            if "PermissionDenied" in str(error):
                raise WorkerRefused("The gateway does not accept this worker's key.") from error
            if why := mistrust(error, granted.gateway_address):
                raise WorkerRefused(why) from error
            logger.warning("the gateway at %s is not ready, waiting for it", granted.gateway_address)
            await asyncio.sleep(0.5)
