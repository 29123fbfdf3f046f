"""Tries one task of a group of failures, and retries the others once it has succeeded, at the pace of their source.

A release is a bulk action (services/tasks/bulk.py) that core carries out: what was failed when it was asked for, each
task once. A canary that fails ends it, and nothing else is tried.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import TASK_TYPES
from contracts.tasks.bulk import BulkAction
from contracts.tasks.failures import GroupEvent
from contracts.tasks.statuses import TERMINAL, TaskStatus
from db.tasks.bulk import begin_bulk, finish_bulk, go_on, postpone_bulk, releases_of
from db.tasks.failure_parts import failed_since
from db.tasks.failures import add_group_event, failure_group, lock_group
from db.tasks.queries import COUNT_CAP, TaskFilter, count_up_to, get_task, next_in_bulk
from db.workers.controls import Control, control_of
from db.workspaces.scope import Scope, acting_as, current_scope, where_they_change
from services.errors import FailureGroupNotFound, WrongState
from services.tasks import steer
from services.tasks.bulk_rights import within
from services.workspaces.quotas import admit_again

_FILTERS = TypeAdapter(TaskFilter)
#: How often a canary is looked at, and a source that must not be asked right now.
_LOOK_SECONDS = 1.0
#: So many that fail the same way again end a release, if they are half of what it has released.
_TOO_MANY = 5


@dataclass(frozen=True)
class Pace:
    """So many tasks, and seconds to the next ones."""

    tasks: int
    rest: float


async def start_canary(
    connection: AsyncConnection,
    cause: str,
    actor: str,
    *,
    task_id: uuid.UUID | None,
    release: bool,
    user_id: uuid.UUID | None = None,
) -> RowMapping:
    """Retry one task; with ``release`` all others once it has succeeded. The row of the bulk action.

    ``user_id``: of the person who asks for it.

    Raises:
        FailureGroupNotFound, WrongState: no task is failed, that one is not, or a release is under way.
        QuotaUsedUp: its workspace has as many open tasks as it may, or has spent what it may.
    """
    group = await _locked(connection, cause)
    async with where_they_change(connection):
        frozen = await _frozen(connection, cause)
        canary = task_id or await _newest(connection, frozen)
        if task_id is not None and not await next_in_bulk(connection, replace(frozen, ids=(task_id,)), None, 1):
            raise WrongState(f"Task {task_id} is not failed with this cause. Name another one, or none.")
        task = await get_task(connection, canary)
        if task is not None:
            await admit_again(connection, task["instance"])
        retried = await steer.retry(connection, canary, actor)
        trial = {"phase": "canary", "canary_task_id": canary, "canary_round": retried.retry_count, "user_id": user_id}
        row = await _begun(connection, group, frozen, actor, release, trial)
    await _tell(connection, row, GroupEvent.CANARY, task_id=str(canary), release=release, bulk_id=str(row["id"]))
    return row


async def start_release(
    connection: AsyncConnection, cause: str, actor: str, *, without_canary: bool, user_id: uuid.UUID | None = None
) -> RowMapping:
    """Retry all of a group, if a canary has succeeded since its last failure. The row of the bulk action.

    Raises:
        FailureGroupNotFound, WrongState: no task is failed, no canary has succeeded, or a release is under way.
    """
    group = await _locked(connection, cause)
    succeeded_at: datetime | None = (await releases_of(connection, cause))["canary_at"]
    if not without_canary and (succeeded_at is None or succeeded_at < group["last_at"]):
        raise WrongState(
            "No canary of this group has succeeded since its last failure. Send one first, or say that you want none."
        )
    async with where_they_change(connection):
        frozen = await _frozen(connection, cause)
        await _newest(connection, frozen)
        return await _begun(connection, group, frozen, actor, True, {"phase": "doing", "user_id": user_id})


async def look_at_canary(connection: AsyncConnection, bulk: RowMapping) -> None:
    """Go on if the canary has succeeded, end if it has failed, else look again soon."""
    task = await get_task(connection, bulk["canary_task_id"])
    if task is None:
        await _canary_failed(connection, bulk, "The canary was deleted before it was over.")
        return
    status = TaskStatus(task["status"])
    if status not in TERMINAL:
        await postpone_bulk(connection, bulk["id"], _LOOK_SECONDS, f"The canary is {status}.")
    elif status is not TaskStatus.SUCCEEDED:
        error = task["error"] if isinstance(task["error"], dict) else {}
        said = f": {error.get('type')}: {error.get('message')}"[:500] if error else "."
        await _canary_failed(connection, bulk, f"The canary {_ENDED[status]}{said}")
    else:
        await _canary_succeeded(connection, bulk)


async def pace_of(connection: AsyncConnection, bulk: RowMapping, batch: int, scope: Scope | None) -> Pace | None:
    """How many may be retried now; None: none, and the action has been put off or ended.

    ``scope``: of a member of workspaces, whose failures alone count.
    """
    failed_again = await _failed_again(connection, bulk, scope)
    if failed_again >= _TOO_MANY and failed_again * 2 >= bulk["done"]:
        said = f"{failed_again:,} of the {bulk['done']:,} that were released failed the same way again."
        await finish_bulk(connection, bulk["id"], "stopped", f"{said} The others were left alone.")
        await _tell(connection, bulk, GroupEvent.RELEASE_STOPPED, said)
        return None
    control = await control_of(connection, bulk["arguments"]["capability"])
    shut = _shut(control)
    if shut is not None:
        await postpone_bulk(connection, bulk["id"], _LOOK_SECONDS, shut)
        return None
    if control.rate is None:
        return Pace(batch, 0)
    tasks = max(1, min(batch, int(control.rate.per_second)))
    return Pace(tasks, tasks / control.rate.per_second)


async def note_end(connection: AsyncConnection, bulk: RowMapping, done: int) -> None:
    """Say in the history of its group that a release is through."""
    if bulk["action"] == BulkAction.RELEASE:
        await _tell(connection, bulk, GroupEvent.RELEASED, tasks=done)


async def _failed_again(connection: AsyncConnection, bulk: RowMapping, scope: Scope | None) -> int:
    if bulk["scope"] is not None:
        async with acting_as(connection, scope):
            return await failed_since(connection, bulk["cause"], datetime.fromisoformat(bulk["arguments"]["since"]))
    group = await failure_group(connection, bulk["cause"])
    return group["seen"] - bulk["arguments"]["seen"] if group else 0


async def _tell(
    connection: AsyncConnection, bulk: RowMapping, type_: GroupEvent, text: str | None = None, **details: Any
) -> None:
    """In the history of the group, which is about the tasks of all: what members of workspaces do is not in it."""
    if bulk["scope"] is None:
        await add_group_event(connection, bulk["cause"], type_, bulk["actor"], text, **details)


async def _locked(connection: AsyncConnection, cause: str) -> RowMapping:
    """The group, for this transaction; so nobody begins a second release."""
    group = await failure_group(connection, cause) if await lock_group(connection, cause) else None
    if group is None:
        raise FailureGroupNotFound
    running = (await releases_of(connection, cause))["running"]
    if running:
        raise WrongState(f"A release of this group is under way: {running}. Wait for it, or stop it.")
    return group


async def _frozen(connection: AsyncConnection, cause: str) -> TaskFilter:
    """The tasks that are failed now, by the clock that wrote when they failed; what fails later is not in it."""
    now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return within(TaskFilter(status=(TaskStatus.FAILED,), cause=cause, completed_before=now))


async def _newest(connection: AsyncConnection, frozen: TaskFilter) -> uuid.UUID:
    found = await next_in_bulk(connection, frozen, None, 1)
    if not found:
        where = "" if current_scope() is None else " where you may change tasks"
        raise WrongState(f"No task of this group is failed any more{where}; there is nothing to retry.")
    newest: uuid.UUID = found[0]["id"]
    return newest


async def _begun(
    connection: AsyncConnection,
    group: RowMapping,
    frozen: TaskFilter,
    actor: str,
    release: bool,
    more: dict[str, Any],
) -> RowMapping:
    """``more``: its phase, who asks for it, and a canary."""
    count, capped = await count_up_to(connection, frozen, COUNT_CAP)
    type_ = TASK_TYPES.get(group["task_type"])
    arguments = {"release": release, "seen": group["seen"], "since": _now(frozen)}
    row: dict[str, Any] = {
        "action": BulkAction.RELEASE.value,
        "arguments": arguments | {"capability": type_.capability if type_ else group["task_type"]},
        "filter": {"cause": group["cause"]},
        "frozen": _FILTERS.dump_python(frozen, mode="json"),
        "actor": actor,
        "count": count,
        "capped": capped,
        "cause": group["cause"],
    }
    return await begin_bulk(connection, row | more)


def _now(frozen: TaskFilter) -> str:
    """When it was frozen."""
    return frozen.completed_before.isoformat() if frozen.completed_before else ""


async def _canary_failed(connection: AsyncConnection, bulk: RowMapping, said: str) -> None:
    told = f"{said.rstrip('. ')}. Nothing was released."
    await finish_bulk(connection, bulk["id"], "stopped", told, canary_ok=False)
    await _tell(connection, bulk, GroupEvent.CANARY_FAILED, said)


async def _canary_succeeded(connection: AsyncConnection, bulk: RowMapping) -> None:
    await _tell(connection, bulk, GroupEvent.CANARY_SUCCEEDED)
    if not bulk["arguments"]["release"]:
        await finish_bulk(connection, bulk["id"], "done", None, canary_ok=True)
        return
    arguments: dict[str, Any] = {"since": _now(await _frozen(connection, bulk["cause"]))}
    # A member reads the arguments, and how often the tasks of others failed is not theirs to know.
    group = await failure_group(connection, bulk["cause"]) if bulk["scope"] is None else None
    if group is not None:
        arguments["seen"] = group["seen"]
    await go_on(connection, bulk["id"], canary_ok=True, arguments=arguments)


def _shut(control: Control) -> str | None:
    if control.everything or control.pause:
        return f"{control.capability} is paused."
    if control.circuit:
        return f"The circuit of {control.capability} is open: {control.circuit.reason}"[:500]
    return None


_ENDED = {TaskStatus.FAILED: "failed", TaskStatus.CANCELLED: "was cancelled", TaskStatus.REJECTED: "was rejected"}
