"""Changes that people make to schedules: a change of the row and a word to Temporal, in one transaction."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.occurrences import first_due_between, next_due
from contracts.schedules.requests import Backfill, NewSchedule, ScheduleBody
from contracts.schedules.work import ScheduleVerb
from contracts.settings import ServerSettings
from db.schedules import schedules as rows
from services.errors import BadInput, NameTaken, WrongState
from services.finding import Named
from services.schedules.actions import check_action
from services.schedules.belonging import check_watchlist, put_into, workspace_of
from services.schedules.bodies import body_of, known_body
from services.schedules.finding import found
from services.schedules.firing import signature
from services.workspaces.quotas import check_there

#: Runs of one backfill.
MOST_BACKFILLED = 100
#: Between two runs by hand.
_APART_SECONDS = 2.0


async def create(connection: AsyncConnection, settings: ServerSettings, wanted: NewSchedule, by: str) -> RowMapping:
    """Raises NameTaken, and BadInput for an action that cannot be done, or not in this workspace."""
    workspace = wanted.workspace or workspace_of(wanted.action)
    body = put_into(wanted.body(), workspace)
    await asyncio.to_thread(check, settings, wanted.name, body, None)
    await check_there(connection, workspace)
    row = await rows.add_schedule(
        connection, wanted.name, _stored(body), paused=wanted.paused, note=f"by {by}" if wanted.paused else "",
        remaining=body.runs, by=by,
    )  # fmt: skip
    if row is None:
        raise NameTaken(f"There is a schedule named {wanted.name} already. Choose another name, or change that one.")
    content = {"remaining": body.runs, "paused": wanted.paused, "since": row["created_at"].isoformat()}
    await rows.put_command(connection, row["id"], ScheduleVerb.PUT, content)
    return row


async def change(
    connection: AsyncConnection, settings: ServerSettings, named: Named, wanted: ScheduleBody, by: str
) -> RowMapping:
    """Raises ScheduleNotFound, and BadInput for an action that cannot be done, or is for another workspace."""
    row = await found(connection, named, lock=True)
    body = put_into(wanted, row["instance"])
    known = known_body(row)
    await asyncio.to_thread(check, settings, row["name"], body, known)
    if known is not None and _stored(known) == _stored(body) and row["gone_at"] is None:
        return row
    # Runs that are left are counted on, unless another number of them is wanted.
    counts_on = known is not None and known.runs == body.runs
    remaining = row["remaining"] if counts_on else body.runs
    changed = await rows.change_schedule(connection, row["id"], _stored(body), remaining, by)
    content = {} if counts_on else {"remaining": body.runs}
    content["since"] = changed["changed_at"].isoformat()
    await rows.put_command(connection, row["id"], ScheduleVerb.PUT, content)
    return changed


async def pause(connection: AsyncConnection, named: Named, reason: str, by: str) -> RowMapping:
    return await _set_paused(connection, named, True, f"by {by}{': ' if reason else ''}{reason}", by)


async def resume(connection: AsyncConnection, named: Named, by: str) -> RowMapping:
    """One that was deleted on the Temporal side comes back."""
    return await _set_paused(connection, named, False, "", by)


async def _set_paused(connection: AsyncConnection, named: Named, paused: bool, note: str, by: str) -> RowMapping:
    row = await found(connection, named, lock=True)
    changed = await rows.set_paused(connection, row["id"], paused, note, by)
    await rows.put_command(connection, row["id"], ScheduleVerb.PAUSE, {"paused": paused, "note": note})
    return changed


async def run_now(connection: AsyncConnection, named: Named) -> RowMapping:
    """Also while it is paused, and whatever else of it runs. Raises WrongState right after another run.

    One of which Temporal has still to hear runs once it has. Temporal names runs by the second: a second one within it
    would be dropped there without a word.
    """
    row = await _there(connection, named)
    if row["told_at"] is None and row["problem"]:
        raise WrongState(
            f"It cannot run: Temporal does not take this schedule. Write it anew first. Temporal says: {row['problem']}"
        )
    if await rows.runs_just_now(connection, row["id"], _APART_SECONDS):
        raise WrongState("It was told to run a moment ago. Wait two seconds, look whether it runs, and try again.")
    await rows.put_command(connection, row["id"], ScheduleVerb.RUN, {})
    return row


async def backfill(connection: AsyncConnection, named: Named, wanted: Backfill) -> tuple[RowMapping, int]:
    """Make up for the runs of a time that is over; those that were run are not run again. Returns how many are due."""
    row = await _there(connection, named)
    timing = body_of(row).timing
    moments = first_due_between(timing, wanted.start - timedelta(microseconds=1), wanted.end, MOST_BACKFILLED + 1)
    if len(moments) > MOST_BACKFILLED:
        said = f"That would be more than {MOST_BACKFILLED} runs. Take a shorter time."
        raise BadInput(said, [("end", said)])
    if not moments:
        raise BadInput("It was never due in that time.", [("start", "it was never due in that time")])
    content = {"moments": [each.isoformat() for each in moments]}
    await rows.put_command(connection, row["id"], ScheduleVerb.BACKFILL, content)
    return row, len(moments)


async def remove(connection: AsyncConnection, named: Named, by: str) -> RowMapping:
    """Its tasks go on; what it made stays in the history of the tasks."""
    row = await found(connection, named, lock=True)
    await rows.delete_schedule(connection, row["id"], by)
    await rows.put_command(connection, row["id"], ScheduleVerb.DELETE, {})
    return row


def check(settings: ServerSettings, name: str, body: ScheduleBody, known: ScheduleBody | None) -> None:
    """Raises BadInput for times that are over, unless they were so before, and for an action that cannot be done.

    Not for the loop: a plan of many steps for many tickers takes seconds.
    """
    check_action(body.action, settings, signature(name))
    check_watchlist(body.action, None if known is None else known.action)
    if (known is None or known.timing != body.timing) and not next_due(body.timing, datetime.now(UTC), 1):
        raise BadInput(
            "This schedule would never be due: all of its times are over.", [("timing", "all of its times are over")]
        )


async def _there(connection: AsyncConnection, named: Named) -> RowMapping:
    row = await found(connection, named, lock=True)
    if row["gone_at"] is not None:
        raise WrongState("This schedule was deleted on the Temporal side. Resume it first: that puts it back.")
    return row


def _stored(body: ScheduleBody) -> str:
    # Whole: without what is null, params and inputs that say null would be lost.
    return body.model_dump_json()
