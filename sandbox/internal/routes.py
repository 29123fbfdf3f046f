"""The internal API under `/internal`.

Any path takes JSON and answers with the number of its effect. Four paths are peculiar: `/moved` redirects, `/echo`
gives back what it got, the token included, `/silent` has nothing to say (204), and `/slow` acts at once but answers
only after `payload["seconds"]`.
"""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.internal.effects import Effect, Effects
from sandbox.refusal import mark_authorized

#: The token that is not accepted.
REFUSED = "refused"
_METHODS = ["POST", "PUT", "PATCH", "DELETE"]


class InternalRoutes:
    """One sandbox's internal API."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [
            Route("/internal/_seen", self.seen, methods=["GET"]),
            Route("/internal/{path:path}", self.update, methods=_METHODS),
        ]

    async def seen(self, _request: Request) -> Response:
        """Every effect so far, each once."""
        return JSONResponse({"effects": self._effects.listed()})

    async def update(self, request: Request) -> Response:
        """Take effect, once per Idempotency-Key: the same call with the same key gets the same answer."""
        if request.headers.get("authorization") == f"Bearer {REFUSED}":
            return _error(401, "The token is not accepted.")
        mark_authorized(request)
        path = f"/{request.path_params['path']}"
        if path == "/moved":
            return RedirectResponse("/internal/elsewhere", status_code=307)
        try:
            payload = await request.json()
        except json.JSONDecodeError:
            return _error(400, "The body is no JSON.")
        number = self._effects.take(Effect(request.headers.get("idempotency-key"), request.method, path, payload))
        if number is None:
            return _error(422, "This Idempotency-Key was sent with another call before.")
        if path == "/slow":
            await asyncio.sleep(payload["seconds"])
        if path == "/silent":
            return Response(status_code=204)
        if path == "/echo":
            return JSONResponse({"payload": payload, "headers": dict(request.headers)})
        return JSONResponse({"effect": number}, status_code=201 if request.method == "POST" else 200)


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": {"message": text}}, status_code=status)
