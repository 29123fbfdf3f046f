"""Request bodies about tasks."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from contracts.params.common import Ticker
from contracts.requests import CAPABILITY, Body, Moment
from contracts.storable import Json, Text
from contracts.tasks.priority import NORMAL, Priority
from contracts.tasks.work import RetrySettings, TimeoutSettings
from contracts.workspaces.names import DEFAULT, Workspace

#: Follow-ups of one task, those of its follow-ups included.
MOST_FOLLOW_UPS = 20
MOST_TAGS = 50

Tag = Annotated[Text, Field(min_length=1, max_length=100)]


class RetryOverride(RetrySettings):
    """Fields left out keep the type's values."""

    model_config = ConfigDict(extra="forbid")


class TimeoutOverride(TimeoutSettings):
    """Fields left out keep the type's values."""

    model_config = ConfigDict(extra="forbid")


class FollowUp(Body):
    """A task that is created when another one ends; ticker, priority and tags are that task's unless said otherwise."""

    task_type: str = Field(examples=["ai_sentiment"])
    params: Json = Field(default_factory=dict)
    when: Literal["succeeded", "failed", "ended"] = Field(
        default="succeeded", description="'ended' is either; after a cancelled task nothing follows"
    )
    priority: Priority | None = None
    tags: list[Tag] | None = Field(default=None, max_length=MOST_TAGS)
    capability: str | None = Field(default=None, pattern=CAPABILITY)
    retry: RetryOverride | None = None
    timeouts: TimeoutOverride | None = None
    needs_approval: bool = Field(default=False, description="Wait for a person's yes, also where the type does not ask")
    follow_ups: list["FollowUp"] = Field(default_factory=list, max_length=MOST_FOLLOW_UPS)


class Submission(Body):
    """One task."""

    task_type: str = Field(examples=["reddit_crawl"])
    params: Json = Field(default_factory=dict, examples=[{"ticker": "NVDA", "limit": 200}])
    priority: Priority = NORMAL
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)
    notes: Text | None = Field(default=None, max_length=20_000)
    #: Another queue than the type's own.
    capability: str | None = Field(default=None, pattern=CAPABILITY)
    run_at: Moment | None = Field(default=None, description="Start no earlier than this")
    start_deadline: Moment | None = Field(default=None, description="Give up if no worker has begun by then")
    retry: RetryOverride | None = None
    timeouts: TimeoutOverride | None = None
    parent_task_id: uuid.UUID | None = None
    workspace: Workspace = DEFAULT
    needs_approval: bool = Field(default=False, description="Wait for a person's yes, also where the type does not ask")
    needs_review: bool = Field(
        default=False, description="A person looks at the result; until then its plan, of this one task, is not over"
    )
    review_seconds: float | None = Field(
        default=None, ge=1, le=31_536_000, description="How long a person has for that; usually CLAWDBOT_APPROVAL_HOURS"
    )
    follow_ups: list[FollowUp] = Field(
        default_factory=list, max_length=MOST_FOLLOW_UPS, description="Tasks to create when this one ends"
    )

    @model_validator(mode="after")
    def _nothing_follows_before_a_review(self) -> Self:
        if self.needs_review and self.follow_ups:
            raise ValueError("follow_ups would not wait for the review; make them steps of a plan")
        if self.review_seconds is not None and not self.needs_review:
            raise ValueError("review_seconds goes with needs_review")
        return self

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if self.start_deadline and self.start_deadline <= max(self.run_at or datetime.now(UTC), datetime.now(UTC)):
            raise ValueError("start_deadline must lie in the future, and after run_at")
        return self


class BatchSubmission(Body):
    """Several tasks, all or none: a list, or one template for many tickers."""

    tasks: list[Submission] = Field(default_factory=list, max_length=1_000)
    template: Submission | None = None
    tickers: list[Ticker] = Field(default_factory=list, max_length=1_000)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if bool(self.tasks) == bool(self.template):
            raise ValueError("give either 'tasks', or 'template' and 'tickers'")
        if bool(self.template) != bool(self.tickers):
            raise ValueError("'template' and 'tickers' go together")
        return self

    def submissions(self) -> list[Submission]:
        """The tasks one by one; a template gets each ticker as param and as tag."""
        if self.template is None:
            return self.tasks
        return [
            self.template.model_copy(
                update={
                    "params": {**self.template.params, "ticker": ticker},
                    "tags": list(dict.fromkeys([*self.template.tags, ticker])),
                }
            )
            for ticker in dict.fromkeys(self.tickers)
        ]


class Reprioritisation(Body):
    priority: Priority


class DecisionComment(Body):
    comment: Text = Field(default="", max_length=2_000)


class NewNote(Body):
    text: Text = Field(min_length=1, max_length=20_000)
