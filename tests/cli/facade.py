"""A facade for the tests of the CLI: speaks the API over HTTP, keeps its state in memory, does no work.

A test says what happens while a task is watched by giving a script to each connection of the live stream.
"""

import asyncio
import json
import threading
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from contracts.priority import label_of, parse_priority
from contracts.statuses import TERMINAL, TaskStatus
from contracts.task_types import TASK_TYPES, InvalidTaskParams, TaskType, UnknownTaskType, parse_params
from contracts.views import EventView, Problem, TaskDetailView
from tests.cli import said, steered, watched

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
                "instance": "default", "retry_count": 0, "attempt": 0, "max_attempts": row.retry.max_attempts,
                "retry": row.retry, "timeouts": row.timeouts, "notes": [], "attempts": [], "events": [],
                "follow_ups": [], "children": [],
                "created_at": now, "updated_at": now, "temporal_url": f"http://temporal.example/{id_}", **fields,
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


def make_app(facade: Facade) -> Starlette:
    """The routes; every answer is checked against nothing, as the CLI must cope with what it gets."""
    routes = [
        Route("/tasks", _noted(facade, _create), methods=["POST"]),
        Route("/tasks", _noted(facade, _list)),
        Route("/tasks/batch", _noted(facade, _create_batch), methods=["POST"]),
        Route("/tasks/parse", _noted(facade, lambda _, __, body: said.parsed(body)), methods=["POST"]),
        Route("/tasks/stream", _noted(facade, _stream)),
        Route("/tasks/{id}", _noted(facade, _show), methods=["GET"]),
        Route("/tasks/{id}", _noted(facade, _delete), methods=["DELETE"]),
        Route("/tasks/{id}/events", _noted(facade, _events)),
        Route("/tasks/{id}/{verb}", _noted(facade, _steer), methods=["POST"]),
        Route("/task-types", _noted(facade, _task_types)),
        Route("/workers", _noted(facade, _workers)),
        Route("/records", _noted(facade, _record_kinds)),
        Route("/records/{kind}", _noted(facade, _records)),
        Route("/records/{kind}/export", _noted(facade, _export)),
        Route("/freshness", _noted(facade, _freshness)),
        Route("/metrics/{name}", _noted(facade, _metrics)),
        Route("/workers/{id}", _noted(facade, _worker)),
        Route("/workers/register", _noted(facade, _register), methods=["POST"]),
        *steered.routes(lambda handler: _noted(facade, handler)),
        *watched.routes(lambda handler: _noted(facade, handler)),
    ]
    return Starlette(routes=[Mount("/api/v1", routes=routes)])


Handler = Callable[[Facade, Request, Any], Any]


def _noted(facade: Facade, handler: Handler) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        raw = await request.body()
        is_json = request.headers.get("Content-Type") == "application/json"
        body = (json.loads(raw) if is_json else raw) if raw else None
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        path = request.url.path.removeprefix("/api/v1")
        facade.asked.append(Asked(request.method, path, query, body, dict(request.headers)))
        try:
            if facade.is_down:
                raise Refusal(503, "The database does not answer right now.")
            if request.headers.get("Authorization") != f"Bearer {KEY}":
                raise Refusal(401, "Sign in first.")
            answer = handler(facade, request, body)
        except Refusal as refusal:
            problem = refusal.problem
            return JSONResponse(problem.model_dump(), problem.status, media_type="application/problem+json")
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return handle


def _create(facade: Facade, _: Request, body: Any) -> Response:
    task = _submit(facade, body)
    created = {"id": str(task.id), "status": task.status, "created_at": task.created_at.isoformat()}
    return JSONResponse(created, 201)


def _create_batch(facade: Facade, _: Request, body: Any) -> Response:
    if "template" in body:
        template = body["template"]
        bodies = [{**template, "params": {**template["params"], "ticker": each}} for each in body["tickers"]]
    else:
        bodies = body["tasks"]
    ids = [str(_submit(facade, each).id) for each in bodies]
    return JSONResponse({"created": len(ids), "task_ids": ids}, 201)


