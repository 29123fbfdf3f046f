"""Request bodies about schedules."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from contracts.requests import Body
from contracts.schedules.actions import Action
from contracts.schedules.timing import STORED, ReckonedMoment, Seconds, Timing
from contracts.storable import Text
from contracts.workspaces.names import WorkspaceName

NAME = r"^[a-z][a-z0-9_\-]{0,62}$"
_DAY = 86_400
#: A run that begins later than that after its time was missed, where nothing else is said.
ON_TIME = timedelta(seconds=60)


class Overlap(StrEnum):
    """What happens when it is due and the run before is not over. Temporal's own policies."""

    SKIP = "skip"
    BUFFER_ONE = "buffer_one"
    BUFFER_ALL = "buffer_all"
    ALLOW_ALL = "allow_all"
    CANCEL_OTHER = "cancel_other"
    TERMINATE_OTHER = "terminate_other"


class Missed(StrEnum):
    """What happens to runs whose time passed while the server was away."""

    ALL = "all"
    LAST = "last"
    NONE = "none"


class ScheduleBody(Body):
    """What a schedule is, without its name."""

    timing: Timing
    action: Action
    description: Text = Field(default="", max_length=500)
    overlap: Overlap = Field(default=Overlap.SKIP, description="When the run before is not over")
    missed: Missed = Field(default=Missed.LAST, description="What to make up for when the server was away")
    missed_window: Annotated[Seconds, Field(ge=10, le=30 * _DAY)] | None = Field(
        default=None, description="How late a run may be: a day, or a minute where nothing is made up for"
    )
    jitter: Annotated[Seconds, Field(ge=0, le=_DAY)] = Field(default=0, description="Begin up to so much later")
    pause_on_failure: bool = Field(default=False, description="Pause when a task of a run does not succeed")
    runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="End after so many runs")

    @model_validator(mode="after")
    def _policies_fit(self) -> Self:
        if self.missed is Missed.ALL and self.overlap is Overlap.SKIP:
            raise ValueError(
                "'missed: all' makes up for every run, and with 'overlap: skip' only the first of them would run: "
                "take 'buffer_all' or 'allow_all'"
            )
        return self

    @property
    def window(self) -> timedelta:
        """How late a run may be."""
        if self.missed_window is not None:
            return timedelta(seconds=self.missed_window)
        return ON_TIME if self.missed is Missed.NONE else timedelta(days=1)

    @property
    def waits(self) -> bool:
        """Whether Temporal has to know when the tasks of a run are over."""
        return self.overlap is not Overlap.ALLOW_ALL


def stored_body(definition: dict[str, Any]) -> ScheduleBody:
    """One that was accepted some day. Whether its rule is ever due again is not asked: it ends, and is shown so."""
    return ScheduleBody.model_validate(definition, context=STORED)


class NewSchedule(ScheduleBody):
    name: Text = Field(pattern=NAME, examples=["mornings-reddit"], description="Signs what it creates: schedule:NAME")
    paused: bool = Field(default=False, description="Not before somebody resumes it")
    #: Of a request that is repeated: without it, what was sent before it was there says the same.
    workspace: WorkspaceName | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="To which it belongs with all that it makes; else the one that its task or plan names",
    )

    def body(self) -> ScheduleBody:
        return ScheduleBody.model_validate(self.model_dump(mode="json", exclude={"name", "paused", "workspace"}))


class PreviewRequest(Body):
    """``zone``: of whoever looks; without it the schedule's own."""

    timing: Timing
    count: int = Field(default=10, ge=1, le=100)
    after: ReckonedMoment | None = Field(default=None, description="Now, unless said otherwise")
    zone: str | None = Field(default=None, max_length=100)


class Backfill(Body):
    """Make up for the runs between two moments in the past, both included."""

    start: ReckonedMoment
    end: ReckonedMoment

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("'end' must not lie before 'start'")
        return self

    @model_validator(mode="after")
    def _is_over(self) -> Self:
        if self.end > datetime.now(UTC):
            raise ValueError("'end' must lie in the past")
        return self


class PauseReason(Body):
    reason: Text = Field(default="", max_length=500)
