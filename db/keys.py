"""API keys: ``cwb_<live|user|agent>_<id>_<secret>``. Stored as id and SHA-256 of the secret.

A fast hash is right here: the secret is 32 random bytes, not a password (docs/security.md).
"""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_DUMMY_HASH = bytes(32)


class KeyKind(StrEnum):
    WORKER = "worker"
    USER = "user"
    AGENT = "agent"


_PREFIX = {KeyKind.WORKER: "live", KeyKind.USER: "user", KeyKind.AGENT: "agent"}


@dataclass(frozen=True)
class KeyOwner:
    """Whom a valid key belongs to."""

    key_id: str
    kind: KeyKind
    #: Name of the worker or the user; ``agent`` for service keys.
    name: str
    worker_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    role: str | None = None
    capabilities: tuple[str, ...] = ()


_INSERT = text("""
INSERT INTO api_keys (id, kind, worker_id, user_id, secret_hash, label, expires_at)
VALUES (:id, :kind, :worker_id, :user_id, :secret_hash, :label, :expires_at)
""")

_FIND = text("""
SELECT k.id, k.kind, k.secret_hash, k.worker_id, k.user_id, w.name AS worker_name, w.capabilities,
    u.name AS user_name, u.role
FROM api_keys k LEFT JOIN workers w ON w.id = k.worker_id LEFT JOIN users u ON u.id = k.user_id
WHERE k.id = :id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    AND u.disabled_at IS NULL
""")

_USED = text("""
UPDATE api_keys SET last_used_at = now()
WHERE id = ANY(:ids) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
""")


_EXPIRY = text("SELECT expires_at FROM api_keys WHERE id = :id")


async def expiry_of(connection: AsyncConnection, key: str) -> datetime | None:
    """Until when a key that has been checked is valid; None: until it is revoked."""
    id_, _ = _split(key)
    expires_at: datetime | None = (await connection.execute(_EXPIRY, {"id": id_})).scalar_one_or_none()
    return expires_at


async def make_key(
    connection: AsyncConnection,
    kind: KeyKind,
    *,
    worker_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
    label: str = "",
    expires_at: datetime | None = None,
) -> str:
    """Create a key and return it. It cannot be shown again."""
    id_, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    row = {
        "id": id_,
        "kind": kind.value,
        "worker_id": worker_id,
        "user_id": user_id,
        "secret_hash": hashlib.sha256(secret.encode()).digest(),
        "label": label,
        "expires_at": expires_at,
    }
    await connection.execute(_INSERT, row)
    return f"cwb_{_PREFIX[kind]}_{id_}_{secret}"


async def find_key(connection: AsyncConnection, key: str) -> KeyOwner | None:
    """The owner of a key that is valid right now, or None. Takes the same time whether the id exists or not."""
    id_, secret = _split(key)
    row = (await connection.execute(_FIND, {"id": id_})).mappings().first()
    stored = row["secret_hash"] if row else _DUMMY_HASH
    matches = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), stored)
    if row is None or not matches:
        return None
    return KeyOwner(
        key_id=row["id"],
        kind=KeyKind(row["kind"]),
        name=row["worker_name"] or row["user_name"] or row["kind"],
        worker_id=row["worker_id"],
        user_id=row["user_id"],
        role=row["role"],
        capabilities=tuple(row["capabilities"] or ()),
    )


async def mark_used(connection: AsyncConnection, key_ids: list[str]) -> None:
    """Note the use of keys, at most once a minute each."""
    await connection.execute(_USED, {"ids": key_ids})


def _split(key: str) -> tuple[str, str]:
    parts = key.split("_", 3)
    return (parts[2], parts[3]) if len(parts) == 4 and parts[0] == "cwb" else ("", "")
