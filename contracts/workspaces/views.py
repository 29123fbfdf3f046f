"""Answers about workspaces."""

import uuid
from datetime import datetime

from pydantic import Field

from contracts.views import View


class MemberView(View):
    """Somebody who sees this workspace, and only those that they are a member of."""

    user_id: uuid.UUID
    user: str
    role: str
    since: datetime


class WorkspaceView(View):
    """A workspace, its limits, and how much of them is used."""

    name: str
    description: str
    weight: float
    #: Only workers that are for it by name serve it.
    own_workers: bool = False
    open_tasks: int | None
    tasks_per_hour: int | None
    cost_per_day: float | None
    open_now: int = Field(description="Tasks that are not over")
    last_hour: int = Field(description="Tasks that were created in the last 60 minutes")
    cost_today: float = Field(description="Dollars that tasks have paid in the last 24 hours")
    created_by: str
    created_at: datetime


class WorkspaceDetailView(WorkspaceView):
    members: list[MemberView]
    #: Told when somebody becomes a member: schedules and triggers of theirs, which belong to everybody and go on.
    goes_on: list[str] = Field(default_factory=list)


class WorkspacesView(View):
    """By name. The default one is not among them: it has no limits and no members."""

    workspaces: list[WorkspaceView]
