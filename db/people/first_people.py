"""Makes the users, workers and keys that must exist before anybody can sign in."""

import uuid

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.keys import KeyKind, make_key

_USER = text("""
INSERT INTO users (name, role, password_hash) VALUES (:name, :role, :password_hash)
ON CONFLICT (name) DO NOTHING RETURNING id
""")
_USER_ID = text("SELECT id FROM users WHERE name = :name")
_WORKER = text("""
INSERT INTO workers (name, capabilities, max_concurrency) VALUES (:name, :capabilities, :concurrency)
ON CONFLICT (name) DO UPDATE SET capabilities = EXCLUDED.capabilities, max_concurrency = EXCLUDED.max_concurrency
RETURNING id
""")


async def ensure_user(connection: AsyncConnection, name: str, role: str, password_hash: str) -> tuple[uuid.UUID, bool]:
    """(id, whether it was just created). An existing user keeps role and password."""
    made = (await connection.execute(_USER, {"name": name, "role": role, "password_hash": password_hash})).scalar()
    if made is not None:
        return made, True
    known: uuid.UUID = (await connection.execute(_USER_ID, {"name": name})).scalar_one()
    return known, False


async def ensure_worker(connection: AsyncConnection, name: str, capabilities: list[str], concurrency: int) -> uuid.UUID:
    """The id of the worker with this name, with exactly these capabilities."""
    row = {"name": name, "capabilities": capabilities, "concurrency": concurrency}
    id_: uuid.UUID = (await connection.execute(_WORKER, row)).scalar_one()
    return id_


async def user_key(connection: AsyncConnection, user_id: uuid.UUID, label: str) -> str:
    return await make_key(connection, KeyKind.USER, user_id=user_id, label=label)


async def worker_key(connection: AsyncConnection, worker_id: uuid.UUID) -> str:
    return await make_key(connection, KeyKind.WORKER, worker_id=worker_id)
