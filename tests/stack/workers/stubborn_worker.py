"""A worker whose `echo` behaves as its message says: `python -m tests.stack.workers.stubborn_worker`.

Set STUBBORN_SLOTS to the tasks at once, STUBBORN_PIDS to a file for the pids of children, STUBBORN_HEARD to one that is
there once the report of a handler has been heard, and the two settings of every worker.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from activities.blocking import in_process, in_thread
from activities.context import TaskContext
from contracts.params.trial import EchoParams
from contracts.task_types import TASK_TYPES
from runtime import process
from tests.support.until import until
from workers.capability.main import WorkerOptions, run_worker


async def stubborn(context: TaskContext, params: EchoParams) -> dict[str, Any]:
    """Do what the message says."""
    return await BEHAVIOURS[params.message](context)


async def good(context: TaskContext) -> dict[str, Any]:
    return {"attempt": context.attempt}


async def blocks_the_loop(context: TaskContext) -> dict[str, Any]:
    context.progress(percent=1)
    # Nobody else on this loop reports anything any more, so the test says when it has heard.
    await until(Path(os.environ["STUBBORN_HEARD"]).exists, "its report is heard")
    hang()
    return {}


async def ignores_everything(context: TaskContext) -> dict[str, Any]:
    context.progress(percent=1)
    while True:
        try:
            await asyncio.sleep(600)  # never over by itself
        except asyncio.CancelledError:
            continue


async def hangs_in_a_thread(context: TaskContext) -> dict[str, Any]:
    context.progress(percent=1)
    await in_thread(hang)
    return {}


async def works_in_a_process(context: TaskContext) -> dict[str, Any]:
    context.progress(percent=1)
    await in_process(two_processes, os.environ["STUBBORN_PIDS"])
    return {}


def two_processes(file: str) -> None:
    """Start another process, write both pids down, and stay."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with Path(file).open("a") as pids:
        pids.write(f"{os.getpid()} {child.pid}\n")
    hang()


def hang() -> None:
    time.sleep(600)  # never over by itself


BEHAVIOURS: dict[str, Callable[[TaskContext], Awaitable[dict[str, Any]]]] = {
    each.__name__: each for each in (good, blocks_the_loop, ignores_everything, hangs_in_a_thread, works_in_a_process)
}


if __name__ == "__main__":
    TASK_TYPES["echo"] = replace(TASK_TYPES["echo"], handler="tests.stack.workers.stubborn_worker:stubborn")
    options = WorkerOptions(
        os.environ["CLAWDBOT_API_URL"],
        os.environ["CLAWDBOT_API_KEY"],
        concurrency=int(os.environ["STUBBORN_SLOTS"]),
    )
    process.run(lambda: run_worker(options))
