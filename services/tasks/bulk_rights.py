"""With which rights core goes on with a bulk action: with those that its person has by then."""

from dataclasses import replace

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.users import find_user_by_id
from db.tasks.queries import TaskFilter
from db.workspaces.scope import Scope, current_scope

_CHANGES = ("operator", "admin")


class MayNoMore(Exception):
    """Whoever began it may change none of its tasks any more; the message is a sentence."""


def within(frozen: TaskFilter) -> TaskFilter:
    """The same; of a member of one workspace it names that.

    Policies hold them to it in any case. This finds it faster, and tells a core that is older than such actions.
    """
    scope = current_scope()
    if scope is None or len(scope.changes) != 1 or frozen.workspace is not None:
        return frozen
    return replace(frozen, workspace=scope.changes[0])


async def scope_now(connection: AsyncConnection, bulk: RowMapping) -> Scope | None:
    """None: everything, as whoever began it saw everything, and still does or is not there any more.

    What a member began never reaches further than it did then, whatever they may see today.

    Raises:
        MayNoMore
    """
    if bulk["user_id"] is None:
        return None
    user = await find_user_by_id(connection, bulk["user_id"])
    began: list[str] | None = bulk["scope"]
    if began is None and (user is None or user.workspaces is None):
        return None
    if user is None:
        now: set[str] = set()
    elif user.workspaces is None:
        now = set(began or ()) if user.role in _CHANGES else set()
    else:
        now = {name for name, role in user.workspaces.items() if role == "operator"}
    changes = tuple(sorted(now if began is None else now & set(began)))
    if not changes:
        where = f" in {', '.join(began)}" if began else ""
        said = f"Whoever began it may not change tasks{where} any more. What it had not done was left as it was."
        raise MayNoMore(said)
    return Scope(changes, changes, str(bulk["user_id"]))
