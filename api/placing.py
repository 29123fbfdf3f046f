"""Puts a new task, plan or schedule into the workspace of its caller, where they do not say which."""

from typing import TypeVar

from api.security.principal import Principal
from contracts.plans.plan import Plan
from contracts.tasks.plain_language_requests import TaskSubmission
from contracts.tasks.requests import Submission
from contracts.workspaces.names import DEFAULT
from services.errors import BadInput

New = TypeVar("New", Submission, TaskSubmission, Plan)


def placed(caller: Principal, new: New) -> New:
    """As it is, but that of a member gets into their workspace.

    Raises:
        BadInput: they have several and name none, or name one that is not theirs: for them there is no such workspace.
    """
    place = place_of(caller, new.workspace)
    return new if place == new.workspace else new.model_copy(update={"workspace": place})


def place_of(caller: Principal, said: str) -> str:
    """The workspace into which something new gets that says this one, or with the default one says none.

    Raises:
        BadInput: as above.
    """
    if caller.scope is None:
        return said
    mine = caller.scope.changes
    if said in mine:
        return said
    if said != DEFAULT:
        raise BadInput(
            f"There is no workspace '{said}' for you. Yours are {', '.join(mine)}.", [("workspace", "is none of yours")]
        )
    if len(mine) > 1:
        raise BadInput(f"Say in which workspace: {', '.join(mine)}.", [("workspace", "must be one of yours")])
    return mine[0]
