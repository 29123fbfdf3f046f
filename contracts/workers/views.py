"""Answers of the API about workers, and to a worker that starts."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.tasks.statuses import TaskStatus
from contracts.views import View


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
    #: The workspaces that it serves; null: all of them.
    serves: list[str] | None = None
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
    #: The task queues that it may poll, in the Temporal Web UI, by their names.
    temporal_queues: dict[str, str] = Field(default_factory=dict)


class BootstrapView(View):
    """All that a worker needs beyond its key and the API's address."""

    worker_id: uuid.UUID
    name: str
    capabilities: list[str]
    max_concurrency: int
    #: The task queues through which tasks come to it; None: a ClawdBot that knows only those of capabilities.
    queues: list[str] | None = None
    gateway_address: str
    gateway_tls: bool
    namespace: str
    #: Until when the key is valid; None: until it is revoked.
    key_expires_at: datetime | None = None
    #: Of the ClawdBot that answers; empty if it is too old to say.
    server_version: str = ""
