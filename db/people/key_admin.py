"""Lists, replaces and ends keys, for admins. Checking a key is in db.people.keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import ApiKey, User, Worker
from db.people.keys import KeyKind, make_key

_K, _W, _U = ApiKey.__table__.c, Worker.__table__.c, User.__table__.c
_STATUS = case(
    (_K.revoked_at.is_not(None), "revoked"),
    (_K.expires_at <= func.now(), "expired"),
    (_U.disabled_at.is_not(None), "disabled"),
    else_="valid",
)
_OWNER = func.coalesce(_W.name, _U.name, _K.kind)
_KEYS = (
    select(
        _K.id, _K.kind, _OWNER.label("owner"), _K.worker_id, _K.user_id, _K.label, _K.created_at, _K.expires_at,
        _K.last_used_at, _K.last_address, _K.revoked_at, _STATUS.label("status"),
    )
    .join_from(ApiKey, Worker, _W.id == _K.worker_id, isouter=True)
    .join(User, _U.id == _K.user_id, isouter=True)
)  # fmt: skip
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


async def list_keys(
    connection: AsyncConnection, *, kind: KeyKind | None, owner: str | None, ended: bool, offset: int, limit: int
) -> Sequence[RowMapping]:
    """The newest first. ``ended``: also those that are not valid any more."""
    query = _KEYS.order_by(_K.created_at.desc(), _K.id.desc()).offset(offset).limit(limit)
    if kind is not None:
        query = query.where(_K.kind == kind)
    if owner is not None:
        query = query.where(_OWNER == owner)
    if not ended:
        query = query.where(_STATUS == "valid")
    return (await connection.execute(query)).mappings().all()


async def find_key_row(connection: AsyncConnection, id_: str) -> RowMapping | None:
    return (await connection.execute(_KEYS.where(_K.id == id_))).mappings().first()


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
