"""Signing in."""

from fastapi import APIRouter
from sqlalchemy import select

from api.errors import NotSignedIn
from api.schemas import Login
from api.security.passwords import password_matches
from api.security.tokens import LIFETIME, issue
from api.state import Services
from contracts.views import TokenView
from db.models import User

router = APIRouter(prefix="/auth", tags=["sign in"])


@router.post("/login", summary="Exchange name and password for a token of 15 minutes")
async def login(body: Login, state: Services) -> TokenView:
    table = User.__table__
    query = select(table.c.name, table.c.role, table.c.password_hash)
    async with state.database.transaction() as connection:
        found = await connection.execute(query.where(table.c.name == body.username, table.c.disabled_at.is_(None)))
        user = found.mappings().first()
    if not await password_matches(user["password_hash"] if user else None, body.password) or user is None:
        raise NotSignedIn("Name or password is wrong.")
    token = issue(state.settings.jwt_secret.get_secret_value(), user=user["name"], role=user["role"])
    return TokenView(access_token=token, expires_in=int(LIFETIME.total_seconds()), role=user["role"])
