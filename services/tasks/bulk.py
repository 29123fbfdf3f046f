"""Commands for all tasks that match: counted first, then done in batches in the background.

A batch and the place behind it are one transaction: whoever dies in between has done nothing of the batch, and another
goes on at the same place. The newest task goes first, and no place is visited twice, also when a task that was retried
matches again.

What makes tasks open again goes on as fast as the limits of their workspace let it, and says what it waits for.
"""

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import InvalidTaskParams
from contracts.tasks.bulk import OF_WHAT_IS_OVER, BulkAction, NewBulk
from db.tasks.bulk import (
    add_preview,
    finish_bulk,
    move_bulk,
    postpone_bulk,
    running_beside,
    start_bulk,
    take_bulk,
)
from db.tasks.queries import COUNT_CAP, TaskFilter, count_up_to, next_in_bulk
from db.workspaces.scope import Scope, acting_as, where_they_change
from services.errors import DomainError, TaskNotFound, WrongState
from services.reading import CannotBeRead, read
from services.tasks import editing, releases, steer
from services.tasks.bulk_rights import MayNoMore, check_changes, scope_now, within
from services.tasks.releases import Pace
from services.workspaces.quotas import RoomToRetry, room_to_retry

_FILTERS = TypeAdapter(TaskFilter)
#: Tasks of one transaction: each costs a handful of statements, and a person may want to stop it.
BATCH = 50
_AT_ONCE = Pace(BATCH, 0)
_REOPENS = frozenset({BulkAction.RETRY.value, BulkAction.RELEASE.value})
#: Batches of one action that fail one after the other, before it ends; at first a second apart.
MOST_TRIES = 10
_LONGEST_PAUSE = 60.0
#: Actions of one person that run at once: all that run take turns, so a thousand of one would keep everybody's waiting.
MOST_RUNNING = 10


class TooManyBulks(DomainError):
    """Too many of your bulk actions run. Wait until one is over, or stop one, and run this one then."""

    status = 429


async def preview(
    connection: AsyncConnection, wanted: NewBulk, actor: str, user_id: uuid.UUID | None = None
) -> RowMapping:
    """Counts what matches and may be changed, and keeps the filter as it is now: tasks of later are not in it.

    Of an edit it also tells how many tasks the params fit. ``user_id``: of the person who asks for it.

    Raises:
        NotAllowed: the filter names a workspace in which they only look.
    """
    check_changes(wanted.filter.workspace)
    async with where_they_change(connection):
        return await _previewed(connection, wanted, actor, user_id)


async def _previewed(connection: AsyncConnection, wanted: NewBulk, actor: str, user_id: uuid.UUID | None) -> RowMapping:
    frozen = within(freeze(wanted, datetime.now(UTC)))
    count, capped = await count_up_to(connection, frozen, COUNT_CAP)
    row: dict[str, Any] = {
        "action": wanted.action.value,
        "arguments": wanted.arguments(),
        "filter": wanted.filter.model_dump(mode="json", exclude_defaults=True),
        "frozen": _FILTERS.dump_python(frozen, mode="json"),
        "actor": actor,
        "count": count,
        "capped": capped,
        "cause": wanted.filter.cause,
        "user_id": user_id,
    }
    if wanted.action is BulkAction.EDIT:
        looked = await editing.looked_over(connection, frozen, wanted.params or {})
        row |= {"phase": "checking", "skipped": looked.unfit, "reason": looked.says}
    return await add_preview(connection, row)


async def start(connection: AsyncConnection, id_: uuid.UUID, actor: str) -> RowMapping | None:
    """Run what was previewed; None when there is no such preview of this actor any more.

    Raises:
        TooManyBulks: the caller rolls back, and it can be run later.
    """
    row = await start_bulk(connection, id_, actor)
    if row is not None and await running_beside(connection, row) > MOST_RUNNING:
        raise TooManyBulks(
            f"{MOST_RUNNING} of your bulk actions run already. "
            "Wait until one is over, or stop one, and run this one then."
        )
    return row


def freeze(wanted: NewBulk, now: datetime) -> TaskFilter:
    """The filter of what matches now: nothing that is created, or ends, from now on."""
    asked = wanted.filter.model_dump(exclude={"status"})
    ticker = asked.pop("ticker")
    frozen = TaskFilter(
        **asked | {"ids": tuple(asked["ids"]) or None},
        status=tuple(wanted.statuses()),
        ticker=ticker.lstrip("$").upper() if ticker else None,
        completed_before=now if wanted.action in OF_WHAT_IS_OVER else None,
    )
    return replace(frozen, created_before=min(now, frozen.created_before or now))


