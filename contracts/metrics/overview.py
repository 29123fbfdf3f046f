"""Answers of the API for the header of the page, and the work of each worker over time."""

import uuid
from datetime import datetime
from typing import Literal

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import CountView
from contracts.views import View


class PartView(View):
    """How a part of the system is, as far as Postgres knows. ``late``: it may be busy; ``down``: nobody hears of it."""

    name: Literal["postgres", "core", "gateway", "temporal", "mirror"]
    state: Literal["ok", "late", "down", "unknown"]
    #: When it was last heard of, and how long ago that is.
    at: datetime | None
    age_seconds: float | None
    #: A sentence for people; empty when it is well.
    detail: str


class OverviewView(View):
    at: datetime
    parts: list[PartView]
    counts: dict[TaskStatus, CountView]
    #: Workers by state.
    workers: dict[str, int]
    alerts_firing: int
    #: Notifications that the caller has not read; counted up to 1,000.
    unread: int


class WorkerActivityView(View):
    """Attempts that ended in each period, the oldest first."""

    worker_id: uuid.UUID
    worker: str
    succeeded: list[int]
    failed: list[int]


class ActivityView(View):
    since: datetime
    period_seconds: int
    workers: list[WorkerActivityView]
