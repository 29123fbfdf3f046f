"""Puts a trigger into a workspace: the one that its task, plan or template names.

That is stored in these and nowhere else, so that what a trigger makes never lands in another workspace than its own,
whatever is delivered to it.
"""

from contracts.triggers.actions import Action, PlanAction, TaskAction, TemplateAction
from contracts.triggers.requests import TriggerBody
from contracts.workspaces.names import DEFAULT
from services.errors import BadInput


def workspace_of(action: Action) -> str:
    """The one that its task, plan or template names."""
    match action:
        case TaskAction(task=task):
            return task.workspace
        case PlanAction(plan=plan):
            named = plan.get("workspace")
            # Anything else is no plan, which is told where that is checked.
            return named if isinstance(named, str) else DEFAULT
        case TemplateAction(workspace=workspace):
            return workspace


def put_into(body: TriggerBody, workspace: str) -> TriggerBody:
    """The same, whose task, plan or template says that it belongs there.

    Raises:
        BadInput: it names another one.
    """
    named = workspace_of(body.action)
    if named not in (DEFAULT, workspace):
        raise BadInput(
            f"This trigger belongs to the workspace '{workspace}', and its {body.action.kind} names '{named}'. Leave "
            f"that out, or make a trigger in '{named}'.",
            [(_place(body.action), f"is not '{workspace}', to which the trigger belongs")],
        )
    return body if named == workspace else body.model_copy(update={"action": _there(body.action, workspace)})


def _place(action: Action) -> str:
    return "action.workspace" if isinstance(action, TemplateAction) else f"action.{action.kind}.workspace"


def _there(action: Action, workspace: str) -> Action:
    match action:
        case TaskAction(task=task):
            return action.model_copy(update={"task": task.model_copy(update={"workspace": workspace})})
        case PlanAction(plan=plan):
            return action.model_copy(update={"plan": {**plan, "workspace": workspace}})
        case TemplateAction():
            return action.model_copy(update={"workspace": workspace})
