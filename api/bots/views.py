"""Answers to bots."""

import base64
import uuid
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from api.bots.claims import Claim
from contracts.views import View

#: Reports per heartbeat timeout that a bot is asked for: one may be late, another lost.
_BEATS_PER_TIMEOUT = 3


class ClaimView(View):
    """A task in a bot's hands. The id stands first, so that a shell can find it before any text of others."""

    id: uuid.UUID
    task_type: str
    attempt: int
    claimed_at: datetime
    #: Report at least this often.
    heartbeat_seconds: float
    #: Silence after which the task is given to another worker.
    heartbeat_timeout_seconds: float
    submitted_at: datetime
    #: To be sent as X-Task-Token by bots that hold two attempts at one task; others may forget it.
    token: str
    #: What an earlier attempt reported as `cursor` last.
    cursor: dict[str, Any] | None
    params: dict[str, Any]
    #: What people wrote down about the failure that this round is retried after, oldest first.
    notes: list[str] = Field(default_factory=list)
    #: What a person who reviewed the result of the round before wants to be different.
    feedback: str | None = Field(default=None, exclude_if=lambda value: value is None)


class ContinueView(View):
    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    continue_: bool = Field(alias="continue")
    #: task_cancelled or lease_lost.
    reason: str | None = Field(default=None, exclude_if=lambda value: value is None)


class AcknowledgedView(View):
    acknowledged: bool = True


def claim_view(claim: Claim) -> ClaimView:
    return ClaimView(
        id=claim.lease.task_id,
        task_type=claim.task_type,
        attempt=claim.lease.attempt,
        claimed_at=claim.claimed_at,
        heartbeat_seconds=round(claim.lease.heartbeat_timeout / _BEATS_PER_TIMEOUT, 1),
        heartbeat_timeout_seconds=claim.lease.heartbeat_timeout,
        submitted_at=claim.item.submitted_at,
        token=base64.b64encode(claim.lease.token).decode(),
        cursor=claim.cursor,
        params=claim.item.params,
        notes=claim.item.notes,
        feedback=claim.item.feedback,
    )
