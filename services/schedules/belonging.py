"""Puts a schedule into a workspace: the one that its task or plan names.

That is stored in these and nowhere else, so that what a schedule makes never lands in another workspace than its own.
"""

from typing import TypeVar

from contracts.schedules.actions import Action
from contracts.schedules.requests import ScheduleBody
from contracts.workspaces.names import DEFAULT
from db.workspaces.scope import current_scope
from services.errors import BadInput, WatchlistNotShown

AnyBody = TypeVar("AnyBody", bound=ScheduleBody)


def workspace_of(action: Action) -> str:
    """The one that its task or plan names."""
    made = action.task or action.plan
    return made.workspace if made is not None else DEFAULT


def put_into(body: AnyBody, workspace: str) -> AnyBody:
    """The same, whose task or plan says that it belongs there.

    Raises:
        BadInput: it names another one.
    """
    named, key = workspace_of(body.action), "task" if body.action.task is not None else "plan"
    if named not in (DEFAULT, workspace):
        raise BadInput(
            f"This schedule belongs to the workspace '{workspace}', and its {key} names '{named}'. Leave that out, or "
            f"make a schedule in '{named}'.",
            [(f"action.{key}.workspace", f"is not '{workspace}', to which the schedule belongs")],
        )
    made = body.action.task or body.action.plan
    if named == workspace or made is None:
        return body
    action = body.action.model_copy(update={key: made.model_copy(update={"workspace": workspace})})
    return body.model_copy(update={"action": action})


def check_watchlist(action: Action, known: Action | None) -> None:
    """Raises WatchlistNotShown for a member's, unless it is so already: its tasks would tell them what is on it."""
    if action.watchlist and current_scope() is not None and not (known is not None and known.watchlist):
        raise WatchlistNotShown(errors=[("action.watchlist", "is not for members of workspaces")])
