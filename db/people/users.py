"""Reads and changes people. The first one: db.people.first_people."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_LIST = text("SELECT id, name, role, created_at, disabled_at FROM users ORDER BY name")
_FIND = text("""
SELECT u.id, u.name, u.role, u.token_version, CASE WHEN u.confined THEN COALESCE((
        SELECT jsonb_object_agg(m.workspace, m.role) FROM workspace_members m WHERE m.user_id = u.id
    ), '{}') END AS workspaces
FROM users u WHERE u.name = :name AND u.disabled_at IS NULL
""")
_FIND_BY_ID = text("""
SELECT u.id, u.name, u.role, u.token_version, CASE WHEN u.confined THEN COALESCE((
        SELECT jsonb_object_agg(m.workspace, m.role) FROM workspace_members m WHERE m.user_id = u.id
    ), '{}') END AS workspaces
FROM users u WHERE u.id = :id AND u.disabled_at IS NULL
""")
_SECRETS = text("SELECT id, name, role, token_version, password_hash, disabled_at FROM users WHERE name = :name")
_CREATE = text("""
INSERT INTO users (name, role, password_hash) VALUES (:name, :role, :password_hash)
ON CONFLICT (name) DO NOTHING RETURNING id, name, role, created_at, disabled_at
""")
# In one order, so that two admins who demote each other do not wait in a circle; the second sees what the first did.
# A member of workspaces is none, whatever their role.
_LOCK_ADMINS = text("""
SELECT id FROM users WHERE role = 'admin' AND NOT confined AND disabled_at IS NULL ORDER BY id FOR UPDATE
""")
_LOCK = text("SELECT id, name, role, created_at, disabled_at FROM users WHERE id = :id FOR UPDATE")
_CHANGE = text("""
UPDATE users SET role = :role, disabled_at = CASE WHEN :disabled THEN COALESCE(disabled_at, now()) END,
    token_version = token_version + 1
WHERE id = :id RETURNING id, name, role, created_at, disabled_at
""")
_PASSWORD = text("""
UPDATE users SET password_hash = :password_hash, token_version = token_version + 1 WHERE id = :id RETURNING name
""")


@dataclass(frozen=True)
class KnownUser:
    """What a token is checked against."""

    id: uuid.UUID
    name: str
    role: str
    token_version: int
    #: Set: they belong to these workspaces only, with a role in each.
    workspaces: Mapping[str, str] | None = None


class LastAdmin(Exception):
    """Nobody would be left who may change users, keys and workers."""


async def find_user(connection: AsyncConnection, name: str) -> KnownUser | None:
    """A user who is not disabled."""
    row = (await connection.execute(_FIND, {"name": name})).mappings().first()
    return KnownUser(**row) if row else None


async def find_user_by_id(connection: AsyncConnection, id_: uuid.UUID) -> KnownUser | None:
    """The same by id."""
    row = (await connection.execute(_FIND_BY_ID, {"id": id_})).mappings().first()
    return KnownUser(**row) if row else None


async def user_with_password(connection: AsyncConnection, name: str) -> RowMapping | None:
    return (await connection.execute(_SECRETS, {"name": name})).mappings().first()


async def list_users(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_LIST)).mappings().all()


async def create_user(connection: AsyncConnection, name: str, role: str, password_hash: str) -> RowMapping | None:
    """None when the name is taken."""
    row = {"name": name, "role": role, "password_hash": password_hash}
    return (await connection.execute(_CREATE, row)).mappings().first()


async def change_user(
    connection: AsyncConnection, id_: uuid.UUID, role: str | None, disabled: bool | None
) -> RowMapping | None:
    """Set role and state; None leaves one as it is. Returns None when there is no such user.

    Raises:
        LastAdmin: there must be one left.
    """
    admins = (await connection.execute(_LOCK_ADMINS)).scalars().all()
    now = (await connection.execute(_LOCK, {"id": id_})).mappings().first()
    if now is None:
        return None
    new_role = role or now["role"]
    new_disabled = now["disabled_at"] is not None if disabled is None else disabled
    if admins == [id_] and (new_role != "admin" or new_disabled):
        raise LastAdmin
    if (new_role, new_disabled) == (now["role"], now["disabled_at"] is not None):
        return now
    values = {"id": id_, "role": new_role, "disabled": new_disabled}
    return (await connection.execute(_CHANGE, values)).mappings().one()


async def set_password(connection: AsyncConnection, id_: uuid.UUID, password_hash: str) -> str | None:
    """The user's name, or None when there is no such user. Their tokens are over."""
    name: str | None = (await connection.execute(_PASSWORD, {"id": id_, "password_hash": password_hash})).scalar()
    return name
