"""What every request may use, made once in the lifespan of the app."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.events.hub import Hub
from api.security.known_keys import KnownKeys
from api.security.known_users import KnownUsers
from contracts.settings import ServerSettings
from db.session import Database


@dataclass
class State:
    settings: ServerSettings
    database: Database
    hub: Hub
    keys: KnownKeys
    users: KnownUsers


def state_of(request: Request) -> State:
    return cast(State, request.app.state.clawdbot)


Services = Annotated[State, Depends(state_of)]
