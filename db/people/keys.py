"""API keys: ``cwb_<live|user|agent>_<id>_<secret>``. Stored as id and SHA-256 of the secret.

A fast hash is right here: the secret is 32 random bytes, not a password (docs/security.md).
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
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
    #: Name of the worker or the user, label of a service key.
    name: str
    worker_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    role: str | None = None
    #: Set: the person belongs to these workspaces only, with a role in each.
    workspaces: Mapping[str, str] | None = None
    capabilities: tuple[str, ...] = ()
    #: The workspaces that a worker serves; None: all of them.
    serves: tuple[str, ...] | None = None
    #: Tasks at once that a worker is registered for.
    max_concurrency: int = 0


_INSERT = text("""
INSERT INTO api_keys (id, kind, worker_id, user_id, secret_hash, label, expires_at)
VALUES (:id, :kind, :worker_id, :user_id, :secret_hash, :label, :expires_at)
""")

_FIND = text("""
SELECT k.id, k.kind, k.secret_hash, k.worker_id, k.user_id, k.label, w.name AS worker_name, w.capabilities,
    w.serves, w.max_concurrency, u.name AS user_name, u.role, CASE WHEN u.confined THEN COALESCE((
        SELECT jsonb_object_agg(m.workspace, m.role) FROM workspace_members m WHERE m.user_id = u.id
    ), '{}') END AS workspaces
FROM api_keys k LEFT JOIN workers w ON w.id = k.worker_id LEFT JOIN users u ON u.id = k.user_id
WHERE k.id = :id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    AND u.disabled_at IS NULL AND w.retired_at IS NULL
""")

_USED = text("""
UPDATE api_keys SET last_used_at = now(), last_address = COALESCE(:address, last_address)
WHERE id = :id AND (last_used_at IS NULL OR last_used_at < now() - CASE
    WHEN COALESCE(:address, last_address) IS DISTINCT FROM last_address THEN interval '10 s' ELSE interval '1 min' END)
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
    secret: str | None = None,
) -> str:
    """Create a key and return it. It cannot be shown again.

    Args:
        secret: one that can be had again by whoever may (see services.people.join_codes); default is a random one.
    """
    id_, secret = secrets.token_hex(5), secret or secrets.token_urlsafe(32)
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
    return key_text(kind, id_, secret)


def key_text(kind: KeyKind, id_: str, secret: str) -> str:
    """The key as its owner holds it."""
    return f"cwb_{_PREFIX[kind]}_{id_}_{secret}"


def key_id(key: str) -> str:
    """The part of a key that is no secret."""
    return _split(key)[0]


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
        name=row["worker_name"] or row["user_name"] or row["label"] or row["kind"],
        worker_id=row["worker_id"],
        user_id=row["user_id"],
        role=row["role"],
        workspaces=row["workspaces"],
        capabilities=tuple(row["capabilities"] or ()),
        serves=None if row["serves"] is None else tuple(row["serves"]),
        max_concurrency=row["max_concurrency"] or 0,
    )


async def mark_used(connection: AsyncConnection, addresses: Mapping[str, str | None]) -> None:
    """Note where keys were used from, by key id: once a minute each, or every 10 s while the address changes."""
    # In one order everywhere, so that two writers never wait for each other in a circle.
    rows = [{"id": id_, "address": address} for id_, address in sorted(addresses.items())]
    if rows:
        await connection.execute(_USED, rows)


def _split(key: str) -> tuple[str, str]:
    parts = key.split("_", 3)
    return (parts[2], parts[3]) if len(parts) == 4 and parts[0] == "cwb" else ("", "")
