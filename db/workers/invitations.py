"""Invitations: making, listing, withdrawing, and the one use that each has."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, case, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.beginnings import range_of
from db.models import Invitation

_C = Invitation.__table__.c
_STATUS = case(
    (_C.used_at.is_not(None), "used"),
    (_C.withdrawn_at.is_not(None), "withdrawn"),
    (_C.expires_at <= func.now(), "expired"),
    else_="open",
).label("status")
_VIEW = (
    _C.id, _C.capabilities, _C.max_concurrency, _C.serves, _C.name, _C.created_by, _C.created_at, _C.expires_at,
    _C.used_at, _C.worker_id, _STATUS,
)  # fmt: skip

_WITHDRAW = text("""
UPDATE invitations SET withdrawn_at = now()
WHERE id = :id AND used_at IS NULL AND withdrawn_at IS NULL RETURNING id
""")
_USED = text("""
UPDATE invitations SET used_at = now(), worker_id = :worker_id, key_id = :key_id, asked_with = :asked_with
WHERE id = :id
""")


async def make_invitation(connection: AsyncConnection, lifetime: timedelta, **values: Any) -> RowMapping:
    made = insert(Invitation).values(**values, expires_at=func.now() + lifetime).returning(*_VIEW)
    return (await connection.execute(made)).mappings().one()


async def list_invitations(
    connection: AsyncConnection, after: uuid.UUID | None, limit: int, id_prefix: str | None = None
) -> Sequence[RowMapping]:
    """The newest first, also those that are over; those behind the invitation ``after``."""
    query = select(*_VIEW).order_by(_C.created_at.desc(), _C.id.desc()).limit(limit)
    if after is not None:
        mark = select(_C.created_at, _C.id).where(_C.id == after).scalar_subquery()
        query = query.where(tuple_(_C.created_at, _C.id) < mark)
    if id_prefix is not None:
        query = query.where(_C.id.between(*range_of(id_prefix)))
    return (await connection.execute(query)).mappings().all()


async def withdraw_invitation(connection: AsyncConnection, id_: uuid.UUID) -> bool:
    """Whether there was one that could still have been used."""
    return (await connection.execute(_WITHDRAW, {"id": id_})).first() is not None


async def invitation_of(connection: AsyncConnection, code_hash: bytes) -> RowMapping | None:
    """The invitation with this code, locked until the end of the transaction.

    Of two that name a code at the same moment, the second waits and then finds it used.
    """
    used_for = (func.now() - _C.used_at).label("used_for")
    query = select(*_VIEW, _C.key_seconds, _C.key_id, _C.asked_with, used_for).where(_C.code_hash == code_hash)
    return (await connection.execute(query.with_for_update())).mappings().first()


async def mark_invitation_used(
    connection: AsyncConnection, id_: uuid.UUID, worker_id: uuid.UUID, key_id: str, asked_with: bytes | None
) -> None:
    row = {"id": id_, "worker_id": worker_id, "key_id": key_id, "asked_with": asked_with}
    await connection.execute(_USED, row)
