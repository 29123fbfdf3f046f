"""The app: every router, every error, and what lives as long as the process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline

from api import errors
from api.events.hub import Hub
from api.routes import (
    auth,
    controls,
    freshness,
    health,
    records,
    task_commands,
    task_stream,
    task_types,
    tasks,
    worker_commands,
    worker_side,
    workers,
)
from api.security.known_keys import KnownKeys
from api.state import State
from contracts.settings import ServerSettings
from db.engine import make_engine, plain_url
from db.session import Database, Unavailable

PREFIX = "/api/v1"
#: Order matters once: /tasks/stream must come before /tasks/{task_id}.
ROUTERS = (
    auth,
    task_stream,
    tasks,
    task_commands,
    task_types,
    controls,
    records,
    freshness,
    workers,
    worker_commands,
    worker_side,
)

_DESCRIPTION = """
Hand work to any machine you own. Sign in with `POST /api/v1/auth/login` and send the token as
`Authorization: Bearer …`, or use an API key the same way.

Errors are RFC 9457 problem JSON: `detail` is a sentence, `errors` names the field of each mistake.
"""


def create_app(settings: ServerSettings) -> FastAPI:
    """The facade. Needs Postgres only; stateless, so run as many as you like."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        url = settings.database_url.get_secret_value()
        engine = make_engine(url, process="api", pool_size=15, ask_first=True)
        hub = Hub(engine)
        database = Database(engine)
        app.state.clawdbot = State(settings, database, hub, KnownKeys(database))
        reading = asyncio.create_task(hub.run(plain_url(url)))
        yield
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        await engine.dispose()

    # The page at /docs must draw itself without the internet.
    app = FastAPIOffline(title="ClawdBot", version="1", description=_DESCRIPTION, lifespan=lifespan)
    errors.install(app)
    app.add_exception_handler(Unavailable, _unavailable)
    app.include_router(health.router)
    for module in ROUTERS:
        app.include_router(module.router, prefix=PREFIX)
    return app


async def _unavailable(*_: object) -> JSONResponse:
    return errors.problem(503, errors.DatabaseUnavailable.__doc__ or "")
