"""Plans retries on another worker: the task begins a moment later, and the worker to avoid is noted (docs/adr/0032)."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from agent.choices import Choice
from contracts.task_types import task_type
from db.workers.retry_on_another_worker import Avoidance

#: Time for the gateway to hear of it and to cut the open polls of the worker to avoid: a fraction of a second, or
#: two if it was not told.
_HEAD_START = timedelta(seconds=5)
#: By then another worker has taken the task or none can, and any may have it.
_LONGEST = timedelta(seconds=60)


def begins(choice: Choice) -> datetime | None:
    """When its task may be handed out; None: at once."""
    return datetime.now(UTC) + _HEAD_START if choice.avoid_worker_id else None


def to_avoid(made: Sequence[tuple[uuid.UUID, Choice]]) -> list[Avoidance]:
    """Whom to keep from which of these tasks."""
    until = datetime.now(UTC) + _HEAD_START + _LONGEST
    return [
        Avoidance(task_id, uuid.UUID(choice.avoid_worker_id), task_type(choice.task_type).capability, until)
        for task_id, choice in made
        if choice.avoid_worker_id
    ]
