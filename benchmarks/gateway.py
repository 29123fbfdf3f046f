"""Activities per second of one and the same worker, straight to Temporal and through the gateway, in turn.

Two shapes: workflows with one activity each, as tasks are, and one workflow that fans out, which is the most that
anybody can ask of a gateway.

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
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.burst import Burst, echo_object
from benchmarks.cpu import spent
from cli.stack.up import make_stack
from contracts.names import NAMESPACE
from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

_WORKFLOWS, _DIRECT = "bench-gateway-workflows", "bench-gateway-direct"
#: A capability, because the gateway hands out nothing else; the local worker of `make bench` has no credentials for it.
_THROUGH = "twitter_crawl"
_ROUNDS = 8
_COUNT = 150
_IN_FLIGHT = 20


Run = Callable[[Client, str], Awaitable[None]]


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


@dataclass
class Pair:
    """Both ways, with the same shape of work."""

    run: Run
    direct: Side = field(default_factory=lambda: Side(_DIRECT))
    through: Side = field(default_factory=lambda: Side(_THROUGH))

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios: a machine that drifts moves both parts of a round."""
        rounds = zip(self.direct.rates, self.through.rates, strict=True)
        return round(statistics.median(through / direct for direct, through in rounds), 3)

    @property
    def cpu_ratio(self) -> float:
        """What the ratio would be if CPU time were all that counts."""
        return round(sum(self.direct.cpu.values()) / sum(self.through.cpu.values()), 3)


async def measure(stack: Stack, admin_key: str) -> tuple[Pair, Pair]:
    """(one activity per workflow, one workflow that fans out)."""
    temporal, gateway = f"127.0.0.1:{stack.ports.temporal}", f"127.0.0.1:{stack.ports.gateway}"
    key = await _worker_key(stack.api_url, admin_key)
    client = await Client.connect(temporal, namespace=NAMESPACE)
    async with (
        _worker(temporal, _DIRECT) as direct_pid,
        _worker(gateway, _THROUGH, key) as through_pid,
        Worker(client, task_queue=_WORKFLOWS, workflows=[Burst]),
    ):
        pids = {**stack.supervisor.pids, "worker, direct": direct_pid, "worker, through": through_pid}
        single, burst = Pair(_singly), Pair(_fanned_out)
        for pair in (single, burst):
            await _rounds(client, pair, pids)
    return single, burst


def figures(single: Pair, burst: Pair) -> dict[str, object]:
    """The rows of the table."""
    return {
        "gateway_throughput_ratio": single.ratio,
        "gateway_cpu_ratio": single.cpu_ratio,
        "gateway_burst_ratio": burst.ratio,
        "gateway_burst_cpu_ratio": burst.cpu_ratio,
        "gateway_cpu_ms": burst.through.cpu_ms["gateway"],
    }


async def _rounds(client: Client, pair: Pair, pids: Mapping[str, int]) -> None:
    for side in (pair.direct, pair.through):
        await pair.run(client, side.queue)  # warm-up
    for number in range(_ROUNDS):
        # Who comes first changes: the second finds the machine warmer.
        for side in [pair.direct, pair.through][:: 1 if number % 2 else -1]:
            began = time.perf_counter()
            with spent(pids, side.cpu):
                await pair.run(client, side.queue)
            side.rates.append(_COUNT / (time.perf_counter() - began))


async def _fanned_out(client: Client, queue: str) -> None:
    await _execute(client, queue, _COUNT, _IN_FLIGHT)


async def _singly(client: Client, queue: str) -> None:
    room = asyncio.Semaphore(_IN_FLIGHT)

    async def one() -> None:
        async with room:
            await _execute(client, queue, 1, 1)

    await asyncio.gather(*(one() for _ in range(_COUNT)))


async def _execute(client: Client, queue: str, count: int, in_flight: int) -> None:
    arguments = [queue, count, in_flight]
    await client.execute_workflow(Burst.run, args=arguments, id=str(uuid.uuid4()), task_queue=_WORKFLOWS)


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
            single, burst = await measure(stack, read_key(stack.directory.cli_file))
        finally:
            await stack.stop()
    for name, pair in (("one activity per workflow", single), ("fanned out", burst)):
        print(name, "- activities per second, direct and through the gateway:")
        for direct, through in zip(pair.direct.rates, pair.through.rates, strict=True):
            print(f"  {direct:.1f} {through:.1f}")
        print("CPU ms per activity, direct:", pair.direct.cpu_ms)
        print("CPU ms per activity, through:", pair.through.cpu_ms)
    print(figures(single, burst))


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[2:]) if sys.argv[1:2] == ["worker"] else _alone())
