"""Answers of the API about failures by cause."""

import uuid
from datetime import datetime

from contracts.views import View


class FailureGroupView(View):
    """Tasks of one type that failed with the same class of error, and the same message but for names and numbers."""

    #: For filters of lists and of bulk actions.
    cause: str
    task_type: str
    error_type: str
    #: With … for what differs.
    message: str
    example: str | None
    count: int
    #: The first of them was created then. With it beside ``cause`` older failures need not be looked at.
    created_after: datetime
    first_at: datetime | None
    last_at: datetime | None
    #: The latest of them, five at most.
    task_ids: list[uuid.UUID]


class FailuresView(View):
    """The largest group first. ``capped``: there are older failures than those ``looked_at``."""

    groups: list[FailureGroupView]
    looked_at: int
    capped: bool
