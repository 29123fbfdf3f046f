"""Bare Temporal: one workflow with one remote activity, straight against the server that the facade uses too.

`python -m benchmarks.bare worker ADDRESS` is the activity's worker, a process of its own as ours is.
"""

import asyncio
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from contracts.names import NAMESPACE

WORKFLOWS, ACTIVITIES = "bench-bare-workflows", "bench-bare-activities"


@activity.defn
async def bare_echo(message: str) -> str:
    return message


@workflow.defn
class BareWorkflow:
    @workflow.run
    async def run(self, message: str) -> str:
        return await workflow.execute_activity(
            bare_echo, message, task_queue=ACTIVITIES, start_to_close_timeout=timedelta(seconds=60)
        )


@asynccontextmanager
async def running(address: str) -> AsyncIterator[tuple[Client, int]]:
    """A client whose workflows and activities are being worked on, and the pid of the activities' worker."""
    command = [sys.executable, "-m", "benchmarks.bare", "worker", address]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    client = await Client.connect(address, namespace=NAMESPACE)
    try:
        if process.stdout:
            await process.stdout.readline()
        async with Worker(client, task_queue=WORKFLOWS, workflows=[BareWorkflow]):
            yield client, process.pid
    finally:
        process.terminate()
        await process.wait()


async def throughput(client: Client, count: int, in_flight: int, *, eager: bool) -> float:
    """Workflows per second with this many under way at once."""
    room = asyncio.Semaphore(in_flight)

    async def one() -> None:
        async with room:
            handle = await client.start_workflow(
                BareWorkflow.run, "hello", id=str(uuid.uuid4()), task_queue=WORKFLOWS, request_eager_start=eager
            )
            await handle.result()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return count / (time.perf_counter() - began)


async def _serve(address: str) -> None:
    client = await Client.connect(address, namespace=NAMESPACE)
    async with Worker(client, task_queue=ACTIVITIES, activities=[bare_echo]):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[2]))
