"""`make bench`: brings up a stack of its own, measures, prints a table and writes bench.json."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from benchmarks import crawl, facade, gateway, idle, plans, throughput
from benchmarks.figures import percentile, print_table
from benchmarks.memory import used_by
from cli.stack.up import make_stack
from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

_IN_FLIGHT = 20
_RATE = 20
_RATE_SECONDS = 20
_STARTS = 60

console = Console()


async def main() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=True, concurrency=20, free_ports=True)
        await stack.start(lambda step: console.print(f"  starting {step}"))
        try:
            figures = await _measure(stack)
        finally:
            await stack.stop()
    # Shown at once: what comes next takes long.
    _print(figures)
    console.print("idle, in a stack of its own; some ten minutes …")
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        at_rest = await idle.measure(Path(directory))
    _print(at_rest)
    return figures | at_rest


async def _measure(stack: Stack) -> dict[str, object]:
    key = read_key(stack.directory.cli_file)
    resident, proportional = _memory(stack)
    async with facade.connected(stack.api_url, key) as client:
        await facade.throughput(client, 40, _IN_FLIGHT)  # warm-up
        console.print("submit -> running, one at a time …")
        starts = await facade.start_latencies(client, _STARTS)
        console.print(f"submissions at {_RATE}/s …")
        client.event_delays.clear()
        submits = await facade.submit_latencies(client, _RATE, _RATE_SECONDS)
        delays = list(client.event_delays)
        work = throughput.figures(*await throughput.measure(stack, client))
        console.print("direct and through the gateway …")
        at_the_door = gateway.figures(*await gateway.measure(stack, key))
        console.print(f"a plan of {plans.STEPS:,} steps …")
        of_plans = await plans.measure(stack, client)
        console.print("one crawl of 10,000 posts …")
        long_crawl = await crawl.measure(client, stack.api_url)
    return {
        **work,
        "submit_p50_ms": _ms(submits, 50),
        "submit_p99_ms": _ms(submits, 99),
        "start_p50_ms": _ms(starts, 50),
        "event_p50_ms": _ms(delays, 50),
        "event_p99_ms": _ms(delays, 99),
        "rss_mb": resident,
        "rss_total_mb": round(sum(resident.values()), 1),
        "pss_mb": proportional,
        "pss_total_mb": round(sum(proportional.values()), 1),
        **at_the_door,
        **of_plans,
        **long_crawl.figures(),
    }


def _memory(stack: Stack) -> tuple[dict[str, float], dict[str, float]]:
    """Memory per part, children included, idle: (resident, and each one's share of it where Linux tells that)."""
    used = {name: used_by(pid) for name, pid in stack.supervisor.pids.items()}
    resident = {name: each.resident for name, each in used.items()}
    return resident, {name: each.proportional for name, each in used.items()}


def _ms(seconds: list[float], percent: float) -> float:
    return round(percentile(seconds, percent) * 1000, 1)


def _print(figures: Mapping[str, object]) -> None:
    wanted = {
        "throughput_ratio": "≥ 1.0",
        "gateway_throughput_ratio": "≥ 0.9",
        "submit_p50_ms": "< 20",
        "submit_p99_ms": "< 100",
        "start_p50_ms": "< 100",
        "event_p99_ms": "< 60",
        "rss_mb": "worker < 120",
        "pss_total_mb": "≤ 700",
        "idle_cpu_percent": "≤ 6",
        **plans.WANTED,
    }
    print_table("One run on one server", [(name, str(value), wanted.get(name, "")) for name, value in figures.items()])


if __name__ == "__main__":
    measured = asyncio.run(main())
    Path("bench.json").write_text(json.dumps(measured, indent=2) + "\n")
    console.print("written: bench.json")
