"""Commands for all tasks that match a filter: the request, and its progress."""

import re
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from contracts.requests import Body, Moment
from contracts.storable import Json, Text
from contracts.tasks.priority import Priority
from contracts.tasks.requests import Tag
from contracts.tasks.statuses import ON_HAND, OPEN, RETRYABLE, TERMINAL, TaskStatus
from contracts.views import View
from contracts.workspaces.names import WorkspaceName


class BulkAction(StrEnum):
    CANCEL = "cancel"
    RETRY = "retry"
    REPRIORITISE = "reprioritise"
    TAG = "tag"
    #: Other params, for tasks that are tried again afterwards.
    EDIT = "edit"
    #: Hide what is over.
    DELETE = "delete"
    #: Retry the tasks of a group of failures, one of them first (services/tasks/releases.py).
    RELEASE = "release"


#: To tasks of which statuses it can be done at all.
POSSIBLE = {
    BulkAction.CANCEL: OPEN,
    BulkAction.RETRY: RETRYABLE,
    BulkAction.REPRIORITISE: OPEN - ON_HAND,
    BulkAction.TAG: frozenset(TaskStatus),
    BulkAction.EDIT: RETRYABLE,
    BulkAction.DELETE: TERMINAL,
    BulkAction.RELEASE: frozenset({TaskStatus.FAILED}),
}
#: Where the filter names no status. Nobody means what has succeeded by "retry all".
MEANT = POSSIBLE | dict.fromkeys((BulkAction.RETRY, BulkAction.EDIT), frozenset({TaskStatus.FAILED}))
#: They are done to tasks that are over: to those that were over when it was asked for.
OF_WHAT_IS_OVER = frozenset({BulkAction.RETRY, BulkAction.EDIT, BulkAction.DELETE, BulkAction.RELEASE})


class BulkFilter(Body):
    """Every one that is given must match; as in lists."""

    ids: list[uuid.UUID] = Field(default_factory=list, max_length=1_000, description="Only these: what was selected")
    status: list[TaskStatus] = Field(default_factory=list)
    task_type: Text | None = None
    ticker: Text | None = None
    tag: Text | None = None
    worker: Text | None = None
    created_by: Text | None = None
    workspace: WorkspaceName | None = None
    text: Text | None = Field(default=None, max_length=500)
    created_after: Moment | None = None
    created_before: Moment | None = None
    id_prefix: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{4}[0-9a-fA-F\-]{0,32}$")
    parent: uuid.UUID | None = None
    error_type: Text | None = Field(default=None, max_length=200)
    cause: str | None = Field(default=None, pattern="^[0-9a-f]{32}$", description="Of GET /api/v1/failures")


class NewBulk(Body):
    action: BulkAction
    filter: BulkFilter
    priority: Priority | None = Field(default=None, description="For reprioritise")
    add_tags: list[Tag] = Field(default_factory=list, max_length=20, description="For tag")
    remove_tags: list[Tag] = Field(default_factory=list, max_length=20, description="For tag")
    params: Json | None = Field(
        default=None, description="For edit: params that are set, or taken away with null (RFC 7396); the others stay"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.action is BulkAction.REPRIORITISE) != (self.priority is not None):
            raise ValueError("give 'priority' for 'reprioritise', and only then")
        if (self.action is BulkAction.TAG) != bool(self.add_tags or self.remove_tags):
            raise ValueError("give 'add_tags' or 'remove_tags' for 'tag', and only then")
        if (self.action is BulkAction.EDIT) != bool(self.params):
            raise ValueError("give 'params' for 'edit', and only then")
        if self.action is BulkAction.RELEASE:
            raise ValueError("a release begins with POST /api/v1/failures/{cause}/canary or …/release")
        if not self.filter.model_dump(exclude_defaults=True):
            raise ValueError("give a filter: nothing is done to all tasks there are")
        self._check_filter()
        if not self.statuses():
            raise ValueError(f"nothing of the status that you filter by can be done with {self.action}")
        return self

    def _check_filter(self) -> None:
        """Lists pass over what says nothing; here that would mean all there are."""
        for name, value in self.filter.model_dump(exclude_none=True).items():
            if isinstance(value, str) and not value.strip():
                raise ValueError(f"'{name}' of the filter is empty; give it a value, or leave it out")
        if self.filter.text is not None and not re.search(r"\w", self.filter.text):
            raise ValueError("'text' has no word to look for; give one, or leave 'text' out")

    def statuses(self) -> list[TaskStatus]:
        """Of the tasks that it is about."""
        if not self.filter.status:
            return sorted(MEANT[self.action])
        return sorted(set(self.filter.status) & POSSIBLE[self.action])

    def arguments(self) -> dict[str, Any]:
        return self.model_dump(
            mode="json", include={"priority", "add_tags", "remove_tags", "params"}, exclude_defaults=True
        )


class BulkView(View):
    """A bulk action. ``previewed``: nothing was done yet; POST its id to do it."""

    id: uuid.UUID
    action: BulkAction
    arguments: dict[str, Any]
    filter: dict[str, Any]
    actor: str
    state: Literal["previewed", "running", "done", "stopped"]
    #: How many tasks match; with ``capped`` there are more, because counting ends there.
    count: int
    capped: bool
    #: How many of them it was done to, and how many had meanwhile become what it cannot be done to. Of an edit that is
    #: previewed or checked, ``skipped`` are those that the params do not fit.
    done: int
    skipped: int
    #: Before anything is done, each task of an edit is checked, and one of a release is tried.
    phase: Literal["checking", "canary", "doing"] = "doing"
    #: The group of failures that it was begun for.
    cause: str | None = None
    canary_task_id: uuid.UUID | None = None
    #: Null: not known yet.
    canary_ok: bool | None = None
    #: Why it was stopped, what it waits for, or what does not fit.
    reason: str | None = None
    created_at: datetime
    #: A preview that is not used until then is forgotten.
    expires_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class BulksView(View):
    """The newest first."""

    bulks: list[BulkView]
