"""Sessions of people who are signed in with a cookie.

Stored is the SHA-256 of its secret, which is 32 random bytes, as of keys (docs/security.md).
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.users import KnownUser
from db.statements import load

#: Of one person; the oldest end when there are more.
MOST = 50

_SQL = load(__file__)


@dataclass(frozen=True)
class KnownSession:
    """Whose a session is that is not over."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    role: str
    #: Set: they belong to these workspaces only, with a role in each.
    workspaces: Mapping[str, str] | None = None


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()


async def begin_session(
    connection: AsyncConnection, user: KnownUser, *, idle: timedelta, longest: timedelta, address: str, user_agent: str
) -> tuple[str, RowMapping]:
    """(the secret, which cannot be shown again; the session)."""
    of_user = {"user_id": user.id, "token_version": user.token_version}
    await connection.execute(_SQL["sweep"], {**of_user, "others": MOST - 1})
    secret = secrets.token_urlsafe(32)
    row = {
        **of_user,
        "secret_hash": hash_of(secret),
        "idle": idle,
        "longest": longest,
        "address": address,
        "user_agent": user_agent,
    }
    return secret, (await connection.execute(_SQL["begin"], row)).mappings().one()


async def find_session(connection: AsyncConnection, secret: str) -> KnownSession | None:
    row = (await connection.execute(_SQL["find"], {"secret_hash": hash_of(secret)})).mappings().first()
    return KnownSession(**row) if row else None


async def show_session(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["show"], {"id": id_})).mappings().first()


async def list_sessions(connection: AsyncConnection, user_id: uuid.UUID | None, limit: int) -> Sequence[RowMapping]:
    """Those that are not over, the most recently used first; None: everybody's."""
    return (await connection.execute(_SQL["list"], {"user_id": user_id, "limit": limit})).mappings().all()


async def note_acts(connection: AsyncConnection, ids: Sequence[uuid.UUID], idle: timedelta) -> None:
    """The people of these sessions have done something: they stay signed in for longer."""
    # In one order everywhere, so that two writers never wait for each other in a circle.
    rows = [{"id": id_, "idle": idle} for id_ in sorted(ids)]
    if rows:
        await connection.execute(_SQL["acted"], rows)


async def end_session(connection: AsyncConnection, id_: uuid.UUID, user_id: uuid.UUID | None) -> str | None:
    """Whose it was; None when this user (None: nobody at all) has no such session."""
    name: str | None = (await connection.execute(_SQL["finish"], {"id": id_, "user_id": user_id})).scalar()
    return name


async def end_other_sessions(connection: AsyncConnection, user_id: uuid.UUID, kept: uuid.UUID | None) -> int:
    return len((await connection.execute(_SQL["finish_others"], {"user_id": user_id, "kept": kept})).all())


async def keep_session(connection: AsyncConnection, id_: uuid.UUID) -> None:
    """It goes on although its user's version has just changed."""
    await connection.execute(_SQL["keep"], {"id": id_})
