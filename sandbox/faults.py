"""Misbehaviour on request: a fault is armed over the control API, then requests run into it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import spoiled
from sandbox.news.pages import WALL
from sandbox.reddit import replies as reddit
from sandbox.request_log import source_of
from sandbox.sec import replies as sec
from sandbox.spoiled import spoil
from sandbox.x import replies as x


class Fault(BaseModel):
    """What goes wrong, for which requests, and how often."""

    model_config = ConfigDict(extra="forbid")

    source: Literal["reddit", "sec", "x", "news", "openai", "anthropic", "internal"]
    kind: Literal["status", "delay", "hang", "garbage", "reset", "reply", "wall", "cut_off", "recoded", "undated"]
    #: Of kind `status`, and of kind `reply` (200 unless it is said).
    status: int | None = Field(default=None, ge=200, le=599)
    #: Of kind `reply`: what a real service answered, as it is.
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)
    #: Seconds in the Retry-After header of a 429 or 503.
    retry_after: float | None = Field(default=None, ge=0)
    #: How many requests run into it; None means until the faults are cleared.
    times: int | None = Field(default=None, ge=1)
    #: Matching requests that are let through first.
    after: int = Field(default=0, ge=0)
    #: Seconds, of kind `delay`.
    delay: float = Field(default=1, ge=0, le=600)
    path_contains: str | None = None

    @model_validator(mode="after")
    def _is_an_error(self) -> Self:
        if self.kind == "status" and (self.status or 500) < 400:
            raise ValueError("a fault of kind 'status' is an error, so its status is 400 or more")
        return self

    def concerns(self, source: str, path: str) -> bool:
        """Whether this fault is meant for requests like that."""
        return source == self.source and (self.path_contains or "") in path


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0

    def strikes(self) -> bool:
        """Count one matching request; True if it is among those that run into the fault."""
        self.seen += 1
        nth = self.seen - self.fault.after
        return nth >= 1 and (self.fault.times is None or nth <= self.fault.times)


class Faults:
    """The armed faults. A request runs into the first one that strikes."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        """Add a fault behind those already armed."""
        self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Behave again."""
        self._armed.clear()

    def strike(self, source: str, path: str) -> Fault | None:
        """The fault that the request now arriving runs into."""
        for armed in self._armed:
            if armed.fault.concerns(source, path) and armed.strikes():
                return armed.fault
        return None


class Misbehave:
    """Middleware that plays the armed faults."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer wrongly if a fault strikes, else pass the request on."""
        source = source_of(scope["path"]) if scope["type"] == "http" else None
        fault = self._faults.strike(source, scope["path"]) if source else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "delay":
            await asyncio.sleep(fault.delay)
            await self._app(scope, receive, send)
        elif fault.kind in _SPOILS:
            await spoil(self._app, _SPOILS[fault.kind], scope, receive, send)
        else:
            await _PLAYS[fault.kind](fault, scope, receive, send)


async def _status(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    error = _ERRORS.get(fault.source, _json_error)
    await error(fault.status or 500, retry_after=fault.retry_after)(scope, receive, send)


def _json_error(status: int, *, retry_after: float | None = None) -> Response:
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
    return JSONResponse({"error": {"message": HTTPStatus(status).phrase}}, status_code=status, headers=headers)


#: How the sources write their errors, where it matters.
_ERRORS: dict[str, Callable[..., Response]] = {"reddit": reddit.error, "sec": sec.error, "x": x.error}


async def _reply(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    reply = JSONResponse(fault.body, status_code=fault.status or 200, headers=fault.headers)
    await reply(scope, receive, send)


async def _garbage(_fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    reply = Response('{"kind": "Listing", "data": {"chil', media_type="application/json")
    await reply(scope, receive, send)


async def _hang(_fault: Fault, _scope: Scope, receive: Receive, _send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset(_fault: Fault, _scope: Scope, _receive: Receive, send: Send) -> None:
    # A reply that is shorter than it promised makes the server drop the connection.
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"kind":', "more_body": True})


async def _wall(_fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await RedirectResponse(f"{WALL}?back={scope['path']}", HTTPStatus.FOUND)(scope, receive, send)


_SPOILS = {"cut_off": spoiled.cut_off, "recoded": spoiled.recoded, "undated": spoiled.undated}
_PLAYS: dict[str, Callable[[Fault, Scope, Receive, Send], Awaitable[None]]] = {
    "status": _status,
    "reply": _reply,
    "garbage": _garbage,
    "hang": _hang,
    "reset": _reset,
    "wall": _wall,
}
