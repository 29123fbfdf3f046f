"""Runs of schedules as rows: one for each moment at which one was due, with what became of it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def find_run(connection: AsyncConnection, schedule_id: uuid.UUID, due: datetime) -> RowMapping | None:
    found = await connection.execute(_SQL["find"], {"schedule_id": schedule_id, "due_at": due})
    return found.mappings().first()


async def put_run(
    connection: AsyncConnection,
    schedule_id: uuid.UUID,
    due: datetime,
    outcome: str,
    *,
    why: str | None = None,
    task_ids: Sequence[uuid.UUID] = (),
    plan_id: uuid.UUID | None = None,
    waiting_workflow: str | None = None,
) -> int | None:
    """The id of the run; None when that moment was run already."""
    row = {
        "schedule_id": schedule_id, "due_at": due, "outcome": outcome, "why": why, "task_ids": list(task_ids),
        "plan_id": plan_id, "waiting_workflow": waiting_workflow,
    }  # fmt: skip
    return (await connection.execute(_SQL["put"], row)).scalar()


async def note_passed(
    connection: AsyncConnection, schedule_id: uuid.UUID, moments: Sequence[datetime], why: str, zone: str
) -> None:
    """These were due, and nobody ran them."""
    given = {"schedule_id": schedule_id, "moments": list(moments), "why": why, "zone": zone}
    await connection.execute(_SQL["passed"], given)


async def note_seen_until(connection: AsyncConnection, schedule_id: uuid.UUID, until: datetime) -> None:
    await connection.execute(_SQL["seen_until"], {"schedule_id": schedule_id, "until": until})


async def open_tasks(connection: AsyncConnection, schedule_id: uuid.UUID) -> list[uuid.UUID]:
    return list((await connection.execute(_SQL["open_tasks"], {"schedule_id": schedule_id})).scalars())


async def open_tasks_of_run(connection: AsyncConnection, run_id: int) -> list[uuid.UUID]:
    return list((await connection.execute(_SQL["open_tasks_of_run"], {"run_id": run_id})).scalars())


async def open_plans(connection: AsyncConnection, schedule_id: uuid.UUID) -> list[uuid.UUID]:
    return list((await connection.execute(_SQL["open_plans"], {"schedule_id": schedule_id})).scalars())


async def open_plans_of_run(connection: AsyncConnection, run_id: int) -> list[uuid.UUID]:
    return list((await connection.execute(_SQL["open_plans_of_run"], {"run_id": run_id})).scalars())


async def note_replaced(connection: AsyncConnection, schedule_id: uuid.UUID) -> None:
    """The runs that are under way are about to be cancelled by the next one."""
    await connection.execute(_SQL["cancel_others"], {"schedule_id": schedule_id})


async def note_cancelled(connection: AsyncConnection, run_id: int) -> None:
    """The same of one whose workflow was cancelled."""
    await connection.execute(_SQL["cancel"], {"run_id": run_id})


async def close_runs(connection: AsyncConnection) -> Sequence[RowMapping]:
    """End those whose tasks, or plan, have. Returns the failures that pause their schedule: schedule_id, why."""
    return (await connection.execute(_SQL["close"])).mappings().all()


async def untold_runs(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["untold"], {"limit": limit})).mappings().all()


async def note_workflows_told(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(_SQL["told"], {"ids": list(ids)})


async def list_runs(connection: AsyncConnection, schedule_id: uuid.UUID, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    return (await connection.execute(_SQL["list"], {"schedule_id": schedule_id, "limit": limit})).mappings().all()
