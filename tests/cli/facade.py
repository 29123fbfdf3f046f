"""A facade for the tests of the CLI: speaks the API over HTTP, keeps its state in memory, does no work.

This is its state; its routes are in `tests.cli.answers`.

A test says what happens while a task is watched by giving a script to each connection of the live stream.
"""

import asyncio
import threading
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from contracts.task_types import TASK_TYPES
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import EventView, TaskDetailView
from contracts.views import Problem

KEY = "a-key-of-the-tests"
Step = Callable[[], None]


@dataclass(frozen=True)
class Asked:
    """A request that the facade got."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


class Refusal(Exception):
    """Answered as problem JSON."""

    def __init__(self, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        named = [{"field": name, "message": message} for name, message in errors]
        self.problem = Problem(title="Refused", status=status, detail=detail, errors=named)


@dataclass
class Facade:
    """The state, and the handles a test turns."""

    tasks: dict[str, TaskDetailView] = field(default_factory=dict)
    workers: list[dict[str, Any]] = field(default_factory=list)
    #: By kind, newest first.
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    freshness: list[dict[str, Any]] = field(default_factory=list)
    capabilities: dict[str, Any] = field(default_factory=dict)
    watchlist: dict[str, Any] = field(default_factory=dict)
    trending: dict[str, Any] = field(default_factory=dict)
    ranking: dict[str, Any] = field(default_factory=dict)
    #: By name of the route.
    metrics: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    #: What happens on the first, second … connection of the stream; then the server closes it.
    scripts: deque[list[Step]] = field(default_factory=deque)
    #: Called with every new task.
    on_created: Callable[[TaskDetailView], None] = lambda task: None
    #: Tasks are counted up to this.
    most_counted: int = 10_000
    #: Called after a page of tasks was answered.
    on_listed: Callable[[], None] = lambda: None
    stream_works: bool = True
    #: So many of the next details show a state that is older than their events.
    torn_details: int = 0
    #: Every answer is 503.
    is_down: bool = False
    #: A connection without a script is open.
    idle_stream: threading.Event = field(default_factory=threading.Event)
    #: A task was looked at.
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    last_event: int = 0

    def add(self, task_type: str = "reddit_crawl", /, **fields: Any) -> TaskDetailView:
        """A task with an event `created`."""
        now = datetime.now(UTC)
        row = TASK_TYPES[task_type]
        id_ = fields.pop("id", None) or str(uuid.uuid4())
        task = TaskDetailView.model_validate(
            {
                **dict.fromkeys(TaskDetailView.model_fields),
                "id": id_, "task_type": task_type, "capability": row.capability, "params": {}, "tags": [],
                "status": "pending", "priority": 50, "priority_label": "normal", "created_by": "human:tester",
                "workspace": "default", "retry_count": 0, "attempt": 0, "max_attempts": row.retry.max_attempts,
                "retry": row.retry, "timeouts": row.timeouts, "notes": [], "attempts": [], "events": [],
                "follow_ups": [], "children": [], "unreadable": [],
                "created_at": now, "updated_at": now, "temporal_url": f"http://temporal.example/{id_}",
                "temporal_queues": {task_type: f"http://temporal.example/task-queues/{task_type}"},
                "temporal_lists": {"same type": f"http://temporal.example/?query={task_type}"}, **fields,
            }
        )  # fmt: skip
        self.tasks[str(task.id)] = task
        self.emit(task, "created")
        return self.tasks[str(task.id)]

    def emit(
        self, task: TaskDetailView, kind: str, status: str | None = None, details: Any = None, **fields: Any
    ) -> None:
        """An event, and the row as it is after it."""
        self.last_event += 1
        now = datetime.now(UTC)
        row = self.tasks[str(task.id)]
        changed = row.model_copy(update={**fields, "status": TaskStatus(status or row.status), "updated_at": now})
        event = EventView(
            id=self.last_event, task_id=task.id, type=kind, status=changed.status, round=changed.retry_count,
            attempt=changed.attempt or None, worker_id=None, actor=None, details=details, created_at=now,
        )  # fmt: skip
        self.tasks[str(task.id)] = changed.model_copy(update={"events": [*row.events, event]})

    def running(self, task: TaskDetailView) -> list[Step]:
        """An attempt begins."""
        return [
            lambda: self.emit(task, "claimed", "claimed", attempt=1, worker="mac", waiting_because=None),
            lambda: self.emit(task, "started", "running"),
        ]

    def progress(self, task: TaskDetailView, percent: float, step: str, **counters: int) -> Step:
        details = {"percent": percent, "step": step, "counters": counters}
        return lambda: self.emit(task, "progress", details=details, progress=details)

    def end(self, task: TaskDetailView, status: str, **fields: Any) -> Step:
        now = datetime.now(UTC)
        return lambda: self.emit(
            task, status, status, fields.get("error"), **{"duration_ms": 1500, "completed_at": now, **fields}
        )

    def bodies(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [each.body for each in self.asked if each.path == path and each.method == "POST"]

    def streams(self) -> list[Asked]:
        return [each for each in self.asked if each.path == "/tasks/stream"]

    def task(self, request: Request) -> TaskDetailView:
        try:
            return self.tasks[request.path_params["id"]]
        except KeyError:
            raise Refusal(404, "There is no such task.") from None
