"""The end of runs: told by that of their tasks. A failure pauses its schedule, where that was asked for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.work import ScheduleVerb
from db.people.audit import add_entry
from db.schedules.runs import close_runs
from db.schedules.schedules import put_command, set_paused

_BY = "core"


async def close(connection: AsyncConnection) -> None:
    """Close every run whose tasks are over. The caller commits."""
    for failure in await close_runs(connection):
        await pause_after(connection, failure["schedule_id"], failure["why"])


async def pause_after(connection: AsyncConnection, schedule_id: UUID, why: str) -> None:
    """Pause because of a failure. Not left to Temporal: it looks at no run that may overlap others."""
    note = f"A run failed: {why}"[:500]
    row = await set_paused(connection, schedule_id, True, note, _BY)
    await put_command(connection, schedule_id, ScheduleVerb.PAUSE, {"paused": True, "note": note})
    await add_entry(connection, _BY, "schedule.pause", row["name"], {"reason": note})
