"""Turns the credentials of a request into a principal, and routes into rights (see docs/security.md)."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from api.errors import NotAllowed, NotSignedIn
from api.security.tokens import TokenInvalid, read
from api.state import State, state_of
from db.keys import KeyKind, KeyOwner

_KEY_PREFIX = "cwb_"


class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"
    AGENT = "agent"
    WORKER = "worker"


@dataclass(frozen=True)
class Principal:
    """Whoever is calling."""

    role: Role
    name: str
    worker_id: uuid.UUID | None = None

    @property
    def label(self) -> str:
        """How it signs what it creates: ``human:anna``, ``agent:scheduler``, ``worker:mac``."""
        prefix = {Role.AGENT: "agent", Role.WORKER: "worker"}.get(self.role, "human")
        return f"{prefix}:{self.name}"


# These two only describe themselves: they put "Authorize" on the page at /docs. What counts is read below.
_BEARER = HTTPBearer(auto_error=False, description="A token from POST /api/v1/auth/login, or an API key")
_WORKER_KEY = APIKeyHeader(name="X-Worker-Key", auto_error=False, description="The key of a worker")


async def current_principal(
    request: Request,
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
    _worker_key: Annotated[str | None, Security(_WORKER_KEY)] = None,
) -> Principal:
    """The caller.

    Raises:
        NotSignedIn: no credentials, or none that are valid.
    """
    state = state_of(request)
    credential = credential_of(request)
    if not credential:
        raise NotSignedIn
    if credential.startswith(_KEY_PREFIX):
        return await _by_key(state, credential)
    try:
        name, role = read(state.settings.jwt_secret.get_secret_value(), credential)
        return Principal(Role(role), name)
    except TokenInvalid as error:
        raise NotSignedIn(str(error)) from None
    except ValueError:
        raise NotSignedIn(TokenInvalid.__doc__) from None


def credential_of(connection: HTTPConnection) -> str:
    """The key or token that a request (or the first request of a WebSocket) brings; empty if it brings none."""
    scheme, _, bearer = connection.headers.get("Authorization", "").partition(" ")
    return connection.headers.get("X-Worker-Key") or (bearer.strip() if scheme.lower() == "bearer" else "")


async def _by_key(state: State, key: str) -> Principal:
    owner = await state.keys.owner(key)
    if owner is None:
        raise NotSignedIn("This key is not valid (any more). Ask an admin for a new one.")
    return Principal(_role_of(owner), owner.name, owner.worker_id)


def _role_of(owner: KeyOwner) -> Role:
    if owner.kind is KeyKind.WORKER:
        return Role.WORKER
    if owner.kind is KeyKind.AGENT:
        return Role.AGENT
    return Role(owner.role or Role.VIEWER)


def _allow(*roles: Role) -> Callable[[Principal], Awaitable[Principal]]:
    async def check(principal: Annotated[Principal, Depends(current_principal)]) -> Principal:
        if principal.role not in roles:
            raise NotAllowed(f"This needs the role {' or '.join(roles)}; you are {principal.role}.")
        return principal

    return check


Reader = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AGENT))]
Submitter = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN, Role.AGENT))]
Operator = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN))]
Admin = Annotated[Principal, Depends(_allow(Role.ADMIN))]
WorkerCaller = Annotated[Principal, Depends(_allow(Role.WORKER))]
