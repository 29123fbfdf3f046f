"""With which rights core goes on with a bulk action: with those that its person has by then."""

from dataclasses import replace

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.users import find_user_by_id
from db.tasks.queries import TaskFilter
from db.workspaces.scope import Scope, current_scope
from services.errors import NotAllowed

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


def check_changes(workspace: str | None) -> None:
    """Raises NotAllowed: of what is in this workspace the caller changes nothing, and only looks."""
    scope = current_scope()
    if scope is None or workspace is None or workspace in scope.changes or workspace not in scope.reads:
        return
    may = f"You change tasks in {', '.join(scope.changes)}." if scope.changes else ""
    raise NotAllowed(f"In the workspace '{workspace}' you only look. {may}".rstrip())


async def scope_now(connection: AsyncConnection, bulk: RowMapping) -> Scope | None:
    """None: everything, as whoever began it saw and changed everything, and still does.

    What a member began never reaches further than it did then, whatever they may see today.

    Raises:
        MayNoMore: also when they see everything, and by now may only look, or were disabled.
    """
    if bulk["user_id"] is None:
        # From before actions kept whose they are: keys of people are the only ones that begin any.
        return None
    user = await find_user_by_id(connection, bulk["user_id"])
    began: list[str] | None = bulk["scope"]
    if user is None or (user.workspaces is None and user.role not in _CHANGES):
        now: set[str] = set()
    elif user.workspaces is not None:
        now = {name for name, role in user.workspaces.items() if role == "operator"}
    elif began is None:
        return None
    else:
        now = set(began)
    changes = tuple(sorted(now if began is None else now & set(began)))
    if not changes:
        where = f" in {', '.join(began)}" if began else ""
        said = f"Whoever began it may not change tasks{where} any more. What it had not done was left as it was."
        raise MayNoMore(said)
    return Scope(changes, changes, str(bulk["user_id"]))
