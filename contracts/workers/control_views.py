"""Answers of the API about pauses, rates and circuits."""

import uuid
from datetime import datetime

from pydantic import Field

from contracts.views import View


class PauseView(View):
    by: str
    reason: str
    at: datetime


class RateView(View):
    """At most this many hand-outs a second, across all workers."""

    per_second: float
    by: str
    at: datetime


class CircuitView(View):
    """A source that keeps failing. ``half_open``: the next task, or ``probe_task_id``, tries it."""

    state: str
    reason: str = Field(description="The last error of the source")
    openings: int = Field(description="Openings in a row; the wait for the next probe doubles with each")
    opened_at: datetime
    probe_at: datetime
    probe_task_id: uuid.UUID | None


class CapabilityView(View):
    """A capability, which is also the name of its queue."""

    capability: str
    #: A `CapabilityState`, whoever paused it.
    state: str
    paused: PauseView | None
    rate: RateView | None
    circuit: CircuitView | None
    #: Tasks that wait, counted up to a cap; those between two attempts included.
    backlog: int
    backlog_capped: bool
    #: Tasks on hand: workers have them now.
    in_work: int
    oldest_waiting_at: datetime | None
    workers_online: int
    #: Online, but paused or draining.
    workers_held: int
    #: Its task queue in the Temporal Web UI.
    temporal_url: str = ""


class CapabilitiesView(View):
    #: The pause of everything.
    everything: PauseView | None
    capabilities: list[CapabilityView]


class EverythingView(View):
    paused: PauseView | None


class PausedWorkerView(View):
    """A worker that was paused, drained or resumed."""

    id: uuid.UUID
    name: str
    held: str | None
