"""Answers of the API about triggers."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from contracts.triggers.requests import TriggerBody
from contracts.views import UnreadableView, View
from contracts.workspaces.names import DEFAULT


class TriggerState(StrEnum):
    """``halted``: paused by ClawdBot, for the reason that is told."""

    ACTIVE = "active"
    PAUSED = "paused"
    HALTED = "halted"


class DeliveryOutcome(StrEnum):
    """What became of a delivery."""

    #: A task or a plan was made.
    MADE = "made"
    #: The filter does not want it.
    FILTERED = "filtered"
    #: Nothing could be made of it; the same delivery is tried again when it comes again.
    FAILED = "failed"
    #: It was not looked at: forged, too old, too many, no JSON, or the trigger was paused.
    REFUSED = "refused"


class TriggerDeliveryView(View):
    """One delivery, or one event of ours that set the trigger off."""

    id: int
    outcome: DeliveryOutcome
    #: A sentence.
    why: str | None
    #: What the sender calls it.
    key: str | None
    #: How often it came again.
    repeats: int
    task_ids: list[uuid.UUID]
    plan_id: uuid.UUID | None
    #: How many triggers in a row led here, this one included.
    depth: int
    replay_of: int | None
    #: Whether its payload was kept, without which it cannot be replayed.
    has_payload: bool
    created_at: datetime


class TriggerDeliveryDetailView(TriggerDeliveryView):
    """The same with what was sent, without its secrets."""

    payload: Any
    headers: dict[str, str]


class TriggerDeliveriesView(View):
    """The newest first. ``before``: asks for those that follow; None: these were the last ones."""

    deliveries: list[TriggerDeliveryView]
    before: int | None = None


class TriggerView(View):
    """A trigger as lists show it."""

    id: uuid.UUID
    name: str
    workspace: str = DEFAULT
    state: TriggerState
    definition: TriggerBody
    #: In words: "when a task of type news_crawl failed 3 times within 1 day".
    when: str
    #: In words: "a task news_crawl".
    does: str
    #: Why it is paused, by whom; or what is wrong with it.
    note: str
    #: Of a hook: where it is called, below the address of the API.
    path: str | None
    last_delivery: TriggerDeliveryView | None
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime


class TriggerDetailView(TriggerView):
    """The same with the newest deliveries first."""

    deliveries: list[TriggerDeliveryView]
    #: A payload as its source makes them, to try it with.
    example: Any = None


class TriggerMadeView(TriggerDetailView):
    """The secret of a hook is shown this once."""

    secret: str | None = None


class TriggersView(View):
    triggers: list[TriggerView]
    unreadable: list[UnreadableView] = Field(default_factory=list)


class SecretView(View):
    """The new secret of a hook, shown this once."""

    secret: str
    #: Until when the old one is good, too.
    old_until: datetime | None = None


class TrialView(View):
    """What would be made. ``made`` is a task or a plan as it would be submitted."""

    outcome: DeliveryOutcome
    why: str | None = None
    kind: str | None = None
    made: dict[str, Any] | None = None


class ReceivedView(View):
    """What a sender is told. ``repeated``: it was delivered before, and nothing more was done."""

    delivery: int
    outcome: DeliveryOutcome
    repeated: bool = False
    tasks: list[uuid.UUID] = Field(default_factory=list)
    plan: uuid.UUID | None = None
