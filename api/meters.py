"""Counts requests for Prometheus: by route, never by address or caller, so that the series stay few."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Stands for addresses that lead nowhere, and methods that somebody made up.
_OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meters:
    """One set per app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ["method", "route"]
        self._requests = Counter(
            "clawdbot_api_requests", "Requests that were answered", [*labels, "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "clawdbot_api_request_seconds",
            "Time until an answer began",
            labels,
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._streams = Gauge("clawdbot_api_event_streams", "Event streams that are open", registry=self.registry)

    def count_streams(self, how_many: Callable[[], int]) -> None:
        """Ask this whenever Prometheus asks."""
        self._streams.set_function(how_many)

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = _template(scope)
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class Metered:
    """ASGI middleware: notes every answer when it begins, so that an event stream counts like any other."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._meters.answered(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, noted)


def _template(scope: Scope) -> str:
    """The route as it is written in the code, e.g. ``/api/v1/tasks/{task_id}``."""
    return getattr(scope.get("route"), "path", None) or _OTHER
