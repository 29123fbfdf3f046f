"""The part of the facade that is looked at: task types, workers, collected rows, figures."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.task_types import TASK_TYPES, TaskType
from tests.cli.facade import Facade, Refusal


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


def routes(noted: Callable[[Any], Any]) -> list[Route]:
    """For the facade, which notes what it is asked."""
    return [
        Route("/task-types", noted(_task_types)),
        Route("/workers", noted(_workers)),
        Route("/records", noted(_record_kinds)),
        Route("/records/{kind}", noted(_records)),
        Route("/records/{kind}/export", noted(_export)),
        Route("/freshness", noted(_freshness)),
        Route("/metrics/{name}", noted(_metrics)),
        Route("/workers/{id}", noted(_worker)),
        Route("/workers/register", noted(_register), methods=["POST"]),
    ]
