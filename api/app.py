"""Assembles the API: every router, every error handler, and the objects that live as long as the process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api import errors
from api.bots.wiring import make_bots
from api.events.hub import Hub
from api.meters import Metered, Meters
from api.openapi import describe
from api.root_path import RootPath
from api.routes import health
from api.routes.agent import control as agent_control
from api.routes.agent import decisions as agent_decisions
from api.routes.agent import needs as agent
from api.routes.alerts import notifications
from api.routes.alerts import rules as alerts
from api.routes.coordinator import bots as coordinator_bots
from api.routes.coordinator import sockets as coordinator_sockets
from api.routes.coordinator import tasks as coordinator_tasks
from api.routes.coordinator import workflows as coordinator_workflows
from api.routes.metrics import figures as metrics
from api.routes.metrics import overview as metrics_overview
from api.routes.metrics import prometheus
from api.routes.people import audit, auth, keys, me, my_telegram, page, sessions, users
from api.routes.plans import goals, plans
from api.routes.plans import steering as plan_steering
from api.routes.records import freshness, records, tickers
from api.routes.schedules import schedules
from api.routes.tasks import (
    approvals,
    bulk,
    failure_acts,
    failures,
    overview,
    tasks,
    templates,
)
from api.routes.tasks import (
    commands as task_commands,
)
from api.routes.tasks import (
    plain_language as intake,
)
from api.routes.tasks import (
    stream as task_stream,
)
from api.routes.tasks import (
    types as task_types,
)
from api.routes.triggers import hooks, triggers
from api.routes.workers import (
    bot_claims,
    bot_socket,
    controls,
    invitations,
    worker_side,
    workers,
)
from api.routes.workers import (
    changes as worker_changes,
)
from api.routes.workers import (
    commands as worker_commands,
)
from api.routes.workspaces import instances, workspaces
from api.security.body_limits import BodyLimits
from api.security.known_keys import KnownKeys
from api.security.known_sessions import KnownSessions
from api.security.known_users import KnownUsers
from api.security.session_cookie import SessionCookie
from api.security.unconfined import Unconfined
from api.state import State
from api.web.serve import DIST, Page
from contracts.alerts.channels import Channel
from contracts.settings import ServerSettings
from db.engine import make_engine, plain_url
from db.session import Database
from db.tasks.submission import SubmissionWriter
from runtime.process import unending
from services.alerts.core_watch import CoreWatch
from services.plans.planner import make_planner
from services.tasks.plain_language import warm_up
from services.tasks.rewording import make_rephraser

if TYPE_CHECKING:
    from services.alerts.channels.outlets import Outlets

PREFIX = "/api/v1"
#: Order matters where a word and an id compete: /tasks/stream, /tasks/claim and /tasks/pending before /tasks/{task_id},
#: and /workers/invitations before what else is below /workers.
ROUTERS = (
    auth,
    sessions,
    me,
    my_telegram,
    page,
    task_stream,
    bot_claims,
    coordinator_tasks,
    intake,
    goals,
    overview,
    bulk,
    failures,
    failure_acts,
    tasks,
    task_commands,
    approvals,
    schedules,
    triggers,
    hooks,
    templates,
    task_types,
    workspaces,
    instances,
    plans,
    plan_steering,
    controls,
    records,
    freshness,
    tickers,
    agent,
    agent_control,
    agent_decisions,
    metrics,
    metrics_overview,
    alerts,
    notifications,
    invitations,
    workers,
    worker_changes,
    worker_commands,
    worker_side,
    users,
    keys,
    audit,
    bot_socket,
    coordinator_bots,
    coordinator_workflows,
    coordinator_sockets,
)

_DESCRIPTION = """
Hand work to any machine you own. Sign in with `POST /api/v1/auth/login` and send the token as
`Authorization: Bearer …`, or use an API key the same way. Pages of this address sign in with `POST /api/v1/session`
and send the cookie; a read that a person asked for with a click also brings the header `X-Person-Acts: 1`, because
only what people do keeps them signed in.

Bots in any language take tasks with `POST /api/v1/tasks/claim`, or over the WebSocket `/api/v1/ws/control`:
docs/bots.md.

Errors are RFC 9457 problem JSON: `detail` is a sentence, `errors` names each field, `see` what to ask next.
"""


def create_app(settings: ServerSettings, dist: Path = DIST) -> FastAPI:
    """The facade, and the dashboard as it lies in ``dist``. Needs Postgres, and for bots the gateway; stateless, so run
    as many as you like.
    """

    meters = Meters()
    channels = settings.read_channels()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        url = settings.database_url.get_secret_value()
        engine = make_engine(url, process="api", pool_size=8, ask_first=True)
        hub = Hub()
        meters.count_streams(lambda: hub.listeners)
        database, submissions = Database(engine), SubmissionWriter(url, process="api-submissions")
        bots = make_bots(settings, database)
        known_keys = KnownKeys(database)
        known_sessions = KnownSessions(database, settings.session_idle)
        rephraser, planner = make_rephraser(settings), make_planner(settings)
        app.state.clawdbot = State(
            settings,
            database,
            submissions,
            hub,
            known_keys,
            KnownUsers(database),
            known_sessions,
            SessionCookie.of(settings),
            bots,
            channels,
            rephraser=rephraser,
            planner=planner,
        )
        core_watch = CoreWatch(engine, channels, lambda: _outlets(settings, channels))
        beside = {
            "nobody sees whether core is there": core_watch.run,
            "events reach nobody": lambda: hub.run(plain_url(url)),
            "the use of keys is not written down": known_keys.run,
            "what people do does not keep them signed in": known_sessions.run,
        }
        running = [asyncio.create_task(unending(part, what)) for what, part in beside.items()]
        running.append(asyncio.create_task(asyncio.to_thread(warm_up, settings.listed_companies)))
        asked = [each.warm_up for each in (rephraser, planner) if each]
        running += [asyncio.create_task(asyncio.to_thread(warm_up_model)) for warm_up_model in asked]
        yield
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await bots.close()
        await submissions.close()
        await engine.dispose()

    # The page at /docs must draw itself without the internet.
    # An address with a slash too many is another address: a redirect would lose the body of a POST on its way.
    app = FastAPIOffline(
        title="ClawdBot", version="1", description=_DESCRIPTION, lifespan=lifespan, redirect_slashes=False
    )
    # The one that is added last is asked first.
    app.add_middleware(BodyLimits)
    app.add_middleware(Unconfined)
    app.add_middleware(Metered, meters=meters)
    app.add_middleware(RootPath, prefix=settings.api_root_path)
    errors.install(app)
    # Behind all others it took a third of a submission's time to find it (benchmarks/README.md).
    app.include_router(tasks.submissions, prefix=PREFIX)
    app.include_router(health.router)
    app.include_router(prometheus.router_of(meters))
    for module in ROUTERS:
        app.include_router(module.router, prefix=PREFIX)
    describe(app)
    app.router.default = Page(app.router.default, dist)
    return app


def _outlets(settings: ServerSettings, channels: Mapping[str, Channel]) -> "Outlets":
    # Its libraries take memory that most processes never need.
    from services.alerts.channels.outlets import make_outlets

    return make_outlets(settings, channels)
