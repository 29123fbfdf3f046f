"""Keys as an admin sees them: which there are, replacing one, ending one. Checking a key is in db.keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.keys import KeyKind, make_key

_LIST = """
SELECT k.id, k.kind, COALESCE(w.name, u.name, k.kind) AS owner, k.worker_id, k.user_id, k.label, k.created_at,
    k.expires_at, k.last_used_at, k.last_address, k.revoked_at,
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired'
        WHEN u.disabled_at IS NOT NULL THEN 'disabled' ELSE 'valid' END AS status
FROM api_keys k LEFT JOIN workers w ON w.id = k.worker_id LEFT JOIN users u ON u.id = k.user_id
"""
_PAGE = text(f"""
SELECT * FROM ({_LIST}) k
WHERE (CAST(:kind AS text) IS NULL OR kind = :kind) AND (CAST(:owner AS text) IS NULL OR owner = :owner)
    AND (:ended OR status = 'valid')
ORDER BY created_at DESC, id DESC OFFSET :offset LIMIT :limit
""")  # noqa: S608 - a constant
_ONE = text(f"SELECT * FROM ({_LIST}) k WHERE id = :id")  # noqa: S608 - a constant
_LOCK = text("SELECT 1 FROM api_keys WHERE id = :id FOR UPDATE")
_END = text("""
UPDATE api_keys SET expires_at = LEAST(COALESCE(expires_at, 'infinity'), now() + :grace) WHERE id = :id
RETURNING expires_at
""")
_REVOKE = text("UPDATE api_keys SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL RETURNING id")
_OF_WORKER = text("""
SELECT id FROM api_keys
WHERE worker_id = :worker_id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
ORDER BY created_at DESC, id DESC
""")
_REVOKE_OF_WORKER = text("""
UPDATE api_keys SET revoked_at = now() WHERE worker_id = :worker_id AND revoked_at IS NULL RETURNING id
""")


@dataclass(frozen=True)
class Rotated:
    """A key that takes the place of another."""

    key: str
    expires_at: datetime | None
    #: Until when the old one is valid.
    old_expires_at: datetime


async def list_keys(connection: AsyncConnection, **filters: Any) -> Sequence[RowMapping]:
    """Newest first; ``kind``, ``owner``, ``ended``, ``offset`` and ``limit`` must be given."""
    return (await connection.execute(_PAGE, filters)).mappings().all()


async def find_key_row(connection: AsyncConnection, id_: str) -> RowMapping | None:
    return (await connection.execute(_ONE, {"id": id_})).mappings().first()


async def rotate_key(connection: AsyncConnection, id_: str, grace: timedelta) -> Rotated | None:
    """Make a key for the same owner and end the old one after ``grace``; None when the old one is not valid.

    A key that had an end gets a successor that lives as long as it was meant to.
    """
    await connection.execute(_LOCK, {"id": id_})
    old = await find_key_row(connection, id_)
    if old is None or old["status"] != "valid":
        return None
    expires_at = datetime.now(UTC) + (old["expires_at"] - old["created_at"]) if old["expires_at"] else None
    key = await make_key(
        connection,
        KeyKind(old["kind"]),
        worker_id=old["worker_id"],
        user_id=old["user_id"],
        label=old["label"],
        expires_at=expires_at,
    )
    old_end: datetime = (await connection.execute(_END, {"id": id_, "grace": grace})).scalar_one()
    return Rotated(key, expires_at, old_end)


async def revoke_key(connection: AsyncConnection, id_: str) -> bool:
    """Whether there was a key to revoke."""
    return (await connection.execute(_REVOKE, {"id": id_})).first() is not None


async def keys_of_worker(connection: AsyncConnection, worker_id: object) -> Sequence[str]:
    """Ids of its valid keys, the newest first."""
    return (await connection.execute(_OF_WORKER, {"worker_id": worker_id})).scalars().all()


async def revoke_keys_of_worker(connection: AsyncConnection, worker_id: object) -> Sequence[str]:
    return (await connection.execute(_REVOKE_OF_WORKER, {"worker_id": worker_id})).scalars().all()
