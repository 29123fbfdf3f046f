"""Invitations: making, listing, withdrawing, and the one use that each has."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_STATUS = """
CASE WHEN used_at IS NOT NULL THEN 'used' WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN expires_at <= now() THEN 'expired' ELSE 'open' END AS status
"""
_VIEW = f"id, capabilities, max_concurrency, name, created_by, created_at, expires_at, used_at, worker_id, {_STATUS}"

_MAKE = text(f"""
INSERT INTO invitations (code_hash, capabilities, max_concurrency, name, key_seconds, created_by, expires_at)
VALUES (:code_hash, :capabilities, :max_concurrency, :name, :key_seconds, :created_by, now() + :lifetime)
RETURNING {_VIEW}
""")  # noqa: S608 - a constant
_LIST = text(f"SELECT {_VIEW} FROM invitations ORDER BY created_at DESC LIMIT :limit")  # noqa: S608 - a constant
_WITHDRAW = text("""
UPDATE invitations SET withdrawn_at = now()
WHERE id = :id AND used_at IS NULL AND withdrawn_at IS NULL RETURNING id
""")
# Locked: of two that name a code at the same moment, the second waits and then finds it used.
_OF_CODE = text(f"""
SELECT {_VIEW}, key_seconds, key_id, asked_with, now() - used_at AS used_for FROM invitations
WHERE code_hash = :code_hash FOR UPDATE
""")  # noqa: S608 - a constant
_USED = text("""
UPDATE invitations SET used_at = now(), worker_id = :worker_id, key_id = :key_id, asked_with = :asked_with
WHERE id = :id
""")


async def make_invitation(connection: AsyncConnection, lifetime: timedelta, **values: Any) -> RowMapping:
    return (await connection.execute(_MAKE, {**values, "lifetime": lifetime})).mappings().one()


async def list_invitations(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """The newest first, also those that are over."""
    return (await connection.execute(_LIST, {"limit": limit})).mappings().all()


async def withdraw_invitation(connection: AsyncConnection, id_: uuid.UUID) -> bool:
    """Whether there was one that could still have been used."""
    return (await connection.execute(_WITHDRAW, {"id": id_})).first() is not None


async def invitation_of(connection: AsyncConnection, code_hash: bytes) -> RowMapping | None:
    """The invitation with this code, locked until the end of the transaction."""
    return (await connection.execute(_OF_CODE, {"code_hash": code_hash})).mappings().first()


async def mark_invitation_used(
    connection: AsyncConnection, id_: uuid.UUID, worker_id: uuid.UUID, key_id: str, asked_with: bytes | None
) -> None:
    row = {"id": id_, "worker_id": worker_id, "key_id": key_id, "asked_with": asked_with}
    await connection.execute(_USED, row)
