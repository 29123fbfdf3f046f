"""Has the schedules be as a file says."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.named_files import AppliedView, NamedChange, differences
from contracts.schedules.files import Apply, said_of
from contracts.schedules.requests import NewSchedule, ScheduleBody
from contracts.settings import ServerSettings
from db.schedules.schedules import list_schedules
from services.applying import apply_each, change_of
from services.finding import Named
from services.schedules import changing
from services.schedules.belonging import put_into
from services.schedules.bodies import known_body
from services.workspaces.quotas import check_there


async def apply(
    connection: AsyncConnection, settings: ServerSettings, wanted: Apply, workspace: str, by: str
) -> AppliedView:
    """What changes in this workspace, or with ``dry_run`` would. The caller commits, and nothing where it raises.

    Raises:
        BadInput: ``errors`` names the schedule and the field of each mistake.
    """
    await check_there(connection, workspace)
    rows = {row["name"]: row for row in await list_schedules(connection, workspace)}
    bodies = {name: known_body(row) for name, row in rows.items()}

    async def one(name: str, said: ScheduleBody) -> NamedChange:
        row = rows.get(name)
        known = bodies.get(name)
        body = put_into(said, workspace)
        await asyncio.to_thread(changing.check, settings, name, body, known)
        if row is None and not wanted.dry_run:
            await changing.create(connection, settings, NewSchedule(name=name, **dict(body), workspace=workspace), by)
        elif not wanted.dry_run:
            # Also where nothing differs: one that was deleted on the Temporal side comes back.
            await changing.change(connection, settings, Named(name, workspace), body, by)
        fields = None if known is None else differences(said_of(known), said_of(body))
        return change_of(name, is_new=row is None, fields=fields)

    async def remove(name: str) -> object:
        return await changing.remove(connection, Named(name, workspace), by)

    return await apply_each("schedules", wanted.schedules, bodies, wanted, one, remove)
