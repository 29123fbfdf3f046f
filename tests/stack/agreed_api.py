"""The API of the running stack with routes before it that answer as agreed: for what belongs to other parts of it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.serving import serving

_HOP = {"content-length", "transfer-encoding", "connection", "host"}


@dataclass
class Front:
    """``answers``: (method, path) -> (status, body). Everything else goes to the real API."""

    behind: str
    url: str = ""
    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)

    def offer(self, method: str, path: str, body: Any, status: int = 200) -> None:
        self.answers[method, f"/api/v1{path}"] = status, body

    def take_away(self, method: str, path: str) -> None:
        """As an API answers that has no such route."""
        sentence = f"There is nothing at /api/v1{path}. The API is described at /docs."
        self.offer(method, path, {"title": "Not Found", "status": 404, "detail": sentence}, 404)

    def bodies(self, path: str) -> list[Any]:
        return [body for asked, body, _ in self.asked if asked == f"/api/v1{path}"]

    async def answer(self, request: Request) -> Response:
        content = await request.body()
        path = request.url.path
        if found := self.answers.get((request.method, path)):
            self.asked.append((path, await request.json() if content else None, dict(request.headers)))
            return JSONResponse(found[1], found[0])
        headers = {name: value for name, value in request.headers.items() if name not in _HOP}
        async with httpx.AsyncClient(base_url=self.behind, trust_env=False, timeout=30) as http:
            url = f"{path}?{request.url.query}" if request.url.query else path
            reply = await http.request(request.method, url, content=content, headers=headers)
        return Response(reply.content, reply.status_code, media_type=reply.headers.get("content-type"))


@contextlib.contextmanager
def running_front(behind: str) -> Iterator[Front]:
    front = Front(behind)
    route = Route("/{path:path}", front.answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    with serving(Starlette(routes=[route])) as url:
        front.url = url
        yield front
