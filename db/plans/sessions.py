"""Keeps which worker has which session of a plan open."""

import uuid
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import task_id_of
from contracts.tasks.work import Lease
from db.statements import load

_SQL = load(__file__)


@dataclass(frozen=True)
class Opened:
    """How often the session was opened, this time included; whether this time was told before."""

    generation: int
    is_new: bool


@dataclass(frozen=True)
class Opening:
    """An attempt at a task."""

    #: The task may begin only once.
    once: bool
    #: It opens a session for a plan; this attempt has had that open.
    opens: bool
    was_open: bool


async def asked(connection: AsyncConnection, task_id: uuid.UUID, worker_id: str) -> RowMapping | None:
    """What a worker has to know before it opens a session; None: the task opens none."""
    values = {"task": task_id, "worker": uuid.UUID(worker_id)}
    return (await connection.execute(_SQL["asked"], values)).mappings().first()


async def open_session(
    connection: AsyncConnection, task_id: uuid.UUID, plan_id: uuid.UUID, lease: Lease
) -> Opened | None:
    """Has this attempt hold it; None: a later one does."""
    values = {
        "task": task_id, "plan": plan_id, "worker": uuid.UUID(lease.worker_id), "round": lease.round,
        "run_id": lease.run_id, "attempt": lease.attempt,
    }  # fmt: skip
    row = (await connection.execute(_SQL["open"], values)).mappings().first()
    return None if row is None else Opened(row["generation"], row["is_new"])


async def tell_opened(connection: AsyncConnection, task_id: uuid.UUID, worker: str, generation: int) -> None:
    """A line of the plan's history."""
    await connection.execute(_SQL["tell"], {"task": task_id, "worker": worker, "generation": generation})


async def generation_held(connection: AsyncConnection, task_id: uuid.UUID, worker_id: str) -> int | None:
    """The generation of a session that this worker has open; None: it has not."""
    values = {"task": task_id, "worker": uuid.UUID(worker_id)}
    found: int | None = (await connection.execute(_SQL["held"], values)).scalar()
    return found


async def opening_of(connection: AsyncConnection, lease: Lease) -> Opening | None:
    """What is known of this attempt; None: nothing is known of its task."""
    values = {
        "task": task_id_of(lease.workflow_id), "round": lease.round, "run_id": lease.run_id,
        "attempt": lease.attempt,
    }  # fmt: skip
    row = (await connection.execute(_SQL["opening"], values)).mappings().first()
    return None if row is None else Opening(**row)
