"""Routes that read no more of a request than its kind needs: what is larger is refused before it fills the memory."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

#: Of one request. Workers send far less at once: see `workers.capability.records`.
MOST_BYTES = 16 * 1024 * 1024
_TOO_LARGE = f"The request is larger than {MOST_BYTES // 1024 // 1024} MiB. Send less at once."


class BoundedRoute(APIRoute):
    """Give it to a router as its ``route_class``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            said = request.headers.get("Content-Length", "")
            if said.isdecimal() and int(said[:20]) > MOST_BYTES:
                raise HTTPException(413, _TOO_LARGE)
            return await handle(Request(request.scope, _counted(request.receive)))

        return bounded


def _counted(receive: Receive) -> Receive:
    """The same, until it is too much; who sends in chunks does not say beforehand how much that will be."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return counted
