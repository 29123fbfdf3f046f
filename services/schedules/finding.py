"""Finds the schedule that is meant, by its name or its id."""

from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.workspaces.names import DEFAULT
from db.schedules.schedules import find_schedules, lock_schedule
from services.errors import BadInput, DomainError


class ScheduleNotFound(DomainError):
    """There is no such schedule."""

    status = 404
    see = "GET /api/v1/schedules"


@dataclass(frozen=True)
class Named:
    """By name or id, as somebody says it. ``workspace``: in which it is looked for; None: in all that they see."""

    key: str
    workspace: str | None = None


async def found(connection: AsyncConnection, named: Named, *, lock: bool = False) -> RowMapping:
    """Of several with this name, the one of the default workspace.

    Raises:
        ScheduleNotFound: also where it may only be looked at, and ``lock`` is for changing it.
        BadInput: several workspaces have one of this name, and the default one has none.
    """
    rows = await find_schedules(connection, named.key, named.workspace)
    if not rows:
        raise ScheduleNotFound
    row = rows[0]
    if len(rows) > 1 and str(row["id"]) != named.key and row["instance"] != DEFAULT:
        names = ", ".join(each["instance"] for each in rows)
        raise BadInput(
            f"Several workspaces have a schedule of this name. Say in which one: {names}.",
            [("workspace", f"must be one of {names}")],
        )
    if not lock:
        return row
    locked = await lock_schedule(connection, row["id"])
    if locked is None or locked["deleted_at"] is not None:
        raise ScheduleNotFound
    return locked
