"""What the API answers, as its clients (CLI, worker, dashboard) read it."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.records import RecordKind
from contracts.statuses import TaskStatus
from contracts.work import RetrySettings, TimeoutSettings


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


class WorkerView(View):
    id: uuid.UUID
    name: str
    status: str
    capabilities: list[str]
    polling: list[str]
    max_concurrency: int
    current_tasks: int
    last_heartbeat: datetime | None
    registered_at: datetime
    details: dict[str, Any]


class WorkersView(View):
    workers: list[WorkerView]


class WorkerKeyView(View):
    """A registered worker and its key, which is shown only here."""

    id: uuid.UUID
    name: str
    capabilities: list[str]
    api_key: str


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
    token_type: str = "bearer"  # noqa: S105 - the scheme, not a secret
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
