"""Sources of triggers: somebody who calls a hook, or an event of our own.

Another kind of event is one more model here, one more `watches`, and what notes it (docs/adr/0051-triggers.md).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from contracts.records.rows import RecordKind
from contracts.requests import Body
from contracts.schedules.timing import Seconds
from contracts.storable import Text

_DAY = 86_400


class Signature(StrEnum):
    """How the sender of a delivery shows that it knows the secret."""

    #: `X-Hub-Signature-256`: HMAC over the body.
    GITHUB = "github"
    #: `Stripe-Signature`: `t=…,v1=…`, HMAC over time and body.
    STRIPE = "stripe"
    #: `webhook-id`, `webhook-timestamp`, `webhook-signature` (standardwebhooks.com).
    STANDARD = "standard"
    #: `Authorization: Bearer …`, for senders that can do no more.
    BEARER = "bearer"


class Hook(Body):
    """An address that others call."""

    kind: Literal["hook"] = "hook"
    signature: Signature = Signature.GITHUB
    window: Annotated[Seconds, Field(ge=10, le=3_600)] = Field(
        default=300, description="How old a delivery may be, and how far ahead its clock: of stripe and standard"
    )

    @property
    def watches(self) -> list[str]:
        return []


class Alike(StrEnum):
    """Which tasks are counted together."""

    ANY = "any"
    TICKER = "ticker"
    TASK = "task"


class TaskEnds(Body):
    """Tasks that end, or every so many of them: "a task of type X failed 3 times"."""

    kind: Literal["task"]
    statuses: list[Literal["succeeded", "failed", "cancelled", "rejected"]] = Field(
        default=["failed"], min_length=1, max_length=4
    )
    task_type: Text | None = Field(default=None, max_length=100, description="Any, unless said otherwise")
    times: int = Field(default=1, ge=1, le=1_000, description="Only every so many of them")
    within: Annotated[Seconds, Field(ge=10, le=30 * _DAY)] = Field(
        default=_DAY, description="How far apart those may lie that are counted together"
    )
    alike: Alike = Field(default=Alike.ANY, description="Count together all, those of a ticker, or each task by itself")

    @property
    def watches(self) -> list[str]:
        return [f"task.{each}" for each in self.statuses]


class PlanEnds(Body):
    """Plans that end."""

    kind: Literal["plan"]
    statuses: list[Literal["succeeded", "failed", "cancelled"]] = Field(default=["failed"], min_length=1, max_length=3)
    name: Text | None = Field(default=None, max_length=200, description="Any, unless said otherwise")

    @property
    def watches(self) -> list[str]:
        return [f"plan.{each}" for each in self.statuses]


class RecordComes(Body):
    """Rows that were collected and not known before: "a filing 8-K was collected"."""

    kind: Literal["record"]
    record: RecordKind

    @property
    def watches(self) -> list[str]:
        return [f"record.{self.record}"]


Source = Annotated[Hook | TaskEnds | PlanEnds | RecordComes, Field(discriminator="kind")]
