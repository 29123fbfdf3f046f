"""Lets tasks into a workspace, or says why not. The default one is never asked about.

Whoever holds locks when asking holds them in this order: the plan, then the workspace, then tasks.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.workspaces.names import DEFAULT
from db.workspaces.workspaces import limits_of, one_by_one, used_by
from services.errors import BadInput


class QuotaUsedUp(BadInput):
    """This workspace has as much as it may."""

    status = 429
    see = "GET /api/v1/workspaces"


async def admit(connection: AsyncConnection, workspaces: Iterable[str]) -> None:
    """One new task for each of these names.

    Raises:
        BadInput: there is no such workspace.
        QuotaUsedUp: one would have more than it may.
    """
    wanted = Counter(workspaces)
    del wanted[DEFAULT]
    # In one order everywhere, so that two submissions never wait for each other in a circle.
    for name in sorted(wanted):
        await _admit(connection, name, wanted[name])


async def check_there(connection: AsyncConnection, name: str) -> None:
    """Raises BadInput: there is no such workspace."""
    if name != DEFAULT:
        await _limits(connection, name)


async def admit_again(connection: AsyncConnection, workspace: str, more: int = 1) -> None:
    """So many tasks that were over and run once more: they are open again, and not new.

    Raises:
        QuotaUsedUp: it would have more open tasks than it may, or has spent what it may.
    """
    found = await _look(connection, workspace) if more else None
    if found is not None:
        _refuse_open(found, more)
        _refuse_cost(found)


async def room_to_reopen(connection: AsyncConnection, workspace: str, most: int) -> int:
    """How many tasks could be open again there now, up to so many. Nobody else makes any until the transaction ends."""
    found = await _look(connection, workspace)
    if found is None or found.most_open is None:
        return most
    return max(0, min(most, found.most_open - found.open_now))


class RoomToRetry(NamedTuple):
    """How many tasks may be tried again, what the rest waits for, and after how many seconds it is worth a look."""

    tasks: int
    why: str = ""
    look_again: float = 0


async def room_to_retry(connection: AsyncConnection, workspace: str, most: int) -> RoomToRetry:
    """How many of so many may be tried again there, for whoever waits until there is room for the rest."""
    found = await _look(connection, workspace)
    if found is None:
        return RoomToRetry(most)
    if found.most_cost is not None and found.cost_today >= found.most_cost:
        why = (
            f"It waits: the workspace '{workspace}' may spend ${found.most_cost:g} a day, and the tasks of the last 24 "
            f"hours have cost ${found.cost_today:.2f}."
        )
        # What a day has cost changes slowly.
        return RoomToRetry(0, why, 60)
    if found.most_open is None:
        return RoomToRetry(most)
    why = f"It waits until tasks of the workspace '{workspace}' are over, which may have {found.most_open} open."
    return RoomToRetry(max(0, min(most, found.most_open - found.open_now)), why, 2)


async def room_for_new(connection: AsyncConnection, workspace: str, most: int, at_least: int = 0) -> int:
    """How many tasks could be created there now, up to so many; for whoever waits until there is room.

    Until the end of the transaction nobody else creates any there.

    Args:
        at_least: so many, however many are open there, where any may be; other limits hold all the same.
    """
    found = await _look(connection, workspace)
    if found is None:
        return most
    left = [most]
    if found.most_open is not None:
        left.append(max(found.most_open - found.open_now, min(at_least, found.most_open)))
    if found.most_new is not None:
        left.append(found.most_new - found.last_hour)
    if found.most_cost is not None and found.cost_today >= found.most_cost:
        left.append(0)
    return max(0, min(left))


@dataclass(frozen=True)
class _Used:
    """What a workspace may, where it is limited, and how much of that it uses."""

    name: str
    most_open: int | None
    most_new: int | None
    most_cost: float | None
    open_now: int
    last_hour: int
    cost_today: float


async def _look(connection: AsyncConnection, name: str) -> _Used | None:
    """None: nothing limits it."""
    limits = None if name == DEFAULT else await limits_of(connection, name)
    return None if limits is None else await _used(connection, name, limits)


async def _used(connection: AsyncConnection, name: str, limits: RowMapping) -> _Used | None:
    most_open, most_new, most_cost = limits["open_tasks"], limits["tasks_per_hour"], limits["cost_per_day"]
    if most_open is None and most_new is None and most_cost is None:
        return None
    await one_by_one(connection, name)
    used = await used_by(connection, name, most_open=most_open or 0, most_new=most_new or 0, cost=most_cost is not None)
    counted = {key: used[key] for key in ("open_now", "last_hour", "cost_today")}
    return _Used(name, most_open, most_new, most_cost, **counted)


async def _limits(connection: AsyncConnection, name: str) -> RowMapping:
    limits = await limits_of(connection, name)
    if limits is None:
        raise BadInput(
            f"There is no workspace '{name}'. An admin makes one with `clawdbot workspaces create {name}`.",
            [("workspace", "is the name of no workspace")],
        )
    return limits


async def _admit(connection: AsyncConnection, name: str, more: int) -> None:
    found = await _used(connection, name, await _limits(connection, name))
    if found is None:
        return
    _refuse_open(found, more)
    if found.most_new is not None and found.last_hour + more > found.most_new:
        raise QuotaUsedUp(
            f"The workspace '{name}' may have {found.most_new} new tasks an hour; {found.last_hour} were created in "
            f"the last one and {more} more would be too many. {_what_to_do('Try again later', more, found.most_new)}"
        )
    _refuse_cost(found)


def _refuse_open(found: _Used, more: int) -> None:
    if found.most_open is not None and found.open_now + more > found.most_open:
        raise QuotaUsedUp(
            f"The workspace '{found.name}' may have {found.most_open} tasks that are not over; {found.open_now} are "
            f"there and {more} more would be too many. "
            f"{_what_to_do('Wait until some are over', more, found.most_open)}"
        )


def _what_to_do(wait: str, more: int, most: int) -> str:
    """For more at once than it may have there will never be room."""
    if most == 0:
        return "Ask an admin for more."
    first = wait if more <= most else f"Do it in parts of {most} at most"
    return f"{first}, or ask an admin for more."


def _refuse_cost(found: _Used) -> None:
    if found.most_cost is not None and found.cost_today >= found.most_cost:
        raise QuotaUsedUp(
            f"The workspace '{found.name}' may spend ${found.most_cost:g} a day; the tasks of the last 24 hours have "
            f"cost ${found.cost_today:.2f}. Try again later, or ask an admin for more."
        )
