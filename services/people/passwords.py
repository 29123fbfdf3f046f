"""Passwords of people: argon2id with the library's current defaults."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()
#: Checked for names that do not exist, so that they take as long as those that do.
_NOBODY = _hasher.hash("nobody")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Compare in a thread (it takes tens of milliseconds on purpose); ``stored`` None costs the same."""
    return await asyncio.to_thread(_verify, stored or _NOBODY, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
