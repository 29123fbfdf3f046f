"""A worker whose handler blocks the event loop until a file is there: `python -m tests.stack.workers.stuck_worker`.

Its connection, its polls and Temporal's heartbeats go on in threads of the SDK: it is alive, and deaf.
Set UNSTUCK_BY to the file, and the two settings of every worker.
"""

import contextlib
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from activities.context import TaskContext
from contracts.params.common import Params
from contracts.task_types import TASK_TYPES
from runtime import process
from workers.capability.main import WorkerOptions, run_worker
from workers.capability.watchdogs import HandlerBlocked


async def stuck(context: TaskContext, params: Params) -> dict[str, Any]:
    """What a handler must never do."""
    block_until(Path(os.environ["UNSTUCK_BY"]))
    return {}


def block_until(there: Path) -> None:
    while not there.exists():
        # It even resists the worker's own attempts to have the event loop back.
        with contextlib.suppress(HandlerBlocked):
            time.sleep(0.05)


if __name__ == "__main__":
    TASK_TYPES["echo"] = replace(TASK_TYPES["echo"], handler="tests.stack.workers.stuck_worker:stuck")
    options = WorkerOptions(os.environ["CLAWDBOT_API_URL"], os.environ["CLAWDBOT_API_KEY"], ["echo"], 2)
    process.run(lambda: run_worker(options))
