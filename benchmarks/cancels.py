"""Many running tasks are cancelled at once: through ClawdBot, and with the SDK straight against the same server.

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
from cli.stack import make_stack
from contracts.names import NAMESPACE
from workers.embedded.first_run import read_key

COUNT = 200
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


async def bare(address: str) -> list[float]:
    """Seconds from each request to the end of its workflow."""
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
            return await _cancel_bare(client)
    finally:
        process.terminate()
        await process.wait()


async def _cancel_bare(client: Client) -> list[float]:
    handles = [
        await client.start_workflow(CancelledWorkflow.run, id=str(uuid.uuid4()), task_queue=_WORKFLOWS)
        for _ in range(COUNT)
    ]
    for handle in handles:
        while not await _has_begun(handle):  # noqa: ASYNC110 - Temporal sends no event
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)

    async def cancel(number: int) -> float:
        began = time.perf_counter()
        await handles[number].cancel()
        try:
            await handles[number].result()
        except WorkflowFailureError:
            return time.perf_counter() - began
        raise RuntimeError("a workflow ended although it was cancelled")

    return list(await asyncio.gather(*(cancel(number) for number in range(COUNT))))


async def _has_begun(handle: WorkflowHandle[CancelledWorkflow, None]) -> bool:
    pending = (await handle.describe()).raw_description.pending_activities
    return bool(pending and pending[0].attempt)


async def ours(client: facade.Facade) -> list[float]:
    """Seconds from each request to the news over SSE that the task is cancelled."""
    params = {"seconds": 600, "steps": 600}
    tasks = [await client.submit_named(task_type="delay", params=params) for _ in range(COUNT)]
    for seen, _ in tasks:
        await seen.started.wait()
    await asyncio.sleep(2)

    async def cancel(seen: facade.Seen, id_: str) -> float:
        began = time.perf_counter()
        while (reply := await client.http.post(f"/tasks/{id_}/cancel")).status_code == BUSY:  # noqa: ASYNC110 - as told
            await asyncio.sleep(float(reply.headers["retry-after"]))
        reply.raise_for_status()
        await seen.ended.wait()
        return time.perf_counter() - began

    return list(await asyncio.gather(*(cancel(*each) for each in tasks)))


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=True, concurrency=COUNT, free_ports=True)
        await stack.start(lambda _: None)
        try:
            plain = await bare(f"127.0.0.1:{stack.ports.temporal}")
            async with facade.connected(stack.api_url, read_key(stack.directory.cli_file)) as client:
                through = await ours(client)
        finally:
            await stack.stop()
    rows = [
        (
            f"{name}: p50, p99 of {COUNT} at once",
            f"{statistics.median(took):.2f} s, {percentile(took, 99):.2f} s",
            "≤ 1 s",
        )
        for name, took in (("ClawdBot", through), ("bare Temporal", plain))
    ]
    print_table("Cancelled", rows)


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
