"""The routes of the facade: what the CLI asks is noted, and answered from the facade's state."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from contracts.task_types import InvalidTaskParams, UnknownTaskType, parse_params
from contracts.tasks.priority import label_of, parse_priority
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.views import TaskDetailView
from tests.cli import looked_at, said, steered, streamed, watched
from tests.cli.facade import KEY, Asked, Facade, Refusal


def make_app(facade: Facade) -> Starlette:
    """The routes; every answer is checked against nothing, as the CLI must cope with what it gets."""
    routes = [
        Route("/tasks", _noted(facade, _create), methods=["POST"]),
        Route("/tasks", _noted(facade, _list)),
        Route("/tasks/batch", _noted(facade, _create_batch), methods=["POST"]),
        Route("/tasks/parse", _noted(facade, lambda _, __, body: said.parsed(body)), methods=["POST"]),
        *streamed.routes(lambda handler: _noted(facade, handler)),
        Route("/tasks/{id}", _noted(facade, _show), methods=["GET"]),
        Route("/tasks/{id}", _noted(facade, _delete), methods=["DELETE"]),
        Route("/tasks/{id}/events", _noted(facade, _events)),
        Route("/tasks/{id}/{verb}", _noted(facade, _steer), methods=["POST"]),
        *looked_at.routes(lambda handler: _noted(facade, handler)),
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
    total = min(len(found), facade.most_counted)
    answer = {
        "tasks": [task.model_dump(mode="json") for task in shown],
        "total": total, "total_capped": len(found) > total, "page": page, "pages": -(-total // limit),
    }  # fmt: skip
    facade.on_listed()
    return answer


def _matches(task: TaskDetailView, request: Request) -> bool:
    query = request.query_params
    statuses = query.getlist("status")
    return (
        str(task.id).startswith(query.get("id_prefix", ""))
        and (not statuses or task.status in statuses)
        and query.get("ticker") in (None, task.ticker)
        and ("created_before" not in query or task.created_at < datetime.fromisoformat(query["created_before"]))
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
