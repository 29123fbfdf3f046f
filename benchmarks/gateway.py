"""Activities per second of one and the same worker, straight to Temporal and through the gateway, in turn.

`python -m benchmarks.gateway` runs this measurement alone, `… worker ADDRESS QUEUE` is the worker, which takes its key
from BENCH_KEY if there is one.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.bare import bare_echo
from cli.stack import make_stack
from contracts.names import NAMESPACE
from workers.embedded.first_run import read_key
from workers.embedded.stack import Stack

_WORKFLOWS, _DIRECT = "bench-gateway-workflows", "bench-gateway-direct"
#: A capability, because the gateway hands out nothing else.
_THROUGH = "echo"
_ROUNDS = 6
_COUNT = 400
_IN_FLIGHT = 40


@workflow.defn
class Burst:
    @workflow.run
    async def run(self, queue: str, count: int, in_flight: int) -> None:
        """Run ``count`` activities, ``in_flight`` of them at a time."""
        left = count

        async def keep_going() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await workflow.execute_activity(
                    bare_echo, "hello", task_queue=queue, start_to_close_timeout=timedelta(seconds=60)
                )

        await asyncio.gather(*(keep_going() for _ in range(in_flight)))


async def measure(stack: Stack, admin_key: str) -> tuple[list[float], list[float]]:
    """(direct, through the gateway), activities per second, one pair per round."""
    temporal, gateway = f"127.0.0.1:{stack.ports.temporal}", f"127.0.0.1:{stack.ports.gateway}"
    key = await _worker_key(stack.api_url, admin_key)
    direct, through = [], []
    client = await Client.connect(temporal, namespace=NAMESPACE)
    async with (
        _worker(temporal, _DIRECT),
        _worker(gateway, _THROUGH, key),
        Worker(client, task_queue=_WORKFLOWS, workflows=[Burst]),
    ):
        for queue in (_DIRECT, _THROUGH):
            await _burst(client, queue, 100)  # warm-up
        for number in range(_ROUNDS):
            # Who comes first changes: the second finds the machine warmer.
            for queue, figures in [(_DIRECT, direct), (_THROUGH, through)][:: 1 if number % 2 else -1]:
                figures.append(await _burst(client, queue, _COUNT))
    return direct, through


def ratio(direct: list[float], through: list[float]) -> float:
    """The median of the rounds' own ratios: a machine that drifts moves both parts of a pair."""
    return round(statistics.median(t / d for d, t in zip(direct, through, strict=True)), 3)


async def _burst(client: Client, queue: str, count: int) -> float:
    began = time.perf_counter()
    await client.execute_workflow(Burst.run, args=[queue, count, _IN_FLIGHT], id=str(uuid.uuid4()), task_queue=_WORKFLOWS)
    return count / (time.perf_counter() - began)


async def _worker_key(api_url: str, admin_key: str) -> str:
    body = {"name": "bench-gateway", "capabilities": [_THROUGH], "max_concurrency": _IN_FLIGHT}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {admin_key}"}, trust_env=False) as http:
        reply = await http.post(f"{api_url}/api/v1/workers/register", json=body)
    reply.raise_for_status()
    return str(reply.json()["api_key"])


@asynccontextmanager
async def _worker(address: str, queue: str, key: str = "") -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "benchmarks.gateway", "worker", address, queue],
        env={**os.environ, "BENCH_KEY": key},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout:
            await process.stdout.readline()
        yield
    finally:
        process.terminate()
        await process.wait()


async def _serve(address: str, queue: str) -> None:
    client = await Client.connect(
        address, namespace=NAMESPACE, api_key=os.environ["BENCH_KEY"] or None, tls=False, identity="bench"
    )
    async with Worker(client, task_queue=queue, activities=[bare_echo], max_concurrent_activities=_IN_FLIGHT):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def _alone() -> None:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=False, concurrency=1, free_ports=True)
        await stack.start(lambda _: None)
        try:
            direct, through = await measure(stack, read_key(stack.directory.cli_file))
        finally:
            await stack.stop()
    for d, t in zip(direct, through, strict=True):
        print(f"direct {d:.1f}/s, through the gateway {t:.1f}/s, ratio {t / d:.3f}")
    print(f"gateway_throughput_ratio {ratio(direct, through)}")


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[2:]) if sys.argv[1:2] == ["worker"] else _alone())
