"""Changes that people make to triggers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.triggers.requests import NewTrigger, SecretRotation, TriggerBody
from contracts.triggers.sources import Hook, TaskEnds
from contracts.triggers.views import DeliveryOutcome, SecretView
from db.triggers import triggers as rows
from db.triggers.deliveries import add_delivery, find_delivery
from services.errors import BadInput, NameTaken, WrongState
from services.finding import Named
from services.triggers.belonging import put_into, workspace_of
from services.triggers.finding import DeliveryNotFound, found
from services.triggers.halting import tell_halted
from services.triggers.secrets import new_address, new_secret, seal
from services.triggers.setting_off import set_off
from services.workspaces.quotas import check_there


async def create(
    connection: AsyncConnection, settings: ServerSettings, wanted: NewTrigger, by: str
) -> tuple[RowMapping, str | None]:
    """The row, and the secret of a hook. The caller has checked what is wanted.

    Raises:
        NameTaken; BadInput: also for an action of another workspace.
    """
    workspace = wanted.workspace or workspace_of(wanted.action)
    body = put_into(wanted.body(), workspace)
    await check_there(connection, workspace)
    if wanted.secret is not None and not isinstance(body.source, Hook):
        raise BadInput("Only a hook has a secret.", [("secret", "is for a hook only")])
    secret = wanted.secret or new_secret()
    row = _columns(settings, body, secret, by) | {
        "name": wanted.name, "paused": wanted.paused, "note": f"by {by}" if wanted.paused else "",
    }  # fmt: skip
    added = await rows.add_trigger(connection, row)
    if added is None:
        raise NameTaken(f"There is a trigger named {wanted.name} already. Choose another name, or change that one.")
    return added, secret if isinstance(body.source, Hook) else None


async def change(
    connection: AsyncConnection, settings: ServerSettings, named: Named, wanted: TriggerBody, by: str
) -> tuple[RowMapping, str | None]:
    """A hook keeps its address and its secret; one that becomes a hook gets them.

    Raises:
        TriggerNotFound; BadInput: its action is of another workspace.
    """
    row = await found(connection, named, lock=True)
    body = put_into(wanted, row["instance"])
    secret = new_secret()
    columns = _columns(settings, body, secret, by) | {"is_hook": isinstance(body.source, Hook)}
    changed = await rows.change_trigger(connection, row["id"], columns)
    return changed, secret if isinstance(body.source, Hook) and row["secret"] is None else None


def _columns(settings: ServerSettings, body: TriggerBody, secret: str, by: str) -> dict[str, Any]:
    is_hook = isinstance(body.source, Hook)
    return {
        "definition": body.model_dump_json(exclude_none=True),
        "address": new_address() if is_hook else None,
        "secret": seal(settings.jwt_secret.get_secret_value(), secret) if is_hook else None,
        "watches": body.source.watches,
        "task_type": body.source.task_type if isinstance(body.source, TaskEnds) else None,
        "by": by,
    }


async def pause(connection: AsyncConnection, named: Named, reason: str, by: str) -> RowMapping:
    return await _set_paused(connection, named, True, f"by {by}{': ' if reason else ''}{reason}", by)


async def resume(connection: AsyncConnection, named: Named, by: str) -> RowMapping:
    """Events that passed meanwhile are not made up for."""
    return await _set_paused(connection, named, False, "", by)


async def _set_paused(connection: AsyncConnection, named: Named, paused: bool, note: str, by: str) -> RowMapping:
    row = await found(connection, named, lock=True)
    changed = await rows.set_paused(connection, row["id"], paused, note, by)
    await tell_halted(connection)
    return changed


async def rotate(
    connection: AsyncConnection, settings: ServerSettings, named: Named, wanted: SecretRotation, by: str
) -> tuple[RowMapping, SecretView]:
    """Another secret. Raises WrongState for what is no hook."""
    row = await found(connection, named, lock=True)
    if row["secret"] is None:
        raise WrongState("This trigger is no hook: it has no secret.")
    secret = wanted.secret or new_secret()
    until = datetime.now(UTC) + timedelta(seconds=wanted.keep_old) if wanted.keep_old else None
    sealed = seal(settings.jwt_secret.get_secret_value(), secret)
    await rows.set_secret(connection, row["id"], sealed, row["secret"] if until else None, until, by)
    return row, SecretView(secret=secret, old_until=until)


async def remove(connection: AsyncConnection, named: Named, by: str) -> RowMapping:
    """What it made goes on."""
    row = await found(connection, named, lock=True)
    await rows.delete_trigger(connection, row["id"], by)
    await tell_halted(connection)
    return row


async def replay(connection: AsyncConnection, settings: ServerSettings, row: RowMapping, delivery: int) -> int:
    """Carry out an old delivery with the trigger as it is now, also while that is paused; the id of the new one.

    Raises:
        DeliveryNotFound; WrongState: its payload was not kept, or is not there any more.
    """
    old = await find_delivery(connection, row["id"], delivery)
    if old is None:
        raise DeliveryNotFound
    if old["payload"] is None:
        raise WrongState(
            "The payload of this delivery is not there: it was refused unread, is over 64 KiB, or newer ones have "
            "taken its place. Have it sent again."
        )
    again = {
        "trigger_id": row["id"], "outcome": DeliveryOutcome.FAILED.value, "payload": old["payload"],
        "headers": old["headers"], "depth": old["depth"], "replay_of": old["id"],
    }  # fmt: skip
    id_ = await add_delivery(connection, again)
    if id_ is None:
        raise DeliveryNotFound
    await set_off(connection, settings, row, id_, old["payload"], old["headers"])
    return id_


def path_of(row: RowMapping) -> str | None:
    """Of a hook: where it is called, below the address of the API."""
    return f"/api/v1/hooks/{row['address']}" if row["address"] else None
