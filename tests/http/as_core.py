"""What the gateway and core write down of a task, where neither runs: for tests of what is read afterwards."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Outcome, TaskFailure
from db.tasks.failure_counts import count_changes, go_over
from db.tasks.mirror import AttemptSeen, apply_attempts, apply_outcome
from tests.stack.people import in_database
from tests.support.facade import Facade


def take(stack: Facade, task_id: str, worker: str, worker_id: str | None, round_: int = 0) -> str:
    """This worker has claimed and begun the task; the run that it belongs to."""
    run_id = str(uuid.uuid4())
    seen = [
        AttemptSeen(task_id, run_id, round_, 1, status, worker_id=worker_id, worker_name=worker)
        for status in (TaskStatus.CLAIMED, TaskStatus.RUNNING)
    ]

    async def write(connection: AsyncConnection) -> None:
        await apply_attempts(connection, seen)

    in_database(stack, write)
    return run_id


def end(
    stack: Facade,
    task_id: str,
    run_id: str,
    status: TaskStatus,
    result: Any = None,
    error: TaskFailure | None = None,
    round_: int = 0,
) -> None:
    """This run of it has ended like this."""
    outcome = Outcome(task_id=task_id, run_id=run_id, round=round_, status=status, result=result, error=error)

    async def write(connection: AsyncConnection) -> None:
        assert await apply_outcome(connection, outcome)

    in_database(stack, write)


def count_failures(stack: Facade) -> None:
    """Core has counted the failures there are into their groups."""
    while in_database(stack, count_changes) or in_database(stack, go_over):
        pass
