"""Short-lived JWTs for people. Fixed algorithm, every claim required, 15 minutes at most."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from db.people.users import KnownUser

LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"
_AUDIENCE = "clawdbot"


class TokenInvalid(Exception):
    """This token is not valid (any more). Sign in again."""


@dataclass(frozen=True)
class Claims:
    """Whom a token was given to, and what was true of them then."""

    user: str
    role: str
    version: int

    def still_true_of(self, user: KnownUser | None) -> bool:
        return user is not None and (user.role, user.token_version) == (self.role, self.version)


def issue(secret: str, user: KnownUser) -> str:
    """A token for a user who has just proved who they are."""
    now = datetime.now(UTC)
    claims = {
        "sub": user.name,
        "role": user.role,
        "ver": user.token_version,
        "aud": _AUDIENCE,
        "iat": now,
        "exp": now + LIFETIME,
    }
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def read(secret: str, token: str) -> Claims:
    """What a token says that we signed and that has not expired; whether it is still true is asked elsewhere.

    Raises:
        TokenInvalid: it is forged, expired or lacks a claim.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "iat", "sub", "aud", "role", "ver"]},
        )
    except jwt.InvalidTokenError:
        raise TokenInvalid(TokenInvalid.__doc__) from None
    if not isinstance(claims["ver"], int):
        raise TokenInvalid(TokenInvalid.__doc__)
    return Claims(str(claims["sub"]), str(claims["role"]), claims["ver"])
