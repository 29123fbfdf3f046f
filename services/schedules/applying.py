"""Has the schedules be as a file says: all of it or nothing, and first what that would change."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.files import AppliedView, Apply, ChangeKind, ScheduleChange, differences
from contracts.schedules.requests import NewSchedule, ScheduleBody, stored_body
from contracts.settings import ServerSettings
from db.schedules.schedules import list_schedules
from services.errors import BadInput
from services.schedules import changing


async def apply(connection: AsyncConnection, settings: ServerSettings, wanted: Apply, by: str) -> AppliedView:
    """What changes, or with ``dry_run`` would change. The caller commits, and nothing where it raises.

    Raises:
        BadInput: ``errors`` names the schedule and the field of each mistake.
    """
    rows = {row["name"]: row for row in await list_schedules(connection)}
    known = {name: stored_body(row["definition"]) for name, row in rows.items()}
    left = sorted(set(known) - set(wanted.schedules))
    changes, errors = [], []
    for name, body in wanted.schedules.items():
        try:
            changes.append(await _one(connection, settings, name, body, known.get(name), wanted.dry_run, by))
        except BadInput as error:
            errors += [(f"schedules.{name}.{field}", said) for field, said in error.errors]
    if errors:
        raise BadInput("Nothing was changed: there are mistakes.", errors)
    if wanted.prune:
        for name in left:
            if not wanted.dry_run:
                await changing.remove(connection, name, by)
            changes.append(ScheduleChange(name=name, change=ChangeKind.DELETE))
    return AppliedView(done=not wanted.dry_run, changes=changes, left=[] if wanted.prune else left)


async def _one(
    connection: AsyncConnection,
    settings: ServerSettings,
    name: str,
    body: ScheduleBody,
    known: ScheduleBody | None,
    dry_run: bool,
    by: str,
) -> ScheduleChange:
    changing.check(settings, name, body, known)
    fields = differences(known, body) if known else []
    if known is None and not dry_run:
        await changing.create(connection, settings, NewSchedule(name=name, **dict(body)), by)
    elif known is not None and not dry_run:
        # Also where nothing differs: one that was deleted on the Temporal side comes back.
        await changing.change(connection, settings, name, body, by)
    kind = ChangeKind.CREATE if known is None else ChangeKind.CHANGE if fields else ChangeKind.NONE
    return ScheduleChange(name=name, change=kind, fields=fields)
