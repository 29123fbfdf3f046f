"""The part of the facade that is paused, resumed and capped."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

AT = "2026-03-01T08:00:00Z"
ME = "human:tester"


def capability(name: str, **fields: Any) -> dict[str, Any]:
    """As GET /capabilities shows it."""
    return {
        "capability": name, "state": "running", "paused": None, "rate": None, "circuit": None, "backlog": 0,
        "backlog_capped": False, "in_work": 0, "oldest_waiting_at": None, "workers_online": 1, "workers_held": 0,
        **fields,
    }  # fmt: skip


def pause(reason: str) -> dict[str, Any]:
    return {"by": ME, "reason": reason, "at": AT}


def _steer_everything(_: Any, request: Request, body: Any) -> Response:
    is_paused = request.url.path.endswith("/pause")
    return JSONResponse({"paused": pause(body["reason"]) if is_paused else None})


def _steer_capability(_: Any, request: Request, body: Any) -> Response:
    name = request.path_params["capability"]
    match request.path_params["verb"]:
        case "pause":
            return JSONResponse(capability(name, state="paused", paused=pause(body["reason"])))
        case "rate" if body["per_second"] is not None:
            return JSONResponse(capability(name, rate={"per_second": body["per_second"], "by": ME, "at": AT}))
    return JSONResponse(capability(name))


def _steer_worker(_: Any, request: Request, body: Any) -> Response:
    held = {"pause": "paused", "drain": "draining", "resume": None}[request.path_params["verb"]]
    return JSONResponse({"id": request.path_params["id"], "name": "mac", "held": held})


def routes(noted: Callable[[Any], Any]) -> list[Route]:
    """For the facade, which notes what it is asked."""
    return [
        Route("/capabilities", noted(lambda facade, *_: facade.capabilities)),
        Route("/pause", noted(_steer_everything), methods=["POST"]),
        Route("/resume", noted(_steer_everything), methods=["POST"]),
        Route("/capabilities/{capability}/{verb}", noted(_steer_capability), methods=["POST"]),
        Route("/workers/{id}/{verb}", noted(_steer_worker), methods=["POST"]),
    ]
