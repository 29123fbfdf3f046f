"""Has the triggers be as a file says. Hooks keep their addresses and secrets; new ones are told theirs."""

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.named_files import NamedChange, differences
from contracts.settings import ServerSettings
from contracts.triggers.files import AppliedTriggersView, ApplyTriggers, MadeHookView, said_of
from contracts.triggers.requests import NewTrigger, TriggerBody
from db.triggers.triggers import list_triggers
from services.applying import apply_each, change_of
from services.errors import BadInput
from services.finding import Named
from services.reading import CannotBeRead
from services.triggers import changing
from services.triggers.actions import signature
from services.triggers.belonging import put_into
from services.triggers.checking import check
from services.triggers.setting_off import body_of
from services.workspaces.quotas import check_there


def check_file(settings: ServerSettings, wanted: ApplyTriggers) -> None:
    """Before a transaction begins: plans take a while.

    Raises:
        BadInput: ``errors`` names the trigger and the field of each mistake.
    """
    errors = []
    for name, body in wanted.triggers.items():
        try:
            check(settings, body, signature(name))
        except BadInput as error:
            errors += [(f"triggers.{name}.{field}", said) for field, said in error.errors]
    if errors:
        raise BadInput("Nothing was changed: there are mistakes.", errors)


async def apply(
    connection: AsyncConnection, settings: ServerSettings, wanted: ApplyTriggers, workspace: str, by: str
) -> AppliedTriggersView:
    """What changes in this workspace, or with ``dry_run`` would; `check_file` has been asked. The caller commits."""
    await check_there(connection, workspace)
    rows = {row["name"]: row for row in await list_triggers(connection, workspace)}
    bodies = {name: _known(row) for name, row in rows.items()}
    hooks: list[MadeHookView] = []

    async def one(name: str, said: TriggerBody) -> NamedChange:
        row = rows.get(name)
        known = bodies.get(name)
        body = put_into(said, workspace)
        fields = None if known is None else differences(said_of(known), said_of(body))
        if not wanted.dry_run and fields != []:
            if row is None:
                new = NewTrigger(name=name, **dict(body), workspace=workspace)
                made, secret = await changing.create(connection, settings, new, by)
            else:
                made, secret = await changing.change(connection, settings, Named(name, workspace), body, by)
            if secret is not None:
                hooks.append(MadeHookView(name=name, path=changing.path_of(made) or "", secret=secret))
        return change_of(name, is_new=row is None, fields=fields)

    async def remove(name: str) -> object:
        return await changing.remove(connection, Named(name, workspace), by)

    applied = await apply_each("triggers", wanted.triggers, bodies, wanted, one, remove)
    return AppliedTriggersView(**dict(applied), hooks=hooks)


def _known(row: RowMapping) -> TriggerBody | None:
    """None: nobody knows what it was."""
    try:
        return body_of(row)
    except CannotBeRead:
        return None
