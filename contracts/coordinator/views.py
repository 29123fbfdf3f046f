"""Answers of the coordinator's routes, with the fields of its document."""

import uuid
from datetime import datetime
from typing import Any

from contracts.coordinator.statuses import BotWord, TaskWord, WorkflowWord
from contracts.views import View


class BotView(View):
    """A worker, as the coordinator shows a bot."""

    id: uuid.UUID
    name: str
    capabilities: list[str]
    status: BotWord
    metadata: dict[str, Any]
    last_heartbeat: datetime | None
    created_at: datetime


class NewBotView(BotView):
    #: What the bot sends as X-Worker-Key. It is shown this once.
    api_key: str


class WorkflowView(View):
    """A plan, as the coordinator shows a workflow."""

    id: uuid.UUID
    name: str
    description: str | None
    status: WorkflowWord
    #: In their order. A task can be asked for once it has begun.
    task_ids: list[uuid.UUID]
    metadata: dict[str, Any]
    created_at: datetime
    completed_at: datetime | None


class CoordinatedTaskView(View):
    """A task, as the coordinator shows it."""

    id: uuid.UUID
    workflow_id: uuid.UUID | None
    bot_id: uuid.UUID | None
    task_type: str
    capability: str
    status: TaskWord
    payload: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    #: None: the tasks before it are not over.
    created_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None


class WorkflowTasksView(View):
    workflow: WorkflowView
    tasks: list[CoordinatedTaskView]


class ConnectionView(View):
    """An open control socket."""

    bot_id: uuid.UUID
    name: str
    capabilities: list[str]
    connected_at: datetime
    tasks_on_hand: int


class ConnectionsView(View):
    connections: list[ConnectionView]
    total: int
