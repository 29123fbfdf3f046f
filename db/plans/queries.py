"""Questions about plans, for people who look at them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.plans.statuses import PlanStatus
from contracts.workspaces.names import DEFAULT
from db.beginnings import range_of
from db.statements import load

_SQL = load(__file__)


async def find_plans(
    connection: AsyncConnection,
    before: tuple[datetime, uuid.UUID],
    status: PlanStatus | None,
    workspace: str | None,
    limit: int,
    id_prefix: str | None = None,
) -> Sequence[RowMapping]:
    """Those behind a place, of one workspace or of all, the newest first."""
    values: dict[str, Any] = {
        "before": before[0], "before_id": before[1], "status": status, "workspace": workspace, "limit": limit,
    }  # fmt: skip
    if id_prefix is not None:
        first, last = range_of(id_prefix)
        return (await connection.execute(_SQL["page_of_ids"], values | {"first": first, "last": last})).mappings().all()
    # Nearly all are of the default one, which no index is for.
    query = _SQL["page"] if workspace in (None, DEFAULT) else _SQL["page_there"]
    return (await connection.execute(query, values)).mappings().all()


async def get_plan(connection: AsyncConnection, plan: uuid.UUID) -> RowMapping | None:
    """With its document."""
    return (await connection.execute(_SQL["one"], {"plan": plan})).mappings().first()


async def get_head(connection: AsyncConnection, plan: uuid.UUID) -> RowMapping | None:
    """Without its document."""
    return (await connection.execute(_SQL["head"], {"plan": plan})).mappings().first()


async def newest_workflows(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """Plans as the coordinator lists them, the newest first."""
    return (await connection.execute(_SQL["newest_workflows"], {"limit": limit})).mappings().all()


async def find_workflow(connection: AsyncConnection, plan: uuid.UUID) -> RowMapping | None:
    """One of those."""
    return (await connection.execute(_SQL["workflow"], {"plan": plan})).mappings().first()


async def get_steps(connection: AsyncConnection, plan: uuid.UUID, after: int, limit: int) -> Sequence[RowMapping]:
    """Behind a place in the order of the plan; -1: from the first one."""
    return await _rows(connection, "steps", plan, after=after, limit=limit)


async def are_over(connection: AsyncConnection, plan: uuid.UUID, names: Sequence[str]) -> Mapping[str, bool]:
    """Of each of these steps, whether those who need it need not wait for it; of those that there are."""
    return {row["step"]: row["over"] for row in await _rows(connection, "are_over", plan, names=list(names))}


async def count_steps(connection: AsyncConnection, plan: uuid.UUID) -> Mapping[str, int]:
    """How many steps stand where; those that compensate only once they are wanted."""
    return {row["status"]: row["count"] for row in await _rows(connection, "counts", plan)}


async def get_parts(
    connection: AsyncConnection, plan: uuid.UUID, step: str, after: int, limit: int
) -> Sequence[RowMapping]:
    """Behind a place; -1: from the first one."""
    return await _rows(connection, "parts", plan, step=step, after=after, limit=limit)


async def find_reviews(connection: AsyncConnection, workspace: str | None, limit: int) -> Sequence[RowMapping]:
    """Results that wait for a person, of all plans of one workspace or of all."""
    return (await connection.execute(_SQL["reviews"], {"workspace": workspace, "limit": limit})).mappings().all()


async def shape_of(connection: AsyncConnection, plan: uuid.UUID) -> Sequence[RowMapping]:
    """All steps with what they wait for, without their definitions."""
    return await _rows(connection, "shape", plan)


async def costs_of(connection: AsyncConnection, plan: uuid.UUID) -> list[Any]:
    """What results say that they cost; of what has failed or goes on, what its attempts have paid."""
    return [row["cost"] for row in await _rows(connection, "costs", plan)]


async def usual_seconds(connection: AsyncConnection, types: Sequence[str]) -> dict[str, float]:
    """The median of how long tasks took lately, of the types that had any."""
    rows = await connection.execute(_SQL["usual_seconds"], {"types": list(types)})
    return {type_: float(seconds) for type_, seconds in rows if seconds is not None}


async def _rows(connection: AsyncConnection, name: str, plan: uuid.UUID, **values: Any) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL[name], {"plan": plan, **values})).mappings().all()
