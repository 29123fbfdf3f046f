"""Workers as bots of the coordinator."""

import uuid
from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.coordinator.requests import BotRegistration
from contracts.coordinator.statuses import BOTS
from contracts.coordinator.views import BotView, NewBotView
from contracts.task_types import BOT_TASK, InvalidTaskParams
from contracts.workers.states import WorkerState
from db.workers.registry import get_worker, list_workers
from services.errors import BadInput, WorkerNotFound, WrongState
from services.tasks.task_params import check_capability
from services.workers.controls import pause_worker, resume_worker
from services.workers.registering import take_in

#: A bot of the document works on one task at a time.
_AT_ONCE = 1


async def register_bot(connection: AsyncConnection, said: BotRegistration) -> NewBotView:
    """A worker whose capabilities may be words of its own.

    Raises:
        BadInput: one of them is a task type that is written otherwise.
        NameTaken: there is a worker with this name.
    """
    for capability in said.capabilities:
        try:
            check_capability(BOT_TASK, capability)
        except InvalidTaskParams as error:
            raise BadInput(f"{error.errors[0][1]}", [("capabilities", error.errors[0][1])]) from None
    values = {
        "name": said.name,
        "capabilities": list(dict.fromkeys([*said.capabilities, BOT_TASK])),
        "max_concurrency": _AT_ONCE,
        "details": said.metadata,
    }
    made = await take_in(connection, values, None)
    return NewBotView(**(await get_bot(connection, made.id)).model_dump(), api_key=made.api_key)


async def get_bots(connection: AsyncConnection) -> list[BotView]:
    """All workers, by name."""
    return [bot_view(row) for row in await list_workers(connection)]


async def get_bot(connection: AsyncConnection, bot_id: uuid.UUID) -> BotView:
    """Raises WorkerNotFound."""
    return bot_view(await _row(connection, bot_id))


async def available_bots(connection: AsyncConnection, capability: str | None) -> Sequence[BotView]:
    """Those that are there with nothing to do, and may be given something."""
    bots = await get_bots(connection)
    return [each for each in bots if each.status == "online" and capability in (None, *each.capabilities)]


async def offered_capabilities(connection: AsyncConnection) -> frozenset[str]:
    """What registered workers may take, whether they are there or not."""
    return frozenset(name for row in await list_workers(connection) for name in row["capabilities"])


async def check_is_heard(connection: AsyncConnection, bot_id: uuid.UUID) -> BotView:
    """Raises WorkerNotFound, WrongState: a bot that asks for no tasks is not there, whatever it says."""
    bot = await get_bot(connection, bot_id)
    if bot.status == "offline":
        raise WrongState(
            f"A heartbeat alone hands '{bot.name}' no tasks. It is online while it has a claim open "
            "(POST /api/v1/tasks/claim) or a socket (/api/v1/ws/control)."
        )
    return bot


async def mark_busy(connection: AsyncConnection, bot_id: uuid.UUID, by: str) -> bool:
    """It gets nothing new; whether that is new: a pause that is there already stays as it was said.

    Raises WorkerNotFound.
    """
    row = await _row(connection, bot_id)
    if row["held"] is None:
        await pause_worker(connection, bot_id, "paused", by, "marked as busy")
    return row["held"] is None


async def mark_available(connection: AsyncConnection, bot_id: uuid.UUID, by: str, *, is_itself: bool) -> bool:
    """Whether that is new. Raises WorkerNotFound, WrongState: a bot wants to end what a person said."""
    row = await _row(connection, bot_id)
    if is_itself and row["held"] and row["held_by"] != by:
        raise WrongState(
            f"{row['held_by']} said that this bot gets nothing new ({row['held_reason']}); only people end that."
        )
    if row["held"]:
        await resume_worker(connection, bot_id)
    return row["held"] is not None


def bot_view(row: RowMapping) -> BotView:
    return BotView(
        id=row["id"],
        name=row["name"],
        capabilities=row["capabilities"],
        status=BOTS[WorkerState(row["status"])],
        metadata=row["details"],
        last_heartbeat=row["last_heartbeat"],
        created_at=row["registered_at"],
    )


async def _row(connection: AsyncConnection, bot_id: uuid.UUID) -> RowMapping:
    row = await get_worker(connection, bot_id)
    if row is None:
        raise WorkerNotFound("There is no bot with this id.")
    return row
