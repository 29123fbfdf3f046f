"""Tasks per second through the facade and workflows per second of bare Temporal, in turn, and what either costs.

`python -m benchmarks.throughput` measures this alone, in a stack of its own.
"""

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from temporalio.client import Client

from benchmarks import bare, facade
from benchmarks.cpu import spent
from benchmarks.figures import print_table
from cli.stack.up import make_stack
from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

_ROUNDS = 3
_COUNT = 300
_IN_FLIGHT = 20

console = Console()


@dataclass
class Side:
    """What was measured of one way."""

    #: Per second, one figure per round.
    rates: list[float] = field(default_factory=list)
    #: CPU seconds by process, over all rounds.
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """The median round."""
        return statistics.median(self.rates)

    @property
    def cpu_ms(self) -> dict[str, float]:
        """CPU milliseconds per task, by process, and of all."""
        each = {name: 1000 * seconds / (_COUNT * len(self.rates)) for name, seconds in self.cpu.items()}
        return {name: round(ms, 2) for name, ms in [*sorted(each.items()), ("sum", sum(each.values()))]}


async def measure(stack: Stack, client: facade.Facade) -> tuple[Side, Side, Side]:
    """Ours, bare, and bare with eager start: in turn, several times, so that a drifting machine hits all of them."""
    ours, plain, eager = Side(), Side(), Side()
    for number in range(1, _ROUNDS + 1):
        console.print(f"throughput, round {number} of {_ROUNDS} …")
        with spent(stack.supervisor.pids, ours.cpu):
            ours.rates.append(await facade.throughput(client, _COUNT, _IN_FLIGHT))
        async with _bare(stack) as (temporal, pids):
            for side, is_eager in ((plain, False), (eager, True)):
                with spent(pids, side.cpu):
                    side.rates.append(await bare.throughput(temporal, _COUNT, _IN_FLIGHT, eager=is_eager))
        rates = [side.rates[-1] for side in (ours, plain, eager)]
        console.print("  facade {:.1f}/s, bare {:.1f}/s, bare with eager start {:.1f}/s".format(*rates))
    return ours, plain, eager


def figures(ours: Side, plain: Side, eager: Side) -> dict[str, object]:
    """As `make bench` prints them."""
    return {
        "throughput_ratio": round(ours.per_second / plain.per_second, 3),
        "throughput_ratio_to_bare_with_eager_start": round(ours.per_second / eager.per_second, 3),
        "facade_per_second": round(ours.per_second, 1),
        "bare_per_second": round(plain.per_second, 1),
        "bare_eager_per_second": round(eager.per_second, 1),
        "facade_cpu_ms": ours.cpu_ms,
        "bare_cpu_ms": plain.cpu_ms,
        "bare_eager_cpu_ms": eager.cpu_ms,
    }


@asynccontextmanager
async def _bare(stack: Stack) -> AsyncIterator[tuple[Client, Mapping[str, int]]]:
    """A warm client of bare Temporal, and the processes that take part besides it."""
    async with bare.running(f"127.0.0.1:{stack.ports.temporal}") as (temporal, worker):
        await bare.throughput(temporal, 20, _IN_FLIGHT, eager=False)
        yield temporal, {"temporal": stack.supervisor.pids["temporal"], "worker": worker}


async def _alone() -> None:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=True, concurrency=_IN_FLIGHT, free_ports=True)
        await stack.start(lambda step: console.print(f"  starting {step}"))
        try:
            async with facade.connected(stack.api_url, read_key(stack.directory.cli_file)) as client:
                await facade.throughput(client, 40, _IN_FLIGHT)  # warm-up
                found = figures(*await measure(stack, client))
        finally:
            await stack.stop()
    print_table("One run on one server", [(name, str(value), "") for name, value in found.items()])


if __name__ == "__main__":
    asyncio.run(_alone())
