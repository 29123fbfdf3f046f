"""Says to which workspace a template belongs: the one that its task or plan names, and no other.

That is stored in these and nowhere else, so that what a template makes never lands elsewhere unasked.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.templates import NewTemplate, RunTemplate, TemplateView
from contracts.workspaces.names import DEFAULT
from db.plans.queries import get_plan
from db.tasks.queries import get_task
from services.errors import BadInput


async def workspace_of(connection: AsyncConnection, wanted: NewTemplate) -> str:
    """The one that is said, else that its task or plan names, else that of the task or plan that it is made of."""
    said = wanted.task or wanted.plan
    if wanted.workspace is not None or said is not None:
        return wanted.workspace or (said.workspace if said else DEFAULT)
    if wanted.from_task is not None:
        task = await get_task(connection, wanted.from_task)
        return DEFAULT if task is None else str(task["instance"])
    plan = await get_plan(connection, wanted.from_plan) if wanted.from_plan else None
    return DEFAULT if plan is None else str(plan["document"].get("workspace", DEFAULT))


def check_named(wanted: NewTemplate, workspace: str) -> None:
    """Raises BadInput: its task or plan names another workspace."""
    said, key = wanted.task or wanted.plan, "task" if wanted.task is not None else "plan"
    if said is not None and said.workspace not in (DEFAULT, workspace):
        raise BadInput(
            f"This template belongs to the workspace '{workspace}', and its {key} names '{said.workspace}'. Leave that "
            f"out, or save it in '{said.workspace}'.",
            [(f"{key}.workspace", f"is not '{workspace}', to which the template belongs")],
        )


def put_into(made_of: dict[str, Any], workspace: str) -> dict[str, Any]:
    """The same task or plan, which says that it belongs there."""
    rest = {name: value for name, value in made_of.items() if name != "workspace"}
    return rest if workspace == DEFAULT else rest | {"workspace": workspace}


def where_run(template: TemplateView, wanted: RunTemplate) -> str:
    """Where its task or plan belongs.

    Raises:
        BadInput: a template of a workspace is to make something in another one.
    """
    place = wanted.workspace or template.workspace
    if template.workspace not in (DEFAULT, place):
        raise BadInput(
            f"This template belongs to the workspace '{template.workspace}', and makes nothing in '{place}'. Save it "
            "there, too.",
            [("workspace", f"is not '{template.workspace}', to which the template belongs")],
        )
    return place
