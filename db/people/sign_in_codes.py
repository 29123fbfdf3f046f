"""Codes that sign in a browser once, for who holds a key: `clawdbot open`.

Stored is the SHA-256 of a code, which is 32 random bytes, as of sessions and keys (docs/security.md).
"""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.sessions import hash_of
from db.people.users import KnownUser
from db.statements import load

#: A browser needs a second or two to start.
LIFETIME = timedelta(seconds=60)

_SQL = load(__file__)


async def make_code(
    connection: AsyncConnection, user_id: uuid.UUID, *, key_id: str, place: str
) -> tuple[str, datetime]:
    """(the code, which cannot be shown again; when it ends). It counts only where it was asked for (``place``)."""
    await connection.execute(_SQL["sweep"])
    code = secrets.token_urlsafe(32)
    row = {
        "code_hash": hash_of(code),
        "user_id": user_id,
        "key_id": key_id,
        "place": place,
        "lifetime": LIFETIME,
    }
    expires_at: datetime = (await connection.execute(_SQL["make"], row)).scalar_one()
    return code, expires_at


async def redeem_code(connection: AsyncConnection, code: str, place: str) -> tuple[KnownUser, str] | None:
    """(whom it signs in, the id of the key it was made with); None when it counts no more. It never does again."""
    found = (await connection.execute(_SQL["redeem"], {"code_hash": hash_of(code), "place": place})).mappings().first()
    if found is None:
        return None
    return KnownUser(found["id"], found["name"], found["role"], found["token_version"]), found["key_id"]
