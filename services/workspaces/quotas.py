"""Lets new tasks into a workspace, or says why not. The default one is never asked about."""

from collections import Counter
from collections.abc import Iterable

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


async def _admit(connection: AsyncConnection, name: str, more: int) -> None:
    limits = await limits_of(connection, name)
    if limits is None:
        raise BadInput(
            f"There is no workspace '{name}'. An admin makes one with `clawdbot workspaces create {name}`.",
            [("workspace", "is the name of no workspace")],
        )
    most_open, most_new, most_cost = limits["open_tasks"], limits["tasks_per_hour"], limits["cost_per_day"]
    if most_open is None and most_new is None and most_cost is None:
        return
    await one_by_one(connection, name)
    used = await used_by(connection, name, most_open=most_open or 0, most_new=most_new or 0, cost=most_cost is not None)
    if most_open is not None and used["open_now"] + more > most_open:
        raise QuotaUsedUp(
            f"The workspace '{name}' may have {most_open} tasks that are not over; {used['open_now']} are there and "
            f"{more} more would be too many. Wait until some are over, or ask an admin for more."
        )
    if most_new is not None and used["last_hour"] + more > most_new:
        raise QuotaUsedUp(
            f"The workspace '{name}' may have {most_new} new tasks an hour; {used['last_hour']} were created in the "
            f"last one and {more} more would be too many. Try again later, or ask an admin for more."
        )
    if most_cost is not None and used["cost_today"] >= most_cost:
        raise QuotaUsedUp(
            f"The workspace '{name}' may spend ${most_cost:g} a day; the tasks of the last 24 hours have cost "
            f"${used['cost_today']:.2f}. Try again later, or ask an admin for more."
        )
