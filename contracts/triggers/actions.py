"""Actions of triggers: a task, a plan, or a task from a template. ``${{ … }}`` is CEL over `payload` and `headers`.

Another kind is one more model here, and one more branch in `services/triggers/actions.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.requests import Body
from contracts.storable import Json
from contracts.tasks.requests import Submission
from contracts.tasks.templates import NAME
from contracts.workspaces.names import DEFAULT, Workspace

_OWN = ("run_at", "start_deadline", "parent_task_id")


class TaskAction(Body):
    """One task; its params may hold expressions."""

    kind: Literal["task"] = "task"
    task: Submission

    @model_validator(mode="after")
    def _begins_at_once(self) -> Self:
        for name in _OWN:
            if getattr(self.task, name) is not None:
                raise ValueError(f"'{name}' is not for the task of a trigger: it begins when that is set off")
        return self


class PlanAction(Body):
    """A plan; what `inputs` says, expressions and all, goes before the inputs that the plan has."""

    kind: Literal["plan"]
    plan: Json = Field(description="A plan; see GET /plans/schema")
    inputs: Json = Field(default_factory=dict, examples=[{"ticker": "${{ payload.record.ticker }}"}])


class TemplateAction(Body):
    """The newest version of a template, of this workspace; its fields may hold expressions."""

    kind: Literal["template"]
    template: str = Field(pattern=NAME)
    workspace: Workspace = DEFAULT
    fields: Json = Field(default_factory=dict)


Action = Annotated[TaskAction | PlanAction | TemplateAction, Field(discriminator="kind")]
