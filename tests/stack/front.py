"""What may stand between a worker and the API: the same API, with a bootstrap answer that a test changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import serving
from tests.support import plain_http


class Front:
    """Passes on what a worker asks the API; ``changes`` are put into what it is told about itself."""

    def __init__(self, api_url: str) -> None:
        self.changes: dict[str, Any] = {}
        self.asked = 0
        self._api_url = api_url
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        body = await request.body()
        async with httpx.AsyncClient(
            verify=plain_http.NO_TLS, base_url=self._api_url, trust_env=False, timeout=30
        ) as http:
            answer = await http.request(request.method, request.url.path, content=body, headers=headers)
        if request.url.path == "/api/v1/worker/bootstrap" and answer.status_code == 200:
            self.asked += 1
            answer = httpx.Response(200, json={**answer.json(), **self.changes})
        return Response(answer.content, answer.status_code, media_type="application/json")


@contextmanager
def front_of(api_url: str) -> Iterator[tuple[str, Front]]:
    """(address, front)."""
    front = Front(api_url)
    with serving(front.app) as url:
        yield url, front
