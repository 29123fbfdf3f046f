"""`python -m benchmarks.soak [MINUTES]`: a stack whose parts are killed at random while people meddle from both sides.

Afterwards Temporal is asked about each task: the mirror says the same, or this ends with 1. CLAWDBOT_TEST_SEED repeats
the choices, though not the moments.
"""

import asyncio
import os
import random
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.soak.checker import differences, unsettled
from benchmarks.soak.memory import Memory
from benchmarks.soak.trouble import Trouble
from cli.stack.up import make_stack
from workers.embedded.foundations import embedded_foundations
from workers.embedded.stack import Stack

_MINUTES = 30.0
#: After the last blow: retries wait, deaths are noticed, and what is left is taken up again.
_SETTLE_SECONDS = 240.0
_LOOK_SECONDS = 3.0

console = Console()


async def soak(directory: Path, minutes: float, seed: int) -> int:
    """The number of differences."""
    stack = make_stack(directory, sandbox=False, worker=True, concurrency=8, free_ports=True)
    await stack.start(lambda step: console.print(f"  starting {step}"))
    memory = Memory(stack.supervisor)
    sampling = asyncio.create_task(memory.run())
    try:
        client = await Client.connect(
            stack.foundations.temporal_address,
            namespace=stack.foundations.namespace,
            data_converter=pydantic_data_converter,
            lazy=True,
        )
        url = embedded_foundations(stack.directory, stack.ports).database_url
        trouble = Trouble(stack, client, random.Random(seed))  # noqa: S311 - a seed must repeat what it did; it keeps no secret
        await trouble.make(minutes * 60)
        _tell(trouble.done)
        await _settled(url)
        found = await differences(client, url, trouble.accepted)
    finally:
        sampling.cancel()
        await stack.stop()
    _tell_memory(stack, memory)
    for each in found:
        console.print(f"[red]differs[/red] {each}", highlight=False)
    console.print(f"{len(trouble.accepted)} tasks were accepted; {len(found)} differ from Temporal")
    return len(found)


async def _settled(url: str) -> None:
    """Nothing is under way any more, or time is up: what is still open then must be open in Temporal, too."""
    for _ in range(int(_SETTLE_SECONDS / _LOOK_SECONDS)):
        if not await asyncio.to_thread(unsettled, url):
            break
        await asyncio.sleep(_LOOK_SECONDS)
    # What both sides know is the same within five seconds.
    await asyncio.sleep(2 * _LOOK_SECONDS)


def _tell(done: Counter[str]) -> None:
    console.print(", ".join(f"{count} times {what}" for what, count in sorted(done.items())), highlight=False)


def _tell_memory(stack: Stack, memory: Memory) -> None:
    for part, (megabytes, slope, minutes) in sorted(memory.slopes().items()):
        restarts = stack.supervisor.restarts.get(part, 0)
        console.print(
            f"{part:9} {megabytes:6.1f} MB, {slope:+7.1f} MB an hour over {minutes:.1f} min without a restart "
            f"({restarts} restarts)",
            highlight=False,
        )


if __name__ == "__main__":
    length = float(sys.argv[1]) if len(sys.argv) > 1 else _MINUTES
    chosen = int(os.environ.get("CLAWDBOT_TEST_SEED", secrets.randbelow(10**6)))
    console.print(f"{length:g} minutes, CLAWDBOT_TEST_SEED={chosen}")
    with tempfile.TemporaryDirectory(prefix="clawdbot-soak-") as temporary:
        sys.exit(1 if asyncio.run(soak(Path(temporary), length, chosen)) else 0)
