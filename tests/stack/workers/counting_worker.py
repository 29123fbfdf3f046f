"""A worker whose handlers write down when they begin and end: `python -m tests.stack.workers.counting_worker`.

Set COUNT_IN to the file, COUNT_SLOTS to the tasks at once, and the two settings of every worker.
"""

import asyncio
import os
from dataclasses import replace
from typing import Any

from activities.context import TaskContext
from contracts.params.common import Params
from contracts.task_types import TASK_TYPES
from runtime import process
from workers.capability.main import WorkerOptions, run_worker

CAPABILITIES = ("echo", "delay", "flaky", "mock_content")


async def counted(context: TaskContext, params: Params) -> dict[str, Any]:
    """Take 50 ms and leave a line at either end."""
    _write(f"+ {type(params).__name__}\n")
    await asyncio.sleep(0.05)
    _write(f"- {type(params).__name__}\n")
    return {}


def _write(line: str) -> None:
    with open(os.environ["COUNT_IN"], "a") as file:
        file.write(line)


if __name__ == "__main__":
    for name in CAPABILITIES:
        TASK_TYPES[name] = replace(TASK_TYPES[name], handler="tests.stack.workers.counting_worker:counted")
    options = WorkerOptions(
        os.environ["CLAWDBOT_API_URL"],
        os.environ["CLAWDBOT_API_KEY"],
        CAPABILITIES,
        int(os.environ["COUNT_SLOTS"]),
    )
    process.run(lambda: run_worker(options))
