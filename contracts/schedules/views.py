"""Answers of the API about schedules."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from contracts.schedules.requests import NewSchedule, ScheduleBody, stored_body
from contracts.tasks.plain_language import Question, Understood
from contracts.views import UnreadableView, View
from contracts.workspaces.names import DEFAULT


def _as_stored(definition: Any) -> Any:
    return stored_body(definition) if isinstance(definition, dict) else definition


#: Accepted some day: whoever reads the answer must not refuse a rule that is over by now.
Accepted = Annotated[ScheduleBody, BeforeValidator(_as_stored)]


class ScheduleState(StrEnum):
    """``waiting``: Temporal does not have it yet. ``gone``: somebody deleted it on the Temporal side."""

    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    GONE = "gone"


class RunOutcome(StrEnum):
    """What became of a moment at which a schedule was due."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    #: Nobody was there to run it.
    MISSED = "missed"
    #: The run before was not over.
    SKIPPED = "skipped"
    #: The next run took its place (`cancel_other`, `terminate_other`), or somebody cancelled it in Temporal.
    CANCELLED = "cancelled"


class DueView(View):
    """``local``: in the zone that was asked for. ``note``: what the clocks do there, in words."""

    at: datetime
    local: str
    note: str = ""


class PreviewView(View):
    zone: str
    runs: list[DueView]


class RunView(View):
    """One moment at which it was due, or was run by hand."""

    due_at: datetime
    outcome: RunOutcome
    why: str | None
    task_ids: list[uuid.UUID]
    #: Where it made a plan instead of tasks.
    plan_id: uuid.UUID | None = None
    created_at: datetime
    ended_at: datetime | None


class ScheduleView(View):
    """A schedule as lists show it."""

    id: uuid.UUID
    name: str
    workspace: str = DEFAULT
    state: ScheduleState
    definition: Accepted
    #: In words: "by cron 0 7 * * MON-FRI, Europe/Berlin".
    when: str
    #: Why it is paused, by whom; or what is wrong with it.
    note: str
    #: Runs that are left; None: without a limit.
    remaining: int | None
    next_runs: list[DueView]
    last_run: RunView | None
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    #: Id of the schedule in Temporal.
    temporal_id: str


class ScheduleDetailView(ScheduleView):
    """The same with the newest runs first."""

    runs: list[RunView]
    #: Its page in the Temporal Web UI.
    temporal_url: str = ""


class SchedulesView(View):
    schedules: list[ScheduleView]
    unreadable: list[UnreadableView] = Field(default_factory=list)


class RunsView(View):
    runs: list[RunView]


class ReadSchedulesView(View):
    """A sentence as schedules, ready to be created, or questions. Neither: it says of no repetition."""

    text: str
    timezone: str
    when: str = ""
    next_runs: list[DueView] = Field(default_factory=list)
    schedules: list[NewSchedule] = Field(default_factory=list)
    understood: list[Understood] = Field(default_factory=list)
    ignored: list[str] = Field(default_factory=list)
    #: Of ``ignored``, the words that could have meant something.
    notable: list[str] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)


class ScheduleOrderView(View):
    """What was asked for is on its way. ``runs``: how many, of a backfill."""

    ordered: str
    runs: int | None = None
