"""Short-lived JWTs for people. Fixed algorithm, every claim required, 15 minutes at most."""

from datetime import UTC, datetime, timedelta

import jwt

LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"
_AUDIENCE = "clawdbot"


class TokenInvalid(Exception):
    """This token is not valid (any more). Sign in again."""


def issue(secret: str, *, user: str, role: str) -> str:
    """A token for a user who has just proved who they are."""
    now = datetime.now(UTC)
    claims = {"sub": user, "role": role, "aud": _AUDIENCE, "iat": now, "exp": now + LIFETIME}
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def read(secret: str, token: str) -> tuple[str, str]:
    """(user, role) of a valid token.

    Raises:
        TokenInvalid: it is forged, expired or lacks a claim.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "iat", "sub", "aud", "role"]},
        )
    except jwt.InvalidTokenError:
        raise TokenInvalid(TokenInvalid.__doc__) from None
    return str(claims["sub"]), str(claims["role"])
