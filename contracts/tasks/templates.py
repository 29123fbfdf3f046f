"""Templates of tasks and of plans: with named fields and defaults, in requests, answers and files."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from contracts.plans.plan import Plan
from contracts.requests import Body, Moment
from contracts.storable import Json, Text
from contracts.tasks.priority import Priority
from contracts.tasks.requests import Submission
from contracts.views import UnreadableView, View
from contracts.workspaces.names import DEFAULT, WorkspaceName

#: Of a template, and of a field of one.
NAME = r"^[a-z][a-z0-9_\-]{0,63}$"
MOST_FIELDS = 50
#: What the file of a template says that it is.
FILE: Literal["clawdbot.template/1"] = "clawdbot.template/1"
_OF_ONE_TASK = ("run_at", "start_deadline", "parent_task_id")

FieldName = Annotated[str, Field(pattern=NAME)]


class TemplateField(Body):
    """What is asked for when a template is run. Its default is what the saved params, or inputs, say there."""

    param: Text | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Such as date_range.last_days; of a plan an input or steps.ID.params.limit. Else the field's name",
    )
    description: Text | None = Field(default=None, max_length=500)
    required: bool = Field(default=False, description="Has no default")


class NewTemplate(Body):
    """The next version of a template: the task or plan itself, or what one was that there is already."""

    task: Submission | None = None
    from_task: uuid.UUID | None = Field(default=None, description="Any task, whatever became of it")
    plan: Plan | None = None
    from_plan: uuid.UUID | None = Field(default=None, description="Any plan, whatever became of it")
    fields: dict[FieldName, TemplateField] = Field(default_factory=dict, max_length=MOST_FIELDS)
    description: Text = Field(default="", max_length=2_000)
    workspace: WorkspaceName | None = Field(
        default=None,
        description="To which it belongs; else the one that its task or plan names, or of which that is made",
    )
    #: What a file says that it is.
    kind: Literal["clawdbot.template/1"] = FILE

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.task, self.from_task, self.plan, self.from_plan)) != 1:
            raise ValueError("give exactly one of 'task', 'from_task', 'plan' and 'from_plan'")
        said = [name for name in _OF_ONE_TASK if self.task and getattr(self.task, name) is not None]
        if said:
            raise ValueError(f"a template has no {' and no '.join(said)}: that is said when it is run")
        return self


class RunTemplate(Body):
    fields: Json = Field(default_factory=dict, description="Values by the name of the field; the others keep theirs")
    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Else the newest")
    priority: Priority | None = None
    run_at: Moment | None = Field(default=None, description="Start no earlier than this; tasks only")
    #: Of a request that is repeated: without it, what was sent before it was there says the same.
    workspace: WorkspaceName | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Where its task or plan belongs: that of the template, or any for one of the default one",
    )


class TemplateView(View):
    """One version of a template."""

    name: str
    workspace: str = DEFAULT
    version: int
    #: What it submits: one of both.
    task: dict[str, Any] | None = None
    plan: dict[str, Any] | None = None
    fields: dict[str, TemplateField]
    description: str
    author: str
    created_at: datetime


class TemplatesView(View):
    """The newest version of each, by name."""

    templates: list[TemplateView]
    unreadable: list[UnreadableView] = Field(default_factory=list)
