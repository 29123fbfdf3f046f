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
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.burst import Burst, echo_object
from benchmarks.cpu import spent
from cli.stack import make_stack
from contracts.names import NAMESPACE
from workers.embedded.first_run import read_key
from workers.embedded.stack import Stack

_WORKFLOWS, _DIRECT = "bench-gateway-workflows", "bench-gateway-direct"
#: A capability, because the gateway hands out nothing else.
_THROUGH = "echo"
_ROUNDS = 10
_COUNT = 200
_IN_FLIGHT = 40


@dataclass
class Side:
    """What was measured of one way."""

    queue: str
    #: Activities per second, one figure per round.
    rates: list[float] = field(default_factory=list)
    #: CPU seconds by part, over all rounds.
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def cpu_ms(self) -> dict[str, float]:
        """CPU milliseconds per activity, by part."""
        return {name: round(1000 * seconds / (_COUNT * len(self.rates)), 2) for name, seconds in self.cpu.items()}


async def measure(stack: Stack, admin_key: str) -> tuple[Side, Side]:
    """(direct, through the gateway)."""
    temporal, gateway = f"127.0.0.1:{stack.ports.temporal}", f"127.0.0.1:{stack.ports.gateway}"
    key = await _worker_key(stack.api_url, admin_key)
    direct, through = Side(_DIRECT), Side(_THROUGH)
    client = await Client.connect(temporal, namespace=NAMESPACE)
    async with (
        _worker(temporal, _DIRECT) as direct_pid,
        _worker(gateway, _THROUGH, key) as through_pid,
        Worker(client, task_queue=_WORKFLOWS, workflows=[Burst]),
    ):
        pids = {**stack.supervisor.pids, "worker, direct": direct_pid, "worker, through": through_pid}
        for side in (direct, through):
            await _burst(client, side.queue, 100)  # warm-up
        for number in range(_ROUNDS):
            # Who comes first changes: the second finds the machine warmer.
            for side in [direct, through][:: 1 if number % 2 else -1]:
                with spent(pids, side.cpu):
                    side.rates.append(await _burst(client, side.queue, _COUNT))
    return direct, through


def figures(direct: Side, through: Side) -> dict[str, object]:
    """The rows of the table."""
    # The median of the rounds' own ratios: a machine that drifts moves both parts of a pair.
    ratios = [t / d for d, t in zip(direct.rates, through.rates, strict=True)]
    return {
        "gateway_throughput_ratio": round(statistics.median(ratios), 3),
        "gateway_cpu_ratio": round(sum(direct.cpu.values()) / sum(through.cpu.values()), 3),
        "gateway_cpu_ms": through.cpu_ms["gateway"],
    }


async def _burst(client: Client, queue: str, count: int) -> float:
    began = time.perf_counter()
    await client.execute_workflow(
        Burst.run, args=[queue, count, _IN_FLIGHT], id=str(uuid.uuid4()), task_queue=_WORKFLOWS
    )
    return count / (time.perf_counter() - began)


async def _worker_key(api_url: str, admin_key: str) -> str:
    body = {"name": "bench-gateway", "capabilities": [_THROUGH], "max_concurrency": _IN_FLIGHT}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {admin_key}"}, trust_env=False) as http:
        reply = await http.post(f"{api_url}/api/v1/workers/register", json=body)
    reply.raise_for_status()
    return str(reply.json()["api_key"])


@asynccontextmanager
async def _worker(address: str, queue: str, key: str = "") -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "benchmarks.gateway", "worker", address, queue],
        env={**os.environ, "BENCH_KEY": key},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout:
            await process.stdout.readline()
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def _serve(address: str, queue: str) -> None:
    client = await Client.connect(
        address, namespace=NAMESPACE, api_key=os.environ["BENCH_KEY"] or None, tls=False, identity="bench"
    )
    async with Worker(client, task_queue=queue, activities=[echo_object], max_concurrent_activities=_IN_FLIGHT):
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
    for d, t in zip(direct.rates, through.rates, strict=True):
        print(f"direct {d:.1f}/s, through the gateway {t:.1f}/s, ratio {t / d:.3f}")
    print(f"CPU ms per activity: direct {direct.cpu_ms}, through the gateway {through.cpu_ms}")
    print(figures(direct, through))


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[2:]) if sys.argv[1:2] == ["worker"] else _alone())
