"""The last requests each source received, so that a person or a test can see what a client really sent."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Older requests are forgotten.
KEPT = 10_000


#: First part of a path -> the source that serves it. What has no part of its own is Reddit's.
PREFIXES = {
    "sec": "sec",
    "x": "x",
    "news": "news",
    # Where every site has it. Of the sandbox's sources, only the news are read by its rules.
    "robots.txt": "news",
    "openai": "openai",
    "anthropic": "anthropic",
    "internal": "internal",
}


def source_of(path: str) -> str | None:
    """The source that serves `path`; None for the sandbox's own paths."""
    first = path.split("/")[1]
    if first in ("_control", "healthz"):
        return None
    return PREFIXES.get(first, "reddit")


@dataclass
class LoggedRequest:
    """One request. `status` stays None if it was never answered."""

    source: str
    method: str
    path: str
    query: dict[str, str]
    user_agent: str
    at: str
    authorized: bool = False
    status: int | None = None


class RequestLog:
    """A bounded list of requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=KEPT)

    def begin(self, scope: Scope, source: str) -> LoggedRequest:
        """Note that a request arrived. Credentials are left out on purpose."""
        entry = LoggedRequest(
            source=source,
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
            user_agent=Headers(scope=scope).get("user-agent", ""),
            at=datetime.now(UTC).isoformat(),
        )
        self._requests.append(entry)
        return entry

    def listed(self, source: str | None = None) -> list[dict[str, Any]]:
        """The requests to one source, or to all."""
        return [asdict(entry) for entry in self._requests if source in (None, entry.source)]

    def clear(self) -> None:
        """Forget all of them."""
        self._requests.clear()


class LogRequests:
    """Middleware that writes the log."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it was answered."""
        source = source_of(scope["path"]) if scope["type"] == "http" else None
        if source is None:
            await self._app(scope, receive, send)
            return
        entry = self._log.begin(scope, source)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                entry.authorized = scope.get("sandbox.authorized", False)
            await send(message)

        await self._app(scope, receive, noting)