def _submit(facade: Facade, body: Any) -> TaskDetailView:
    try:
        params = parse_params(body["task_type"], body["params"])
    except UnknownTaskType as error:
        raise Refusal(422, str(error), [("task_type", str(error))]) from None
    except InvalidTaskParams as error:
        raise Refusal(422, "The params do not fit.", error.errors) from None
    stored = params.model_dump(mode="json", by_alias=True)
    task = facade.add(
        body["task_type"], params=stored, ticker=stored.get("ticker"), tags=body.get("tags", []),
        priority=body.get("priority", 50), run_at=body.get("run_at"),
    )  # fmt: skip
    facade.on_created(task)
    return task


def _list(facade: Facade, request: Request, _: Any) -> Any:
    query = request.query_params
    found = [task for task in facade.tasks.values() if _matches(task, request)]
    found.sort(key=lambda task: task.created_at, reverse=True)
    page, limit = int(query.get("page", 1)), int(query.get("limit", 20))
    shown = found[(page - 1) * limit : page * limit]
    return {
        "tasks": [task.model_dump(mode="json") for task in shown],
        "total": len(found), "total_capped": False, "page": page, "pages": -(-len(found) // limit),
    }  # fmt: skip


def _matches(task: TaskDetailView, request: Request) -> bool:
    query = request.query_params
    statuses = query.getlist("status")
    return (
        str(task.id).startswith(query.get("id_prefix", ""))
        and (not statuses or task.status in statuses)
        and query.get("ticker") in (None, task.ticker)
    )


def _show(facade: Facade, request: Request, _: Any) -> Any:
    task = facade.task(request)
    facade.shown.set()
    if facade.torn_details:
        facade.torn_details -= 1
        task = task.model_copy(update={"status": TaskStatus.CLAIMED})
    return task.model_dump(mode="json")


def _delete(facade: Facade, request: Request, _: Any) -> Response:
    task = facade.task(request)
    if task.status not in TERMINAL:
        raise Refusal(409, f"This task is {task.status}. Cancel it before you delete it.")
    del facade.tasks[str(task.id)]
    return Response(status_code=204)


def _events(facade: Facade, request: Request, _: Any) -> Any:
    after, limit = int(request.query_params["after"]), int(request.query_params["limit"])
    events = [each for each in facade.task(request).events if each.id > after][:limit]
    if not facade.stream_works:
        _play(facade)
    return {"events": [each.model_dump(mode="json") for each in events]}


def _play(facade: Facade) -> None:
    """Without a stream, things happen between two questions."""
    for step in facade.scripts.popleft() if facade.scripts else ():
        step()


def _steer(facade: Facade, request: Request, body: Any) -> Any:
    task = facade.task(request)
    match request.path_params["verb"]:
        case "cancel":
            return _cancel(facade, task)
        case "retry":
            facade.emit(task, "retried", "pending", retry_count=task.retry_count + 1)
            return {"id": str(task.id), "status": "pending", "retry_count": task.retry_count + 1}
        case "reprioritise":
            number = parse_priority(body["priority"])
            assert isinstance(number, int)
            return {"id": str(task.id), "priority": number, "priority_label": label_of(number)}
        case "notes":
            note = {"author": "human:tester", "text": body["text"], "created_at": datetime.now(UTC).isoformat()}
            return JSONResponse(note, 201)
    raise Refusal(404, "There is nothing here.")


def _cancel(facade: Facade, task: TaskDetailView) -> Any:
    if task.status is TaskStatus.SUCCEEDED:
        raise Refusal(409, "This task has already succeeded; there is nothing to cancel.")
    at_once = task.status is not TaskStatus.RUNNING
    if at_once:
        facade.end(task, "cancelled")()
    return {"id": str(task.id), "cancelled": at_once, "status": facade.tasks[str(task.id)].status}


def _task_types(facade: Facade, _: Request, __: Any) -> Any:
    return {"task_types": [_task_type(row) for row in TASK_TYPES.values()]}


def _task_type(row: TaskType) -> dict[str, Any]:
    return {
        "name": row.name, "summary": row.summary, "capability": row.capability, "workers_online": 1,
        "implemented": row.handler is not None, "params_schema": row.params.model_json_schema(by_alias=True),
        "retry": row.retry.model_dump(), "timeouts": row.timeouts.model_dump(),
    }  # fmt: skip


def _workers(facade: Facade, _: Request, __: Any) -> Any:
    return {"workers": facade.workers}


def _worker(facade: Facade, request: Request, _: Any) -> Any:
    return next(each for each in facade.workers if each["id"] == request.path_params["id"])


def _record_kinds(facade: Facade, _: Request, __: Any) -> Any:
    counted = [{"kind": kind, "rows": len(rows), "estimated": False} for kind, rows in facade.records.items()]
    return {"kinds": [{**each, "time": "created_utc"} for each in counted]}


def _records(facade: Facade, request: Request, _: Any) -> Any:
    kind, query = request.path_params["kind"], request.query_params
    if query.get("after") == "nonsense":
        raise Refusal(422, f"This is no position in {kind}.", [("after", "is not a cursor of this list")])
    start, limit = int(query.get("after", 0)), int(query["limit"])
    rows = [row for row in facade.records.get(kind, []) if query.get("ticker") in (None, row["ticker"])]
    following = str(start + limit) if start + limit < len(rows) else None
    return {"kind": kind, "records": rows[start : start + limit], "next": following}


def _export(facade: Facade, request: Request, _: Any) -> Response:
    if request.path_params["kind"] == "web_snapshots":
        raise Refusal(422, "Rows of web_snapshots have no ticker; leave this filter out.")
    rows = facade.records.get(request.path_params["kind"], [])
    return Response("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _metrics(facade: Facade, request: Request, _: Any) -> Any:
    return facade.metrics[request.path_params["name"]]


def _freshness(facade: Facade, request: Request, _: Any) -> Any:
    query = request.query_params
    rows = [row for row in facade.freshness if query.get("ticker") in (None, row["ticker"])]
    return {"freshness": rows, "next": None}


def _register(facade: Facade, _: Request, body: Any) -> Response:
    if body["name"] == "taken":
        raise Refusal(409, "There is a worker called 'taken' already. Choose another name.")
    if body["name"] == "forbidden":
        raise Refusal(403, "Your role does not allow this.")
    answer = {"id": str(uuid.uuid4()), "name": body["name"], "capabilities": body["capabilities"]}
    made = {"max_concurrency": body["max_concurrency"], "key_expires_at": None, "api_key": "the-key-of-the-worker"}
    return JSONResponse({**answer, **made}, 201)


def _stream(facade: Facade, request: Request, _: Any) -> Response:
    if not facade.stream_works:
        raise Refusal(404, "There is nothing here.")
    wanted = request.query_params.getlist("task_id")
    after = request.headers.get("Last-Event-ID")
    position = int(after) if after else facade.last_event
    return StreamingResponse(_live(facade, wanted, position), media_type="text/event-stream")


async def _live(facade: Facade, wanted: list[str], position: int) -> AsyncIterator[str]:
    yield f": connected\r\nid: {position}\r\n\r\n"
    script = facade.scripts.popleft() if facade.scripts else None
    for step in (lambda: None, *(script or ())):
        step()
        for event in _events_after(facade, wanted, position):
            position = event.id
            # As the real one: not escaped, so the text may hold every kind of line separator.
            data = event.model_dump_json()
            yield f"id: {event.id}\r\nevent: task\r\ndata: {data}\r\n\r\n"
        if facade.tasks and step is RESYNC:
            yield 'event: resync\r\ndata: {"detail": "You missed events."}\r\n\r\n'
            position = facade.last_event
        if step is PING:
            facade.shown.clear()
            yield ": ping\r\n\r\n"
            await facade.shown.wait()
    if script is None:
        facade.idle_stream.set()
        await asyncio.Event().wait()


def RESYNC() -> None:
    """A step: the server has dropped events and says so."""


def PING() -> None:
    """A step: a sign of life; the next one follows when the client has looked at a task."""


def _events_after(facade: Facade, wanted: list[str], position: int) -> list[EventView]:
    events = [each for task in facade.tasks.values() for each in task.events]
    return sorted(
        (each for each in events if each.id > position and (not wanted or str(each.task_id) in wanted)),
        key=lambda each: each.id,
    )
