"""A tiny HTTP endpoint for processes that serve no HTTP themselves: /healthz and /readyz."""

import asyncio
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Checks = Callable[[], Awaitable[dict[str, bool]]]


async def serve_health(port: int, checks: Checks) -> None:
    """Serve until cancelled. ``checks`` names what must be true to be ready; port 0 serves nothing."""
    if port == 0:
        await asyncio.Event().wait()

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> JSONResponse:
        found = await checks()
        return JSONResponse(
            {"ready": all(found.values()), "checks": found}, status_code=200 if all(found.values()) else 503
        )

    app = Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)])
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    # The process that hosts us handles the signals.
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    await server.serve()
