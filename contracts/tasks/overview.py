"""Answers of the API that show many tasks at a glance: board and timeline."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import CountView
from contracts.views import View


class CardView(View):
    """A task as a card of the board: without params, result and the rest of an error."""

    id: uuid.UUID
    task_type: str
    capability: str
    ticker: str | None
    status: TaskStatus
    priority: int
    priority_label: str
    tags: list[str]
    created_by: str
    parent_task_id: uuid.UUID | None
    retry_count: int
    attempt: int
    max_attempts: int
    worker_id: uuid.UUID | None
    worker: str | None
    progress: dict[str, Any] | None
    #: Class and beginning of the message.
    error_type: str | None
    error_message: str | None
    #: One line that says why it is not running; None when it runs or is over.
    waiting_because: str | None
    run_at: datetime | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    last_heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    #: Fields whose stored value cannot be read, and that are shown empty.
    unreadable: list[str] = Field(default_factory=list)


class ColumnView(View):
    """One status: how many there are, and the newest of them."""

    status: TaskStatus
    total: CountView
    tasks: list[CardView]


class BoardView(View):
    #: When it was asked.
    at: datetime
    columns: list[ColumnView]


class BarView(View):
    """A piece of work in time: an attempt, or (``attempt`` None) a task that starts at a set time."""

    task_id: uuid.UUID
    task_type: str
    ticker: str | None
    #: Of the attempt, or ``scheduled``.
    status: str
    task_status: TaskStatus
    round: int
    attempt: int | None
    worker_id: uuid.UUID | None
    worker: str | None
    start: datetime
    #: None: goes on.
    end: datetime | None


class TimelineView(View):
    """Work that lies in the window, the latest start first. ``capped``: there is more than was looked at."""

    at: datetime
    since: datetime
    until: datetime
    bars: list[BarView]
    capped: bool