async def advance(connection: AsyncConnection, taken: list[RowMapping] | None = None) -> bool:
    """Does the next batch of an action that runs; False when none does. The caller commits.

    ``taken``: is given the action. Where the transaction fails, `put_off` it.
    """
    bulk = await take_bulk(connection)
    if bulk is None:
        return False
    if taken is not None:
        taken.append(bulk)
    try:
        wanted = read(_FILTERS.validate_python, bulk["frozen"])
    except CannotBeRead as error:
        # It would stand before all others.
        await finish_bulk(connection, bulk["id"], "stopped", error.detail)
        return True
    try:
        scope = await scope_now(connection, bulk)
    except MayNoMore as error:
        await finish_bulk(connection, bulk["id"], "stopped", str(error))
        return True
    match bulk["phase"]:
        case "checking":
            await editing.check_next(connection, bulk, wanted, scope)
        case "canary":
            await releases.look_at_canary(connection, bulk)
        case _:
            await _do_next(connection, bulk, wanted, scope)
    return True


async def put_off(connection: AsyncConnection, id_: uuid.UUID, error: Exception, tries: int) -> None:
    """Its batch has failed so many times: again later, or no more. The others go on. The caller commits."""
    cause = getattr(error, "orig", None) or error
    said = f"Something went wrong on our side: {type(cause).__name__}. The log of core has the details."
    if tries < MOST_TRIES:
        await postpone_bulk(connection, id_, min(2.0 ** (tries - 1), _LONGEST_PAUSE), f"{said} It is tried again.")
    else:
        left = f"{said} It was tried {tries} times; what it had not done was left as it was."
        await finish_bulk(connection, id_, "stopped", left)


async def _do_next(connection: AsyncConnection, bulk: RowMapping, wanted: TaskFilter, scope: Scope | None) -> None:
    pace = _AT_ONCE
    if bulk["action"] == BulkAction.RELEASE:
        paced = await releases.pace_of(connection, bulk, BATCH, scope)
        if paced is None:
            return
        pace = paced
    place = (bulk["place_at"], bulk["place_id"]) if bulk["place_id"] else None
    # Of a member: found and changed as they, so nothing else is, whatever the filter says. The rest is core's.
    async with acting_as(connection, scope):
        rows = found = await next_in_bulk(connection, wanted, place, pace.tasks)
        crowded = None
        if bulk["action"] in _REOPENS:
            rows, crowded = await _with_room(connection, found)
        done = await _do(connection, bulk, rows)
    if rows or crowded is None:
        is_last = len(rows) == len(found) < pace.tasks
        last = None if is_last else (rows[-1]["created_at"], rows[-1]["id"])
        await move_bulk(connection, bulk["id"], last, done, len(rows) - done, rest=pace.rest)
        if is_last:
            await releases.note_end(connection, bulk, bulk["done"] + done)
    if crowded is not None:
        await postpone_bulk(connection, bulk["id"], max(pace.rest, crowded.look_again), crowded.why)


async def _do(connection: AsyncConnection, bulk: RowMapping, rows: Sequence[RowMapping]) -> int:
    """To how many of them it was done."""
    command = _command(connection, bulk)
    done = 0
    # Locked in the order in which all lock who write several tasks (`outcomes` in db/tasks/mirror.sql).
    for id_ in sorted(row["id"] for row in rows):
        try:
            await command(id_)
            done += 1
        except (TaskNotFound, WrongState, InvalidTaskParams):
            # It has become something else since it was found. None of these has written anything.
            continue
    return done


async def _with_room(
    connection: AsyncConnection, rows: Sequence[RowMapping]
) -> tuple[Sequence[RowMapping], RoomToRetry | None]:
    """Those up to the first one for which its workspace has no room, and what keeps that one waiting, if anything."""
    wanted = Counter(row["instance"] for row in rows)
    # In the order in which all lock several of them, before any task.
    room = {name: await room_to_retry(connection, name, wanted[name]) for name in sorted(wanted)}
    used: Counter[str] = Counter()
    for place, row in enumerate(rows):
        there = room[row["instance"]]
        if used[row["instance"]] == there.tasks:
            return rows[:place], there
        used[row["instance"]] += 1
    return rows, None


def _command(connection: AsyncConnection, bulk: RowMapping) -> Callable[[uuid.UUID], Awaitable[Any]]:
    actor, arguments = bulk["actor"], bulk["arguments"]
    match BulkAction(bulk["action"]):
        case BulkAction.CANCEL:
            return lambda id_: steer.cancel(connection, id_, actor)
        case BulkAction.RETRY | BulkAction.RELEASE:
            return lambda id_: steer.retry(connection, id_, actor)
        case BulkAction.REPRIORITISE:
            return lambda id_: steer.reprioritise(connection, id_, arguments["priority"], actor)
        case BulkAction.TAG:
            add, remove = arguments.get("add_tags", []), arguments.get("remove_tags", [])
            return lambda id_: steer.tag(connection, id_, add, remove, actor)
        case BulkAction.EDIT:
            return lambda id_: editing.edit(connection, id_, arguments["params"], actor)
        case BulkAction.DELETE:
            return lambda id_: steer.delete(connection, id_, actor)
