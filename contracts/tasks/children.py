"""Tasks whose workflows are children of the workflow that created them."""

import uuid

from pydantic import BaseModel

from contracts.tasks.work import TaskInput


class Started(BaseModel):
    """A task whose workflow is there, with the command to the relay that this makes unnecessary."""

    task_id: uuid.UUID
    command_id: int


class TaskStart(BaseModel):
    """A task whose workflow another workflow is to start as its child."""

    command_id: int
    task_id: uuid.UUID
    workflow_id: str
    task: TaskInput
    ticker: str | None = None
    created_by: str
