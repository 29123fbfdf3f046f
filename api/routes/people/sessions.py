"""Routes to sign in with a cookie, for the page: begin, show, list and end sessions."""

import uuid
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import RowMapping

from api.audit import audit
from api.security.principal import Admin, NotOurPage, OwnAccount, Role, address_of, rights
from api.security.session_cookie import from_own_page
from api.security.sign_in import note_sign_in, place_of_codes, user_of_code, user_who_signs_in
from api.state import Services, State
from contracts.people.requests import Login, SignIn
from contracts.people.sessions import SessionsView, SessionView, SignedInView, SignInCodeView
from contracts.storable import cleaned
from db.people.sessions import (
    begin_session,
    end_other_sessions,
    end_session,
    find_session,
    list_sessions,
    show_session,
)
from db.people.sign_in_codes import make_code
from db.people.users import KnownUser
from db.workspaces.scope import Scope
from services.errors import BadInput, DomainError, NotAllowed

router = APIRouter(tags=["sign in"])

_LONGEST_AGENT = 200
_MOST_SHOWN = 500
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SessionNotFound(DomainError):
    """There is no such session (any more)."""

    status = 404
    see = "GET /api/v1/sessions"


@router.post("/session", summary="Become signed in: exchange name and password, or a code, for a session cookie")
async def sign_in(body: SignIn, request: Request, response: Response, state: Services) -> SignedInView:
    """Wrong passwords are limited as at `/auth/login`. The cookie is HttpOnly and for pages of this address only."""
    _check_page(request, state.cookie.secure)
    if body.code is None:
        user = await user_who_signs_in(
            Login(username=body.username or "", password=body.password or ""), request, state
        )
        return await _begin(user, request, response, state)
    # Only a page of ours: no other may decide who is signed in.
    if not from_own_page(request):
        raise NotOurPage
    user, key_id = await user_of_code(body.code, request, state)
    return await _begin(user, request, response, state, key=key_id)


@router.post("/session/codes", status_code=201, summary="Make a code that signs in a browser once, for `clawdbot open`")
async def make_sign_in_code(request: Request, caller: Admin, state: Services) -> SignInCodeView:
    """For who brings an admin's key. It counts for a minute, once, and only at the address that asks for it."""
    # A token or a session must not become another session: neither would ever end.
    if caller.key_id is None:
        raise NotAllowed("This needs the key of an admin, not a token or a session.")
    place = place_of_codes(address_of(request))
    async with state.database.transaction() as connection:
        code, expires_at = await make_code(connection, caller.person_id, key_id=caller.key_id, place=place)
        await audit(connection, caller, "user.make_sign_in_code", caller.name, key=caller.key_id)
    return SignInCodeView(code=code, expires_at=expires_at)


@router.get("/session", summary="Show who is signed in, and until when")
async def get_session(caller: OwnAccount, state: Services) -> SignedInView:
    """401 if nobody is. Asking does not make a session last longer."""
    row = None
    if caller.session_id:
        async with state.database.transaction() as connection:
            row = await show_session(connection, caller.session_id)
    return _signed_in(caller.name, caller.role, caller.scope, row)


@router.delete("/session", status_code=204, summary="End the caller's session: sign out")
async def sign_out(request: Request, caller: OwnAccount, state: Services) -> Response:
    """The cookie is taken back. Tokens and keys are not touched."""
    if caller.session_id:
        async with state.database.transaction() as connection:
            await end_session(connection, caller.session_id, caller.user_id)
            await audit(connection, caller, "user.sign_out", caller.name, session=str(caller.session_id))
        state.sessions.forget(state.cookie.secret_of(request))
    response = Response(status_code=204)
    state.cookie.take_back(response)
    return response


@router.get("/sessions", summary="List sessions that are not over, the most recently used first")
async def get_sessions(
    caller: OwnAccount,
    state: Services,
    everybody: Annotated[bool, Query(description="Those of all people; for admins")] = False,
) -> SessionsView:
    if everybody and caller.role is not Role.ADMIN:
        raise NotAllowed("Only admins see the sessions of others. Leave 'everybody' out to see your own.")
    async with state.database.transaction() as connection:
        rows = await list_sessions(connection, None if everybody else caller.user_id, _MOST_SHOWN)
    shown = [SessionView.model_validate({**row, "current": row["id"] == caller.session_id}) for row in rows]
    return SessionsView(sessions=shown)


@router.delete("/sessions", status_code=204, summary="End all other sessions of the caller")
async def end_others(caller: OwnAccount, state: Services) -> Response:
    """They are refused within 2 s."""
    async with state.database.transaction() as connection:
        ended = await end_other_sessions(connection, caller.person_id, caller.session_id)
        await audit(connection, caller, "session.revoke_others", caller.name, count=ended)
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", status_code=204, summary="Revoke a session; it is refused within 2 s")
async def revoke(session_id: uuid.UUID, caller: OwnAccount, state: Services) -> Response:
    """Admins may revoke those of others, too."""
    of = None if caller.role is Role.ADMIN else caller.user_id
    async with state.database.transaction() as connection:
        name = await end_session(connection, session_id, of)
        if name is None:
            raise SessionNotFound
        await audit(connection, caller, "session.revoke", name, session=str(session_id))
    return Response(status_code=204)


async def _begin(user: KnownUser, request: Request, response: Response, state: State, **how: str) -> SignedInView:
    address = address_of(request)
    async with state.database.transaction() as connection:
        secret, row = await begin_session(
            connection,
            user,
            idle=state.settings.session_idle,
            longest=state.settings.session_longest,
            address=address,
            user_agent=cleaned(request.headers.get("User-Agent", ""))[:_LONGEST_AGENT],
        )
        await note_sign_in(connection, user, address, session=str(row["id"]), **how)
        known = await find_session(connection, secret)
    state.cookie.give(response, secret)
    # Of a member, the role is that of their workspaces.
    role, scope = rights(user.role, known.workspaces if known else None, user.id)
    return _signed_in(user.name, role, scope, row)


def _check_page(request: Request, secure: bool) -> None:
    """Programs may sign in here, too; a page of somebody else must not, because it would decide who is signed in."""
    said = {"Sec-Fetch-Site", "Origin"} & {name.title() for name in request.headers}
    if said and not from_own_page(request):
        raise NotOurPage
    page = urlsplit(request.headers.get("Origin", ""))
    if secure and page.scheme == "http" and page.hostname not in _LOOPBACK:
        raise BadInput(
            "This page was opened over plain HTTP, where browsers do not keep the session cookie. Open it over https; "
            "on a network that you trust, CLAWDBOT_API_PLAIN_HTTP=true allows plain HTTP."
        )


def _signed_in(name: str, role: str, scope: Scope | None, row: RowMapping | None) -> SignedInView:
    times: dict[str, datetime] = {key: row[key] for key in ("expires_at", "ends_at")} if row else {}
    return SignedInView(
        user=name,
        role=role,
        workspaces=None if scope is None else list(scope.reads),
        changes=None if scope is None else list(scope.changes),
        label=f"human:{name}",
        session_id=row["id"] if row else None,
        signed_in_at=row["created_at"] if row else None,
        **times,
    )
