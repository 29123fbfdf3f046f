"""Finds the schedule that is meant, by its name or its id."""

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schedules.schedules import find_schedules, lock_schedule
from services.errors import DomainError
from services.finding import Named, the_one_of


class ScheduleNotFound(DomainError):
    """There is no such schedule."""

    status = 404
    see = "GET /api/v1/schedules"


async def found(connection: AsyncConnection, named: Named, *, lock: bool = False) -> RowMapping:
    """Of several with this name, the one of the default workspace.

    Raises:
        ScheduleNotFound: also where it may only be looked at, and ``lock`` is for changing it.
        BadInput: several workspaces have one of this name, and the default one has none.
    """
    rows = await find_schedules(connection, named.key, named.workspace)
    row = the_one_of(rows, named, "schedule")
    if row is None:
        raise ScheduleNotFound
    if not lock:
        return row
    locked = await lock_schedule(connection, row["id"])
    if locked is None or locked["deleted_at"] is not None:
        raise ScheduleNotFound
    return locked
