"""Answers of the API about tasks and workers, as its clients (CLI, worker, dashboard) read them."""

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.records.rows import RecordKind
from contracts.tasks.approval import Approval
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import RetrySettings, TimeoutSettings


class View(BaseModel):
    """Base of all answers: fields that a newer server adds are ignored by older clients."""

    model_config = ConfigDict(extra="ignore")


class CreatedView(View):
    """A task was accepted and will not be lost."""

    id: uuid.UUID
    status: TaskStatus
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
    """One line of a task's history. ``id`` only rises; the stream uses it as its cursor."""

    id: int
    task_id: uuid.UUID
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
    instance: str
    #: Set: it waits, or waited, for a person's yes.
    approval: Approval | None = None
    parent_task_id: uuid.UUID | None
    retry_count: int
    attempt: int
    max_attempts: int
    worker_id: uuid.UUID | None
    worker: str | None
    progress: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
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

    #: One line that says why it is not running; None when it runs or is over.
    waiting_because: str | None
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
    temporal_url: str


class TaskPage(View):
    """A page of tasks. ``total`` is counted up to a cap; ``total_capped`` says that there are more."""

    tasks: list[TaskView]
    total: int
    total_capped: bool
    page: int
    pages: int


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


class VitalsView(View):
    """What a worker's process says of itself."""

    host: str = ""
    process_id: str = ""
    sdk: str = ""
    #: Of its machine, from 0 to 1.
    cpu: float | None = None
    memory: float | None = None
    slots_used: int = 0
    polls: int = 0
    #: Attempts since it was started.
    processed: int = 0
    started_at: datetime | None = None


class RecordOfWorkView(View):
    """How a worker has done at one capability, or at all of them: its newest attempts of the last 24 hours."""

    capability: str
    succeeded: int
    failed: int
    #: Nobody heard of the attempt again.
    lost: int
    success_rate: float | None
    p50_seconds: float | None
    p95_seconds: float | None


class WorkerView(View):
    id: uuid.UUID
    name: str
    status: str
    since: datetime | None = None
    #: Why it is deaf or offline, in a sentence.
    reason: str | None = None
    capabilities: list[str]
    polling: list[str]
    #: Tasks at once: the most that it is given, and how many it wants if that is less.
    max_concurrency: int
    slots: int | None = None
    current_tasks: int
    last_heartbeat: datetime | None
    online_since: datetime | None = None
    registered_at: datetime
    details: dict[str, Any]
    version: str | None = None
    vitals: VitalsView | None = None
    vitals_at: datetime | None = None
    work: RecordOfWorkView | None = None
    #: From 0 to 100; see docs/workers.md for how it comes about.
    score: int | None = None
    #: ``paused`` or ``draining``: it gets nothing new, for this reason.
    held: str | None = None
    held_by: str | None = None
    held_reason: str | None = None
    held_at: datetime | None = None


class WorkersView(View):
    workers: list[WorkerView]


class WorkerEventView(View):
    """A change of a worker's state. ``id`` only rises."""

    id: int
    worker_id: uuid.UUID
    worker: str
    type: str
    details: dict[str, Any]
    created_at: datetime


class WorkerEventsView(View):
    events: list[WorkerEventView]


class TaskOnHandView(View):
    """A task that a worker has in hand."""

    id: uuid.UUID
    task_type: str
    ticker: str | None
    status: TaskStatus
    claimed_at: datetime
    percent: float | None


class WorkerDetailView(WorkerView):
    """Everything about one worker."""

    tasks: list[TaskOnHandView] = Field(default_factory=list)
    work_by_capability: list[RecordOfWorkView] = Field(default_factory=list)
    #: The newest first.
    events: list[WorkerEventView] = Field(default_factory=list)
    canary_heard_at: datetime | None = None


class BootstrapView(View):
    """All that a worker needs beyond its key and the API's address."""

    worker_id: uuid.UUID
    name: str
    capabilities: list[str]
    max_concurrency: int
    gateway_address: str
    gateway_tls: bool
    namespace: str
    #: Until when the key is valid; None: until it is revoked.
    key_expires_at: datetime | None = None
    #: Of the ClawdBot that answers; empty if it is too old to say.
    server_version: str = ""


class TokenView(View):
    access_token: str
    token_type: Literal["bearer"] = Field(default="bearer")
    expires_in: int = Field(description="Seconds")
    role: str


class Problem(View):
    """RFC 9457 problem details; ``errors`` names the field of each mistake."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list)


class RecordKindView(View):
    """A kind of collected rows."""

    kind: RecordKind
    rows: int
    #: `rows` is counted up to 10,000; beyond that it is Postgres' estimate.
    estimated: bool
    #: The column that `since` and `until` look at.
    time: str


class RecordKindsView(View):
    kinds: list[RecordKindView]


class RecordPage(View):
    """A page of collected rows, newest first. ``next`` leads to the following page; None on the last one."""

    kind: RecordKind
    records: list[dict[str, Any]]
    next: str | None


class RevisionView(View):
    """What a collected row said before its content was replaced."""

    content: dict[str, Any]
    #: Who had stored it last, and when the row was first stored.
    task_id: uuid.UUID
    attempt: int
    fetched_at: datetime
    #: The task that replaced it.
    replaced_by: uuid.UUID
    replaced_at: datetime


class RevisionsView(View):
    kind: RecordKind
    revisions: list[RevisionView]


class FreshnessView(View):
    """How fresh one source of one ticker is."""

    ticker: str
    data_source: str
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    record_count: int
    covered_from: datetime | None
    covered_to: datetime | None


class FreshnessPage(View):
    """By ticker and source. ``next`` leads to the following page; None on the last one."""

    freshness: list[FreshnessView]
    next: str | None
