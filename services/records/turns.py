"""Turns at a source that counts the requests of all machines together: the fleet takes them one after the other."""

import uuid

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import Turn
from contracts.tasks.work import Lease
from db.records.turns import next_turn
from services.errors import BadInput
from services.records.storing import check_holder

#: So many seconds are given away in advance, so that no worker takes the source away from all others for hours.
_MOST = 30.0
_ASK_AGAIN = 10.0


async def take_turn(connection: AsyncConnection, task_id: uuid.UUID, lease: Lease) -> Turn:
    """When the task may ask its source once more; nobody else gets that moment.

    Raises:
        NotYourTask: the attempt is stale, or the task is over.
        BadInput: its source does not count so.
    """
    type_ = (await check_holder(connection, task_id, lease)).type
    if type_.source is None or type_.source.per_second is None:
        raise BadInput(f"The source of {type_.name} does not count all workers together: no turn is needed.")
    wait = await next_turn(connection, type_.source.name, 1 / type_.source.per_second, _MOST)
    return Turn(wait_seconds=_ASK_AGAIN, given=False) if wait is None else Turn(wait_seconds=wait)
