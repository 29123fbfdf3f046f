"""Route to sign in with a token, for programs. The page has sessions: sessions.py."""

from fastapi import APIRouter, Request

from api.security.principal import address_of
from api.security.sign_in import note_sign_in, user_who_signs_in
from api.state import Services
from contracts.people.requests import Login
from contracts.people.views import TokenView
from services.people.tokens import LIFETIME, issue

router = APIRouter(prefix="/auth", tags=["sign in"])


@router.post("/login", summary="Exchange name and password for a token of 15 minutes")
async def login(body: Login, request: Request, state: Services) -> TokenView:
    """After ten wrong passwords only one every half minute is looked at; the others get 429 and `Retry-After`."""
    user = await user_who_signs_in(body, request, state)
    async with state.database.transaction() as connection:
        await note_sign_in(connection, user, address_of(request))
    token = issue(state.settings.jwt_secret.get_secret_value(), user)
    return TokenView(access_token=token, expires_in=int(LIFETIME.total_seconds()), role=user.role)
