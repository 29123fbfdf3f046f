"""Objects that every request may use, made once in the lifespan of the app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.bots.wiring import Bots
from api.events.hub import Hub
from api.security.known_keys import KnownKeys
from api.security.known_sessions import KnownSessions
from api.security.known_users import KnownUsers
from api.security.session_cookie import SessionCookie
from contracts.alerts.channels import Channel
from contracts.settings import ServerSettings
from db.session import Database
from db.tasks.submission import SubmissionWriter
from services.agent.symbol_scan import Scans
from services.plans.planner import Planner
from services.tasks.rewording import Rephraser


@dataclass
class State:
    settings: ServerSettings
    database: Database
    submissions: SubmissionWriter
    hub: Hub
    keys: KnownKeys
    users: KnownUsers
    sessions: KnownSessions
    cookie: SessionCookie
    bots: Bots
    #: By name. Only names, services and quiet hours may be told.
    channels: Mapping[str, Channel] = field(default_factory=dict)
    scans: Scans = field(default_factory=Scans)
    #: None: no model is asked about sentences.
    rephraser: Rephraser | None = None
    #: None: no model is asked about goals.
    planner: Planner | None = None


def state_of(connection: HTTPConnection) -> State:
    """The state, for a request or for a WebSocket."""
    return cast(State, connection.app.state.clawdbot)


async def _services(connection: HTTPConnection) -> State:
    # FastAPI calls a plain function in a thread: that was half of what the API did for a submission.
    return state_of(connection)


Services = Annotated[State, Depends(_services)]
