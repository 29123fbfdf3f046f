"""Answers of the API about plans."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.tasks.statuses import TaskStatus
from contracts.views import View


class PlanCreatedView(View):
    """A plan was accepted and will not be lost."""

    id: uuid.UUID
    status: PlanStatus
    steps: int
    created_at: datetime


class PlanCheckView(View):
    """A plan that can run; one that cannot is answered with 422 and its mistakes."""

    name: str
    steps: int
    #: How many tasks it comes to, as far as that is known before it runs.
    tasks: int
    #: Steps whose list is made of an earlier result.
    open_lists: int
    #: The same as JSON, if it was given in YAML.
    document: dict[str, Any] = Field(default_factory=dict)


class PlanView(View):
    """A plan as lists show it."""

    id: uuid.UUID
    name: str
    status: PlanStatus
    round: int
    created_by: str
    steps: int
    done: int
    active: int
    #: What stopped it: type, message, step and place.
    failure: dict[str, Any] | None
    deadline: datetime | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None


class PlanPage(View):
    plans: list[PlanView]
    #: The ``after`` of the page behind this one; None on the last one.
    next: str | None = None


class StepView(View):
    """A step, and how many of its parts stand where."""

    id: str
    task_type: str
    status: StepStatus
    needs: list[str]
    #: Of a blocked step: those of its needs that are not over, and of one that is pending: None, it waits for room.
    waits_for: list[str] = Field(default_factory=list)
    each_of: str | None = None
    #: The session in which it runs.
    session: str | None = None
    #: It is a session: its task holds it open, and nothing waits for its end.
    opens_session: bool = False
    #: Of a session that no worker has open: why, in one line; also what the last one was refused for.
    waiting_because: str | None = None
    compensates: bool = False
    #: None: its entries are not known yet. A step without `for_each` has one part.
    parts: int | None
    succeeded: int
    failed: int
    active: int
    error: dict[str, Any] | None
    #: Of a step that is one task.
    task_id: uuid.UUID | None = None
    task_status: TaskStatus | None = None
    #: How often its task was run again; whoever reviews the result says which one that is.
    task_round: int | None = None
    #: Of a result that waits for review: when that ends.
    review_before: datetime | None = None


class StepPage(View):
    steps: list[StepView]
    #: The ``after`` of the page behind this one; None on the last one.
    next: int | None = None


class PartView(View):
    """One entry of a step with `for_each`, or the one task of another step."""

    place: int
    status: StepStatus
    item: Any = None
    task_id: uuid.UUID | None
    task_status: TaskStatus | None = None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    decided_by: str | None
    task_round: int | None = None
    review_before: datetime | None = None


class ReviewView(View):
    """A result that waits for a person, with all that is needed to say something about it."""

    plan_id: uuid.UUID
    plan_name: str
    step: str
    place: int
    item: Any = None
    task_id: uuid.UUID
    task_type: str
    ticker: str | None
    task_round: int
    result: dict[str, Any] | None
    review_before: datetime | None


class ReviewPage(View):
    reviews: list[ReviewView]


class PartPage(View):
    parts: list[PartView]
    next: int | None = None


class PlanDetailView(PlanView):
    """A plan with its first steps, and what it costs and still takes."""

    #: What was submitted; null if it was asked to be left out.
    document: dict[str, Any] | None
    counts: dict[StepStatus, int]
    first_steps: list[StepView]
    #: Steps that nothing could do without: the longest way through the plan by the usual time of each type.
    critical_path: list[str]
    #: Of the results so far, as far as they say it.
    cost_usd: float
    tokens: int
    #: By the median time of each type; None: for a type of it nothing is known.
    expected_end: datetime | None
    temporal_url: str


class PlanActedView(View):
    """A person steered a plan."""

    id: uuid.UUID
    status: PlanStatus
    round: int
    #: How many parts were set going again, skipped, decided or told to end.
    parts: int
    #: Of a retry: how many more there was no room for in the workspace. A retry once these are over takes them up.
    left: int = 0
