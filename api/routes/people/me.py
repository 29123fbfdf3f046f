"""Routes of the caller: own name and rights, own password."""

import asyncio

from fastapi import APIRouter, Request, Response

from api.audit import audit
from api.security.attempts import attempt, sign_in_subjects, succeeded
from api.security.principal import AnyOwnAccount, OwnAccount, address_of
from api.security.refusals import note_refusal
from api.state import Services
from contracts.people.requests import PasswordChange
from contracts.people.views import MeView
from db.people.sessions import keep_session
from db.people.users import set_password, user_with_password
from services.errors import DomainError
from services.people.passwords import hash_password, password_matches

router = APIRouter(prefix="/me", tags=["people"])


class WrongPassword(DomainError):
    """The old password is wrong. Nothing was changed."""

    status = 403


@router.get("", summary="Show the caller: name, role and rights")
async def get_me(caller: AnyOwnAccount) -> MeView:
    return MeView(
        name=caller.name,
        role=caller.role,
        label=caller.label,
        key_id=caller.key_id,
        workspaces=caller.workspaces,
        changes=list(caller.scope.changes) if caller.scope else None,
    )


@router.put("/password", status_code=204, summary="Change the caller's own password")
async def change_password(body: PasswordChange, request: Request, caller: OwnAccount, state: Services) -> Response:
    """All tokens and sessions of the caller end within 2 s, also this token, but not this session; keys stay."""
    address = address_of(request)
    subjects = sign_in_subjects(caller.name, address)
    await attempt(state.database, subjects)
    async with state.database.transaction() as connection:
        found = await user_with_password(connection, caller.name)
    matches = await password_matches(found["password_hash"] if found else None, body.old_password.get_secret_value())
    if found is None or not matches:
        await note_refusal(state.database, caller.label, "user.change_password_failed", caller.name, address=address)
        raise WrongPassword
    hashed = await asyncio.to_thread(hash_password, body.new_password.get_secret_value())
    async with state.database.transaction() as connection:
        await set_password(connection, found["id"], hashed)
        if caller.session_id:
            await keep_session(connection, caller.session_id)
        await succeeded(connection, subjects)
        await audit(connection, caller, "user.change_password", caller.name)
    return Response(status_code=204)
