"""Request bodies about triggers."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts.plans.plan import Expression
from contracts.requests import Body
from contracts.schedules.requests import NAME
from contracts.schedules.timing import Seconds
from contracts.storable import Text, storable
from contracts.triggers.actions import Action
from contracts.triggers.sources import Source
from contracts.workspaces.names import WorkspaceName

#: Bytes of one delivery. Each expression is given all of it: a mebibyte of small objects takes a second each time.
MOST_BYTES = 256 * 1024
_WEEK = 7 * 86_400


class TriggerBody(Body):
    """What a trigger is, without its name."""

    source: Source
    action: Action
    filter: Expression | None = Field(
        default=None, description="CEL; unless it is true nothing is done", examples=["payload.record.form == '8-K'"]
    )
    description: Text = Field(default="", max_length=500)
    per_minute: int = Field(
        default=60, ge=1, le=6_000,
        description="Most deliveries. More are refused to a hook; our own events pause the trigger",
    )  # fmt: skip


Secret = Annotated[Text, Field(min_length=16, max_length=500)]


class NewTrigger(TriggerBody):
    name: Text = Field(pattern=NAME, examples=["on-8k"], description="Signs what it creates: trigger:NAME")
    paused: bool = Field(default=False, description="Not before somebody resumes it")
    secret: Secret | None = Field(default=None, description="Of a hook whose sender chose it, as Stripe does")
    workspace: WorkspaceName | None = Field(
        default=None, description="To which it belongs with all that it makes; else the one that its action names"
    )

    def body(self) -> TriggerBody:
        return TriggerBody.model_validate(
            self.model_dump(mode="json", exclude={"name", "paused", "secret", "workspace"})
        )


class SecretRotation(Body):
    """A new secret for a hook."""

    secret: Secret | None = Field(default=None, description="The sender's own choice; else one is made")
    keep_old: Annotated[Seconds, Field(ge=0, le=_WEEK)] = Field(
        default=0, description="How long the old one is good, too, such as 1h"
    )


Payload = Annotated[Any, AfterValidator(storable)]


class Trial(Body):
    """A payload to try a trigger with; nothing is created."""

    payload: Payload = Field(description="As a sender sends it, or as an event of ours looks")
    headers: dict[str, Text] = Field(default_factory=dict, max_length=50)


class DraftTrial(Trial):
    """The same, with a trigger that is not saved."""

    trigger: TriggerBody
    workspace: WorkspaceName | None = Field(default=None, description="To which it would belong")


class ReplayOf(Body):
    """An old delivery that is to be carried out once more."""

    delivery: int
