"""Turns the credentials of a request into a principal, and routes into rights (see docs/security.md)."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api.security.refusals import note_refusal
from api.security.session_cookie import from_own_page, is_write, person_acts
from api.state import State, state_of
from contracts.storable import cleaned
from db.people.keys import KeyKind, KeyOwner
from db.session import Unavailable
from db.workspaces.scope import Scope, confine, seeing_everything
from services.errors import DomainError, NotAllowed, NotSignedIn
from services.people.tokens import TokenInvalid, read

_KEY_PREFIX = "cwb_"
_LONGEST_PATH = 200
_NOT_FOR_MEMBERS = (
    "You are a member of workspaces, and this belongs to all of them. Ask an admin; your own tasks and plans are open "
    "to you."
)


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
    user_id: uuid.UUID | None = None
    #: None: signed in with a token or a session.
    key_id: str | None = None
    #: Of a person who is signed in with the cookie of the page.
    session_id: uuid.UUID | None = None
    #: Of a person who belongs to workspaces only; None: all of them.
    scope: Scope | None = None

    @property
    def label(self) -> str:
        """How it signs what it creates: ``human:anna``, ``agent:scheduler``, ``worker:mac``."""
        prefix = {Role.AGENT: "agent", Role.WORKER: "worker"}.get(self.role, "human")
        return f"{prefix}:{self.name}"

    @property
    def workspaces(self) -> list[str] | None:
        """Those that are all that they see; None: they see everything."""
        return None if self.scope is None else list(self.scope.reads)

    @property
    def person_id(self) -> uuid.UUID:
        """The user that the caller is. Raises NotAllowed for a key that belongs to nobody."""
        if self.user_id is None:
            raise NotAllowed("Only people can do this, and this key belongs to nobody.")
        return self.user_id


class NotOurPage(DomainError):
    """This did not come from a page of ours. Open the page itself, or send a token or a key, not the cookie."""

    status = 403


async def current_principal(request: Request) -> Principal:
    """The caller; for routes. Whatever they ask the database then shows them their workspaces only."""
    principal = await principal_of(request)
    confine(principal.scope)
    if principal.session_id and person_acts(request):
        state_of(request).sessions.acted(principal.session_id)
    return principal


async def principal_of(connection: HTTPConnection) -> Principal:
    """The caller.

    Raises:
        NotSignedIn: no credentials, or none that are valid.
        NotOurPage: a write with the cookie that no page of ours has sent.
        Unavailable: the database does not answer.
    """
    state = state_of(connection)
    credential = credential_of(connection)
    with seeing_everything():
        if not credential:
            return await _by_cookie(state, connection)
        if credential.startswith(_KEY_PREFIX):
            return await _by_key(state, credential, address_of(connection))
        return await _by_token(state, credential)


async def still_signed_in(request: Request, caller: Principal) -> bool:
    """Whether the caller of a long answer still is who they were, and may see as much. While the database is away, they
    are.
    """
    try:
        now = await principal_of(request)
    except NotSignedIn:
        return False
    except Unavailable:
        return True
    return now.scope == caller.scope


def address_of(connection: HTTPConnection) -> str:
    """Where the caller is; behind a proxy that is trusted, where the proxy says (CLAWDBOT_TRUSTED_PROXIES)."""
    return connection.client.host if connection.client else "unknown"


async def _by_token(state: State, token: str) -> Principal:
    try:
        claims = read(state.settings.jwt_secret.get_secret_value(), token)
    except TokenInvalid as error:
        raise NotSignedIn(str(error)) from None
    user = await state.users.find(claims.user)
    if user is None or not claims.still_true_of(user):
        raise NotSignedIn(TokenInvalid.__doc__)
    role, scope = rights(user.role, user.workspaces, user.id)
    return Principal(role, user.name, user_id=user.id, scope=scope)


async def _by_cookie(state: State, connection: HTTPConnection) -> Principal:
    secret = state.cookie.secret_of(connection)
    if not secret:
        raise NotSignedIn
    session = await state.sessions.find(secret)
    if session is None:
        raise NotSignedIn("This session is over. Sign in again.")
    if is_write(connection) and not from_own_page(connection):
        raise NotOurPage
    role, scope = rights(session.role, session.workspaces, session.user_id)
    return Principal(role, session.name, user_id=session.user_id, session_id=session.id, scope=scope)


def credential_of(connection: HTTPConnection) -> str:
    """The key or token that a request (or the first request of a WebSocket) brings; empty if it brings none."""
    scheme, _, bearer = connection.headers.get("Authorization", "").partition(" ")
    return connection.headers.get("X-Worker-Key") or (bearer.strip() if scheme.lower() == "bearer" else "")


async def _by_key(state: State, key: str, address: str) -> Principal:
    owner = await state.keys.owner(key, address)
    if owner is None:
        raise NotSignedIn("This key is not valid (any more). Ask an admin for a new one.")
    role, scope = _rights_of(owner)
    return Principal(role, owner.name, owner.worker_id, owner.user_id, owner.key_id, scope=scope)


def _rights_of(owner: KeyOwner) -> tuple[Role, Scope | None]:
    if owner.kind is KeyKind.WORKER:
        return Role.WORKER, None
    if owner.kind is KeyKind.AGENT:
        return Role.AGENT, None
    return rights(owner.role or Role.VIEWER, owner.workspaces, owner.user_id)


def rights(
    role: str, workspaces: Mapping[str, str] | None, user_id: uuid.UUID | None = None
) -> tuple[Role, Scope | None]:
    """Those of a person; in workspaces, the role that they have there is what counts."""
    if workspaces is None:
        return Role(role), None
    changes = tuple(sorted(name for name, role_there in workspaces.items() if role_there == Role.OPERATOR))
    return Role.OPERATOR if changes else Role.VIEWER, Scope(tuple(sorted(workspaces)), changes, str(user_id or ""))


def _allow(
    *roles: Role, members: bool = False, own: bool = False
) -> Callable[[Request, Principal], Awaitable[Principal]]:
    """A check that lets these roles in.

    Args:
        members: also people who belong to workspaces only: Postgres shows them nothing else. Any other route refuses
            them, so that one which is written without a thought of them shows them nothing.
        own: it is about nothing but the caller's own account, whose rows belong to no workspace.
    """

    async def check(request: Request, principal: Annotated[Principal, Depends(current_principal)]) -> Principal:
        if principal.role not in roles:
            if roles == (Role.ADMIN,):
                await _note(request, principal)
            raise NotAllowed(f"This needs the role {' or '.join(roles)}; you are {principal.role}.")
        if own:
            confine(None)
        elif principal.scope is not None and not members:
            raise NotAllowed(_NOT_FOR_MEMBERS)
        return principal

    return check


async def _note(request: Request, principal: Principal) -> None:
    # The path may be any text of any length.
    asked = f"{request.method} {cleaned(request.url.path)[:_LONGEST_PATH]}"
    database = state_of(request).database
    with seeing_everything():
        await note_refusal(
            database, principal.label, "refused", asked, role=principal.role, address=address_of(request)
        )


Reader = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AGENT))]
Submitter = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN, Role.AGENT))]
Operator = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN))]
OperatorOrWorker = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN, Role.WORKER))]
Person = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN))]
Admin = Annotated[Principal, Depends(_allow(Role.ADMIN))]
WorkerCaller = Annotated[Principal, Depends(_allow(Role.WORKER))]
#: The same, also for people who belong to workspaces only.
MemberReader = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AGENT, members=True))]
MemberSubmitter = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN, Role.AGENT, members=True))]
MemberOperator = Annotated[Principal, Depends(_allow(Role.OPERATOR, Role.ADMIN, members=True))]
#: For what is about the caller's own account.
OwnAccount = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN, own=True))]
AnyOwnAccount = Annotated[Principal, Depends(_allow(Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AGENT, own=True))]
