"""Limits request bodies by caller before they are read: FastAPI parses a body before it authenticates."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem
from api.security.principal import NotOurPage, principal_of
from api.state import state_of
from contracts.triggers.requests import MOST_BYTES
from db.session import Unavailable
from runtime.body_limits import announced, at_most, too_large
from services.errors import DatabaseUnavailable, NotSignedIn

#: From callers who are not signed in. Nothing that needs no sign-in is a hundredth of it.
STRANGERS_BYTES = 64 * 1024
#: What is posted where signing in does not help.
_OPEN = frozenset({"/api/v1/auth/login", "/api/v1/session", "/api/v1/workers/join"})
#: What is posted there is signed, and not by somebody who is signed in.
_HOOKS = "/api/v1/hooks/"


class BodyLimits:
    """ASGI middleware. A small body costs nothing; for any other, the credentials are looked at before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = announced(scope) if scope["type"] == "http" else 0
        if size is not None and size <= STRANGERS_BYTES:
            await self._app(scope, receive, send)
            return
        if _path(scope).startswith(_HOOKS):
            # The route itself refuses what is announced as too large: it writes that down.
            refusal = HTTPException(413, too_large(MOST_BYTES))
            await self._app(scope, at_most(receive, MOST_BYTES, lambda: refusal), send)
            return
        try:
            most, refusal = await _allowed(HTTPConnection(scope))
        except Unavailable:
            # Whatever it is, it needs the database, and would only wait for it once more.
            await problem(503, DatabaseUnavailable.__doc__ or "")(scope, receive, send)
            return
        if size is not None and size > most:
            await problem(refusal.status_code, refusal.detail)(scope, receive, send)
            return
        await self._app(scope, at_most(receive, most, lambda: refusal), send)


async def _allowed(caller: HTTPConnection) -> tuple[int, HTTPException]:
    """How many bytes this caller may send, and what to say to more."""
    most = state_of(caller).settings.api_body_bytes
    try:
        await principal_of(caller)
    except NotSignedIn as error:
        most = STRANGERS_BYTES
        if caller.scope["method"] != "POST" or _path(caller.scope) not in _OPEN:
            return most, HTTPException(error.status, error.detail)
    except NotOurPage as error:
        return 0, HTTPException(error.status, error.detail)
    return most, HTTPException(413, too_large(most))


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))
