"""Filters of tasks in the query of an address: the same for lists, counts, the board and the timeline."""

import uuid

from pydantic import BaseModel, Field

from contracts.requests import IdPrefix, Moment
from contracts.storable import Text
from contracts.tasks.statuses import TaskStatus
from contracts.workspaces.names import WorkspaceName
from db.tasks.queries import TaskFilter


class FilterQuery(BaseModel):
    """Every one that is given must match."""

    model_config = {"extra": "forbid"}

    status: list[TaskStatus] = Field(default_factory=list)
    task_type: Text | None = None
    ticker: Text | None = None
    tag: Text | None = None
    worker: Text | None = Field(default=None, description="Name or id of the worker")
    created_by: Text | None = None
    workspace: WorkspaceName | None = None
    text: Text | None = Field(
        default=None, max_length=500, description="Only tasks with all these words; the last may be cut off"
    )
    created_after: Moment | None = None
    created_before: Moment | None = None
    id_prefix: IdPrefix | None = None
    parent: uuid.UUID | None = None
    error_type: Text | None = Field(default=None, max_length=200, description="Class of the error of a failed task")
    cause: str | None = Field(default=None, pattern="^[0-9a-f]{32}$", description="A `cause` of GET /api/v1/failures")

    def filter(self) -> TaskFilter:
        given = {name: getattr(self, name) for name in FilterQuery.model_fields}
        return TaskFilter(**given | {"ticker": self.ticker.lstrip("$").upper() if self.ticker else None})
