"""Other params for tasks that are over: checked against their types, changed one by one, kept for the next try."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import TASK_TYPES, InvalidTaskParams, UnknownTaskType, ticker_in
from contracts.tasks.failures import GroupEvent
from contracts.tasks.statuses import RETRYABLE, TaskStatus
from db.models import Task
from db.tasks.bulk import finish_bulk, go_on, note_check
from db.tasks.events import add_event
from db.tasks.failures import add_group_event
from db.tasks.queries import TaskFilter, get_task, next_in_bulk
from db.tasks.search import LONGEST_WORDS, words_of
from db.workspaces.scope import Scope, acting_as
from services.errors import TaskNotFound, WrongState
from services.tasks.company_names import fill_names, without_names
from services.tasks.task_params import checked_params

#: Tasks that a preview looks at; all are checked before anything is changed.
LOOKED_OVER = 1_000
#: Tasks that are checked in one transaction.
CHECKED = 200
#: Longest old and new values, in characters, that the history of a task names.
_TOLD = 2_000


@dataclass(frozen=True)
class LookedOver:
    """How params fit the first tasks that match."""

    looked_at: int
    unfit: int
    mistake: str | None

    @property
    def says(self) -> str | None:
        return f"{self.unfit} of {self.looked_at} do not fit, such as {self.mistake}" if self.unfit else None


def edited(type_name: str, params: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The params with the patch on top, as they would be stored.

    Raises:
        UnknownTaskType, InvalidTaskParams: the task type does not take them.
    """
    merged = merge(params, patch)
    company = TASK_TYPES[type_name].company if type_name in TASK_TYPES else None
    if company and "ticker" in patch and company not in patch:
        # The name of another company would be looked for.
        merged.pop(company, None)
    return checked_params(type_name, merged)


def merge(params: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge patch (RFC 7396): null takes away, objects are merged, all else is set."""
    merged = dict(params)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            old = merged.get(name)
            merged[name] = merge(old if isinstance(old, dict) else {}, value)
        else:
            merged[name] = value
    return merged


async def edit(connection: AsyncConnection, task_id: uuid.UUID, patch: dict[str, Any], actor: str) -> None:
    """Give a task that is over other params, for when it is tried again. It begins from the start then.

    Raises:
        TaskNotFound, WrongState, InvalidTaskParams, UnknownTaskType: nothing was changed.
    """
    row = await _over(connection, task_id)
    await _keep(connection, row, edited(row["type"], row["params"], patch), patch, actor)


async def replace_params(connection: AsyncConnection, task_id: uuid.UUID, params: dict[str, Any], actor: str) -> None:
    """The same with all its params, which were checked.

    Raises:
        TaskNotFound, WrongState: nothing was changed.
    """
    await _keep(connection, await _over(connection, task_id), params, params, actor)


async def _over(connection: AsyncConnection, task_id: uuid.UUID) -> RowMapping:
    row = await get_task(connection, task_id, lock=True)
    if row is None:
        raise TaskNotFound
    status = TaskStatus(row["status"])
    if status not in RETRYABLE:
        raise WrongState(f"This task is {status}. Cancel it first, or wait until it is over.")
    return row


async def _keep(
    connection: AsyncConnection, row: RowMapping, params: dict[str, Any], said: Mapping[str, Any], actor: str
) -> None:
    """With the names of companies that are known; the words of what was ``said`` can be searched for, too."""
    await fill_names(connection, without_names([(row["instance"], row["type"], params, ())]))
    if params == row["params"]:
        return
    words = func.left(func.concat_ws(" ", Task.words, words_of(json.dumps(said, ensure_ascii=False))), LONGEST_WORDS)
    changed = {"params": params, "ticker": ticker_in(row["type"], params), "words": words, "cursor": None}
    await connection.execute(update(Task).where(Task.id == row["id"]).values(**changed, updated_at=func.now()))
    status, details = TaskStatus(row["status"]), _told(row["params"], params)
    await add_event(connection, row["id"], "edited", status, round_=row["round"], actor=actor, details=details)


async def looked_over(connection: AsyncConnection, wanted: TaskFilter, patch: dict[str, Any]) -> LookedOver:
    """Whether the first tasks that match take the patch; nothing is changed."""
    rows = await next_in_bulk(connection, wanted, None, LOOKED_OVER, with_params=True)
    mistakes = _mistakes(rows, patch)
    return LookedOver(len(rows), len(mistakes), mistakes[0] if mistakes else None)


async def check_next(connection: AsyncConnection, bulk: RowMapping, wanted: TaskFilter, scope: Scope | None) -> None:
    """Check the next tasks of an edit that runs; after the last one it goes on if all fit, and else ends.

    ``scope``: of a member of workspaces, whose tasks alone are looked at.
    """
    place = (bulk["place_at"], bulk["place_id"]) if bulk["place_id"] else None
    async with acting_as(connection, scope):
        rows = await next_in_bulk(connection, wanted, place, CHECKED, with_params=True)
    mistakes = _mistakes(rows, bulk["arguments"]["params"])
    mistake = bulk["reason"] or (mistakes[0] if mistakes else None)
    unfit = bulk["skipped"] + len(mistakes)
    if len(rows) == CHECKED:
        await note_check(connection, bulk["id"], (rows[-1]["created_at"], rows[-1]["id"]), len(mistakes), mistake)
    elif unfit:
        said = f"Nothing was changed, because {unfit:,} of the tasks do not fit, such as {mistake}"
        await finish_bulk(connection, bulk["id"], "stopped", said, skipped=unfit)
    else:
        await go_on(connection, bulk["id"])
        if bulk["cause"] and bulk["scope"] is None:
            await add_group_event(
                connection, bulk["cause"], GroupEvent.EDITED, bulk["actor"], params=bulk["arguments"]["params"]
            )


def _mistakes(rows: Iterable[RowMapping], patch: dict[str, Any]) -> list[str]:
    found = []
    for row in rows:
        try:
            edited(row["type"], row["params"], patch)
        except (InvalidTaskParams, UnknownTaskType) as error:
            found.append(f"{row['id']}: {error}"[:500])
    return found


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    told = {"from": {name: before.get(name) for name in names}, "to": {name: after.get(name) for name in names}}
    return told if len(json.dumps(told)) <= _TOLD else {"params": names}
