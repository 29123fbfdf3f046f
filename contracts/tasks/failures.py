"""Failures by cause, as the API answers them, and what people ask to be done about them."""

import uuid
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from contracts.requests import Body, Moment
from contracts.storable import Json, Text
from contracts.views import View

#: A `cause`: what identifies a group.
CAUSE = "^[0-9a-f]{32}$"
#: So long a group can be muted.
MOST_MUTED = timedelta(days=366)


class GroupState(StrEnum):
    """What people think of a group."""

    OPEN = "open"
    #: Put right. It is open again with the next task that fails like this.
    RESOLVED = "resolved"
    #: Known, and not to be shown until a time.
    MUTED = "muted"


class GroupEvent(StrEnum):
    """What happens to a group."""

    CAME = "came"
    CAME_BACK = "came_back"
    RESOLVED = "resolved"
    MUTED = "muted"
    REOPENED = "reopened"
    NOTE = "note"
    EDITED = "edited"
    CANARY = "canary"
    CANARY_SUCCEEDED = "canary_succeeded"
    CANARY_FAILED = "canary_failed"
    RELEASED = "released"
    RELEASE_STOPPED = "release_stopped"


class Likely(StrEnum):
    """Kinds of causes, and with them of remedies (services/tasks/likely_causes.py)."""

    CREDENTIALS = "credentials"
    RATE_LIMIT = "rate_limit"
    NOT_FOUND = "not_found"
    BAD_PARAMS = "bad_params"
    WORKER_DIED = "worker_died"
    TIMEOUT = "timeout"
    SOURCE_AWAY = "source_away"
    DISK_FULL = "disk_full"
    UNKNOWN = "unknown"


class LikelyCause(View):
    """A guess by rules, and what to do."""

    kind: Likely
    cause: str
    remedy: str


class FailureGroupView(View):
    """Tasks of one type that failed with the same class of error, and the same message but for names and numbers."""

    #: For filters of lists and of bulk actions, and for what is done about it.
    cause: str
    task_type: str
    error_type: str
    #: With … for what differs.
    message: str
    example: str | None
    #: Where in the code, of an error that nobody thought of.
    place: str | None = None
    #: So many tasks are failed with it now: neither retried nor deleted.
    count: int
    #: How often it was seen in all.
    seen: int = 0
    #: The first of them was created then. With it beside ``cause`` older failures need not be looked at.
    created_after: datetime
    first_at: datetime | None
    last_at: datetime | None
    #: Those that were created last, five at most.
    task_ids: list[uuid.UUID]
    #: How often at which worker, by name, and params that all have in common: since it was opened.
    workers: dict[str, int] = Field(default_factory=dict)
    shared: dict[str, Any] = Field(default_factory=dict)
    state: GroupState = GroupState.OPEN
    state_by: str | None = None
    state_at: datetime | None = None
    muted_until: datetime | None = None
    #: How often it came back after it was resolved.
    reopened: int = 0
    likely: LikelyCause | None = None


class FailuresView(View):
    """The largest group first. ``looked_at``: how many tasks are failed in all groups that match.

    ``capped`` was for a list that ended somewhere; nothing is left out of the counts any more.
    """

    groups: list[FailureGroupView]
    looked_at: int
    capped: bool


class FailureEventView(View):
    """What happened to a group; of a note, its text."""

    type: str
    actor: str | None
    text: str | None
    details: dict[str, Any]
    created_at: datetime


class FailureGroupDetailView(FailureGroupView):
    """One group with what happened to it, the newest first."""

    events: list[FailureEventView]


class NewFailureNote(Body):
    """The next attempts of its tasks get it, too (`notes` of their work)."""

    text: Text = Field(min_length=1, max_length=2_000)


class NewCanary(Body):
    """Retry one task, and with ``release`` all others once it has succeeded."""

    task_id: uuid.UUID | None = Field(default=None, description="Which one; else the one that was created last")
    release: bool = Field(default=True, description="Retry the others, too, at the pace of the source")


class NewRelease(Body):
    without_canary: bool = Field(default=False, description="Also if no canary has succeeded since the last failure")


class NewEdit(Body):
    params: Json = Field(description="Params that are set, or taken away with null (RFC 7396); the others stay")


class MuteFailures(Body):
    """Until when: one of the two."""

    until: Moment | None = None
    seconds: int | None = Field(default=None, ge=60, le=int(MOST_MUTED.total_seconds()))

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if (self.until is None) == (self.seconds is None):
            raise ValueError("give 'until' or 'seconds': what is muted without an end is forgotten")
        if self.until is not None and not timedelta() < self.until - datetime.now(UTC) <= MOST_MUTED:
            raise ValueError("'until' must lie in the future, and within a year")
        return self

    def end(self, now: datetime) -> datetime:
        return self.until or now + timedelta(seconds=self.seconds or 0)
