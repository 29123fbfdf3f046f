"""Answers of the API about tasks and their types."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import AliasChoices, Field

from contracts.tasks.approval import Approval
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import RetrySettings, TimeoutSettings
from contracts.views import View


class CreatedView(View):
    """A task was accepted and will not be lost."""

    id: uuid.UUID
    status: TaskStatus
    #: Of a task whose result waits for a review: the plan of which it is the only step.
    plan_id: uuid.UUID | None = None
    # Last, as Postgres keeps it: what is repeated with the same key is answered with the same bytes.
    created_at: datetime


class BatchView(View):
    """All tasks of a batch were accepted."""

    created: int
    task_ids: list[uuid.UUID]


class NoteView(View):
    author: str
    text: str
    created_at: datetime


class AttemptView(View):
    """One attempt of one run (round 0 is the first run, a person's retry adds 1)."""

    round: int
    attempt: int
    worker: str | None
    status: str
    claimed_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: dict[str, Any] | None


class EventView(View):
    """One line of a task's history. Of a task, ``id`` only rises."""

    id: int
    #: Of an event of a plan, the plan's id.
    task_id: uuid.UUID
    #: Set: it is about a plan or one of its steps; `details` name the step, its place and its task.
    plan_id: uuid.UUID | None = None
    #: Set: it is about a schedule, whose id `task_id` is then, too; its type begins with `schedule_`.
    schedule_id: uuid.UUID | None = None
    type: str
    status: TaskStatus
    round: int
    attempt: int | None
    worker_id: uuid.UUID | None
    actor: str | None
    details: dict[str, Any] | None
    created_at: datetime


class TaskView(View):
    """A task as lists show it."""

    id: uuid.UUID
    task_type: str
    capability: str
    params: dict[str, Any]
    ticker: str | None
    status: TaskStatus
    priority: int
    priority_label: str
    tags: list[str]
    created_by: str
    #: A server of an earlier version calls it `instance`, as the table does.
    workspace: str = Field(validation_alias=AliasChoices("workspace", "instance"))
    #: Set: it waits, or waited, for a person's yes.
    approval: Approval | None = None
    parent_task_id: uuid.UUID | None
    #: The plan that it belongs to, which step it is, and for which entry of its `for_each`.
    plan_id: uuid.UUID | None = None
    plan_step: str | None = None
    plan_place: int | None = None
    #: What a person who reviewed the result of the round before wants to be different.
    feedback: str | None = None
    retry_count: int
    attempt: int
    max_attempts: int
    worker_id: uuid.UUID | None
    worker: str | None
    progress: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    #: The group of failures (GET /api/v1/failures) that it belongs to since it failed last.
    cause: str | None = None
    reason: str | None
    next_attempt_at: datetime | None
    run_at: datetime | None
    start_deadline: datetime | None
    created_at: datetime
    updated_at: datetime
    claimed_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    last_heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    duration_ms: int | None
    #: Fields whose stored value cannot be read, and that are shown empty.
    unreadable: list[str] = Field(default_factory=list)
    #: One line that says why it is not running; None when it runs or is over. In lists only where it is asked for.
    waiting_because: str | None = None


class RelativeView(View):
    """A task that follows from another one."""

    id: uuid.UUID
    task_type: str
    status: TaskStatus


class PlannedView(View):
    """A follow-up that will be created when the task ends with ``condition``."""

    task_type: str
    condition: str


class TaskDecisionView(View):
    """The agent's decision that a task comes from."""

    id: uuid.UUID
    round: int
    kind: str
    reason: str


class TaskDetailView(TaskView):
    """A task with everything about it."""

    retry: RetrySettings
    timeouts: TimeoutSettings
    notes: list[NoteView]
    attempts: list[AttemptView]
    events: list[EventView]
    #: What will be done after it, and which tasks came of it.
    follow_ups: list[PlannedView] = Field(default_factory=list)
    children: list[RelativeView] = Field(default_factory=list)
    #: Of a task that the agent created.
    decision: TaskDecisionView | None = None
    #: Dollars that it has cost so far, also in attempts that failed; None: its worker says nothing of them.
    cost_usd: float | None = None
    #: Its workflow in the Temporal Web UI, its task queues by their names, and lists of tasks that share something with
    #: it, by what they share. Empty where no address of the Web UI is set.
    temporal_url: str
    temporal_queues: dict[str, str] = Field(default_factory=dict)
    temporal_lists: dict[str, str] = Field(default_factory=dict)


class TaskPage(View):
    """A page of tasks. ``total`` is counted up to a cap; ``total_capped`` says that there are more."""

    tasks: list[TaskView]
    total: int
    total_capped: bool
    page: int
    pages: int
    #: The ``after`` of the page behind this one, however deep it lies; None on the last one.
    next: str | None = None


class CountView(View):
    """``capped``: there are more than ``count``, because counting ends somewhere."""

    count: int
    capped: bool


class TaskCountsView(View):
    """How many tasks there are, by status."""

    counts: dict[TaskStatus, CountView]


class CancelView(View):
    """``cancelled`` is True once the task is cancelled; False while the request is on its way."""

    id: uuid.UUID
    cancelled: bool
    status: TaskStatus


class RetryView(View):
    id: uuid.UUID
    status: TaskStatus
    retry_count: int


class DecisionView(View):
    """``status`` follows within moments; a rejected task is over."""

    id: uuid.UUID
    approved: bool
    status: TaskStatus


class PriorityView(View):
    id: uuid.UUID
    priority: int
    priority_label: str


class TaskTypeView(View):
    """A task type: what it takes, how it is retried, who offers it now."""

    name: str
    summary: str
    capability: str
    #: False: accepted, but no worker of this version can do it yet.
    implemented: bool
    params_schema: dict[str, Any]
    retry: RetrySettings
    timeouts: TimeoutSettings
    workers_online: int
    #: The installed task pack that brings it; empty for what ClawdBot brings itself.
    pack: str = ""
    #: What its tasks keep fresh, as coverage names it, e.g. ``reddit``; None for a type that collects nothing.
    source: str | None = None
    #: The kinds of rows that its tasks store.
    writes: list[str] = Field(default_factory=list)
