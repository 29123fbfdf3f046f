"""A tiny HTTP endpoint for processes that serve no HTTP themselves: /healthz, /readyz, and /metrics for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtime.bounded_http import Bounds, bounded
from runtime.http_server import GuestServer

Checks = Callable[[], Awaitable[dict[str, bool]]]
#: What calls here is small: probes, Prometheus, and deliveries of Telegram.
_BOUNDS = Bounds(head_bytes=16 * 1024, body_seconds=10, waiting=128)


async def serve_health(
    host: str,
    port: int,
    checks: Checks,
    metrics: CollectorRegistry | None = None,
    routes: Sequence[Route] = (),
    bounds: Bounds | None = None,
) -> None:
    """Serve until cancelled. ``checks`` names what must be true to be ready; port 0 serves nothing.

    ``routes``: what else is served at this port.
    """
    if port == 0:
        await asyncio.Event().wait()

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> JSONResponse:
        found = await checks()
        ready = all(found.values())
        return JSONResponse({"ready": ready, "checks": found}, status_code=200 if ready else 503)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), *routes]
    if metrics is not None:
        own.append(Route("/metrics", exposition(metrics)))
    app = Starlette(routes=own)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=bounded(bounds or _BOUNDS),
        log_level="warning",
        access_log=False,
        lifespan="off",
    )
    server = GuestServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.end()
        await serving
        raise


def exposition(registry: CollectorRegistry) -> Callable[[Request], Response]:
    def expose(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), media_type=content_type)

    return expose
