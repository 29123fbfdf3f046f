"""The workers of the simulated world: each task ends some minutes after it was created.

How it ended is written by the statement that writes it for real tasks, so freshness is kept by the real code.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.week.clock import set_clock
from benchmarks.week.rows import Archive
from benchmarks.week.world import SOURCE_OF, World
from contracts.records.sources import SOURCES
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Outcome, TaskFailure
from db.tasks.mirror import AttemptSeen, apply_attempts, apply_outcomes

_OPEN = text("SELECT id, type, ticker, created_at FROM tasks WHERE status = 'pending' ORDER BY created_at, id")


class Workers:
    """As many as there are tasks."""

    def __init__(self, engine: AsyncEngine, world: World) -> None:
        self._engine = engine
        self._world = world
        self._archive = Archive(world)

    async def work_until(self, now: datetime) -> None:
        """End the tasks whose time is over, each at its time; then it is ``now``."""
        async with self._engine.begin() as connection:
            open_ = (await connection.execute(_OPEN)).mappings().all()
        ends = sorted(
            ((self._end_of(each), each["ticker"], each["type"], each) for each in open_), key=lambda end: end[:3]
        )
        for at, *_, task in ends:
            if at <= now:
                await self._end(task, at)
        async with self._engine.begin() as connection:
            await set_clock(connection, now)

    def _end_of(self, task: RowMapping) -> datetime:
        created_at: datetime = task["created_at"]
        return created_at + self._world.takes(task["ticker"], SOURCE_OF[task["type"]], created_at)

    async def _end(self, task: RowMapping, at: datetime) -> None:
        source, id_ = SOURCE_OF[task["type"]], str(task["id"])
        failure = self._world.failure(task["ticker"], source, at)
        async with self._engine.begin() as connection:
            await set_clock(connection, at)
            await apply_attempts(connection, [_attempt(task)])
            new = 0 if failure else await self._archive.store(connection, id_, task["ticker"], source, at)
            await apply_outcomes(connection, [_outcome(task, failure, new)])


def _attempt(task: RowMapping) -> AttemptSeen:
    """A worker has begun."""
    return AttemptSeen(
        workflow_id=str(task["id"]),
        run_id=_run_of(task),
        round=0,
        attempt=1,
        status=TaskStatus.RUNNING,
        worker_id=None,
        worker_name="simulated",
    )


def _run_of(task: RowMapping) -> str:
    return str(uuid.uuid5(task["id"], "run"))


def _outcome(task: RowMapping, failure: TaskFailure | None, new: int) -> Outcome:
    return Outcome(
        task_id=str(task["id"]),
        run_id=_run_of(task),
        round=0,
        task_type=task["type"],
        status=TaskStatus.FAILED if failure else TaskStatus.SUCCEEDED,
        error=failure,
        result=None if failure else _result(task["type"], new),
    )


def _result(task_type: str, new: int) -> dict[str, Any]:
    counted = SOURCES[task_type].counts
    result: dict[str, Any] = {"new": new, "requests": 1 + new // 10} | ({counted: new} if counted else {})
    if task_type.startswith("ai_"):
        result["cost"] = {"model": "simulated", "calls": 1, "input_tokens": 9_000, "output_tokens": 500, "usd": 0.01}
    return result
