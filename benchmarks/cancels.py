"""Running tasks are cancelled, a few a second and many at once: through ClawdBot, and with bare Temporal beside it.

`python -m benchmarks.cancels` brings up a stack of its own; `python -m benchmarks.cancels worker ADDRESS` is the worker
of the bare side, whose activity hears of its cancel as the SDK offers it: with its heartbeats.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks import facade
from benchmarks.figures import percentile, print_table
from cli.stack.up import make_stack
from contracts.names import NAMESPACE
from workers.embedded.key_files import read_key

COUNT = 200
#: Seconds from one cancel to the next, where they come one after another.
APART = 0.2
#: What the API answers when it cannot take more: come again after so many seconds.
BUSY = 503
_WORKFLOWS, _ACTIVITIES = "bench-cancel-workflows", "bench-cancel-activities"
#: As often as the gateway lets a worker of ours know.
_BEAT = timedelta(seconds=0.5)


@activity.defn
async def wait_for_cancel() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(_BEAT.total_seconds())


@workflow.defn
class CancelledWorkflow:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            wait_for_cancel,
            task_queue=_ACTIVITIES,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=60),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )


async def bare(address: str, apart: float) -> list[float]:
    """Seconds from each request to the end of its workflow. ``apart``: seconds between two requests."""
    command = [sys.executable, "-m", "benchmarks.cancels", "worker", address]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    client = await Client.connect(address, namespace=NAMESPACE)
    worker = Worker(
        client, task_queue=_WORKFLOWS, workflows=[CancelledWorkflow], workflow_runner=UnsandboxedWorkflowRunner()
    )
    try:
        if process.stdout:
            await process.stdout.readline()
        async with worker:
            return await _cancel_bare(client, apart)
    finally:
        process.terminate()
        await process.wait()


async def _cancel_bare(client: Client, apart: float) -> list[float]:
    handles = [
        await client.start_workflow(CancelledWorkflow.run, id=str(uuid.uuid4()), task_queue=_WORKFLOWS)
        for _ in range(COUNT)
    ]
    for handle in handles:
        await _begun(handle)
    await asyncio.sleep(2)

    async def cancel(number: int) -> float:
        await asyncio.sleep(number * apart)
        began = time.perf_counter()
        await handles[number].cancel()
        try:
            await handles[number].result()
        except WorkflowFailureError:
            return time.perf_counter() - began
        raise RuntimeError("a workflow ended although it was cancelled")

    return list(await asyncio.gather(*(cancel(number) for number in range(COUNT))))


async def _begun(handle: WorkflowHandle[CancelledWorkflow, None]) -> None:
    """Returns once its activity has begun; Temporal must be asked for that."""
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        if pending and pending[0].attempt:
            return
        await asyncio.sleep(0.05)


async def ours(client: facade.Facade, apart: float) -> list[float]:
    """Seconds from each request to the news over SSE that the task is cancelled. ``apart``: as in `bare`."""
    # It says nothing while it runs: here a cancel needs no heartbeat to be heard.
    silent = {"params": {"seconds": 600, "steps": 1}, "timeouts": {"heartbeat_seconds": 60}}
    tasks = [await client.submit_named(task_type="delay", **silent) for _ in range(COUNT)]
    for seen, _ in tasks:
        await seen.started.wait()
    await asyncio.sleep(2)

    async def cancel(number: int, seen: facade.Seen, id_: str) -> float:
        await asyncio.sleep(number * apart)
        began = time.perf_counter()
        await _ask_for_cancel(client, id_)
        await seen.ended.wait()
        return time.perf_counter() - began

    return list(await asyncio.gather(*(cancel(number, *each) for number, each in enumerate(tasks))))


async def _ask_for_cancel(client: facade.Facade, id_: str) -> None:
    while True:
        reply = await client.http.post(f"/tasks/{id_}/cancel")
        if reply.status_code != BUSY:
            reply.raise_for_status()
            return
        await asyncio.sleep(float(reply.headers["retry-after"]))


async def main() -> None:
    found: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=True, concurrency=COUNT, free_ports=True)
        await stack.start(lambda _: None)
        try:
            for apart in (APART, 0.0):
                plain = await bare(f"127.0.0.1:{stack.ports.temporal}", apart)
                async with facade.connected(stack.api_url, read_key(stack.directory.cli_file)) as client:
                    through = await ours(client, apart)
                found += [_row("ClawdBot", apart, through), _row("bare Temporal", apart, plain)]
        finally:
            await stack.stop()
    print_table(f"{COUNT} running tasks cancelled", found)


def _row(name: str, apart: float, took: list[float]) -> tuple[str, str, str]:
    how = f"{1 / apart:.0f} a second" if apart else "all at once"
    return f"{name}, {how}: p50, p99", f"{statistics.median(took):.2f} s, {percentile(took, 99):.2f} s", "≤ 1 s"


async def _serve(address: str) -> None:
    client = await Client.connect(address, namespace=NAMESPACE)
    async with Worker(
        client,
        task_queue=_ACTIVITIES,
        activities=[wait_for_cancel],
        max_concurrent_activities=COUNT,
        max_heartbeat_throttle_interval=_BEAT,
        default_heartbeat_throttle_interval=_BEAT,
    ):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[2]) if sys.argv[1:2] == ["worker"] else main())
