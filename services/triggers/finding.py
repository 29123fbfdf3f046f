"""Finds the trigger that is meant, by its name or its id."""

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.triggers.triggers import find_to_act, find_triggers, lock_trigger
from services.errors import DomainError
from services.finding import Named, the_one_of


class TriggerNotFound(DomainError):
    """There is no such trigger."""

    status = 404
    see = "GET /api/v1/triggers"


class DeliveryNotFound(DomainError):
    """This trigger has no such delivery (any more)."""

    status = 404


async def found(connection: AsyncConnection, named: Named, *, lock: bool = False) -> RowMapping:
    """Of several with this name, the one of the default workspace.

    Raises:
        TriggerNotFound: also where it may only be looked at, and ``lock`` is for changing it.
        BadInput: several workspaces have one of this name, and the default one has none.
    """
    row = the_one_of(await find_triggers(connection, named.key, named.workspace), named, "trigger")
    if row is None:
        raise TriggerNotFound
    if not lock:
        return row
    locked = await lock_trigger(connection, row["id"])
    if locked is None or locked["deleted_at"] is not None:
        raise TriggerNotFound
    return locked


async def found_to_act(connection: AsyncConnection, named: Named) -> RowMapping:
    """To have it do something, without changing it. Raises as `found` does, also where it may only be looked at."""
    row = await find_to_act(connection, (await found(connection, named))["id"])
    if row is None:
        raise TriggerNotFound
    return row
