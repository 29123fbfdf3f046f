"""Request bodies about workspaces."""

from typing import Literal

from pydantic import Field

from contracts.requests import Body
from contracts.storable import Text
from contracts.temporal_limits import LEAST_WEIGHT, MOST_WEIGHT

MemberRole = Literal["operator", "viewer"]


class WorkspaceBody(Body):
    """All of it: a limit that is left out is none."""

    description: Text = Field(default="", max_length=2_000)
    weight: float = Field(
        default=1,
        ge=LEAST_WEIGHT,
        le=MOST_WEIGHT,
        description="Its share of a queue that others wait in, too; one with 2 has twice as many turns as one with 1",
    )
    own_workers: bool | None = Field(
        default=None,
        description="Only workers that are for it by name serve it, and none that serves all; left out: as it was",
    )
    open_tasks: int | None = Field(default=None, ge=0, le=10_000_000, description="Most tasks that are not over")
    tasks_per_hour: int | None = Field(default=None, ge=0, le=10_000_000, description="Most new tasks in 60 minutes")
    cost_per_day: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000_000,
        description="In dollars: nothing new is taken once results of the last 24 hours have cost as much",
    )


class MemberBody(Body):
    role: MemberRole


class TaskChange(Body):
    """What is done to a task under the address of its workspace."""

    action: Literal["cancel", "retry"]
