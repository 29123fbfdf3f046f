"""Limits the size of request bodies, before they are parsed."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def announced(scope: Scope) -> int | None:
    """Bytes of the body, 0 if there is none; None: that shows only when it has ended."""
    size: int | None = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            size = int(value) if value.isdigit() else None
    return size


def at_most(receive: Receive, most: int, refusal: Callable[[], HTTPException]) -> Receive:
    """The body up to so many bytes, then the refusal: one that frameworks let through and answer."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise refusal()
        return message

    return counted


def too_large(most: int) -> str:
    """The sentence of a 413."""
    return f"A body may have {most} bytes here at most. Send less at once."


class LimitBodies:
    """ASGI middleware: the same limit for everybody."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough; answer 413 at once, or as soon as it shows."""
        if scope["type"] == "http":
            size = announced(scope)
            if size is None:
                receive = at_most(receive, self._most, self._refusal)
            elif size > self._most:
                refusal = self._refusal()
                body = {"title": "Content Too Large", "status": refusal.status_code, "detail": refusal.detail}
                answer = JSONResponse(body, refusal.status_code, media_type="application/problem+json")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self) -> HTTPException:
        return HTTPException(413, too_large(self._most))
