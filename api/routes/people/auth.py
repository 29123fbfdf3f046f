"""Route to sign in."""

from fastapi import APIRouter, Request

from api.security.attempts import TooManyAttempts, attempt, sign_in_subjects, succeeded
from api.security.principal import address_of
from api.security.refusals import note_refusal
from api.state import Services
from contracts.people.requests import Login
from contracts.people.views import TokenView
from db.people.audit import add_entry
from db.people.users import KnownUser, user_with_password
from services.errors import NotSignedIn
from services.people.passwords import password_matches
from services.people.tokens import LIFETIME, issue

router = APIRouter(prefix="/auth", tags=["sign in"])


@router.post("/login", summary="Exchange name and password for a token of 15 minutes")
async def login(body: Login, request: Request, state: Services) -> TokenView:
    """After ten wrong passwords only one every half minute is looked at; the others get 429 and `Retry-After`."""
    address = address_of(request)
    subjects = sign_in_subjects(body.username, address)
    try:
        await attempt(state.database, subjects)
    except TooManyAttempts:
        await note_refusal(state.database, "anonymous", "user.sign_in_limited", "", address=address)
        raise
    async with state.database.transaction() as connection:
        found = await user_with_password(connection, body.username)
    matches = await password_matches(found["password_hash"] if found else None, body.password)
    if found is None or not matches or found["disabled_at"] is not None:
        # A name that nobody has may be a password in the wrong field: it is not written down.
        name = found["name"] if found else "(unknown name)"
        await note_refusal(state.database, "anonymous", "user.sign_in_failed", name, address=address)
        raise NotSignedIn("Name or password is wrong.")
    user = KnownUser(found["id"], found["name"], found["role"], found["token_version"])
    async with state.database.transaction() as connection:
        await succeeded(connection, subjects)
        await add_entry(connection, f"human:{user.name}", "user.sign_in", user.name, {"address": address})
    token = issue(state.settings.jwt_secret.get_secret_value(), user)
    return TokenView(access_token=token, expires_in=int(LIFETIME.total_seconds()), role=user.role)
