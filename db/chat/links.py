"""Links of Telegram accounts to people, and the codes that link them."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.users import KnownUser

_MAKE_CODE = text("""
INSERT INTO telegram_codes (user_id, code_hash, expires_at) VALUES (:user_id, :code_hash, now() + :lifetime)
ON CONFLICT (user_id) DO UPDATE SET code_hash = EXCLUDED.code_hash, expires_at = EXCLUDED.expires_at
RETURNING expires_at
""")
# Gone whoever it brings in: of two that name a code at the same moment, one finds it.
_USE_CODE = text("DELETE FROM telegram_codes WHERE code_hash = :code_hash AND expires_at > now() RETURNING user_id")
_DROP_OLD = text("""
DELETE FROM telegram_links WHERE telegram_user_id = :telegram_user_id OR user_id = :user_id
""")
_LINK = text("""
INSERT INTO telegram_links (telegram_user_id, user_id, telegram_name) VALUES (:telegram_user_id, :user_id, :name)
""")
_PERSON = text("""
SELECT users.id, users.name, users.role, users.token_version, users.disabled_at
FROM telegram_links JOIN users ON users.id = telegram_links.user_id
WHERE telegram_user_id = :telegram_user_id
""")
_OF_USER = text("SELECT telegram_user_id, telegram_name, linked_at FROM telegram_links WHERE user_id = :user_id")
_UNLINK_USER = text("DELETE FROM telegram_links WHERE user_id = :user_id RETURNING telegram_user_id")
_DROP_CODE = text("DELETE FROM telegram_codes WHERE user_id = :user_id")


@dataclass(frozen=True)
class LinkedPerson:
    """Whom a Telegram account acts as; ``disabled``: they may do nothing."""

    user: KnownUser
    disabled: bool


async def make_code(connection: AsyncConnection, user_id: uuid.UUID, code_hash: bytes, lifetime: timedelta) -> datetime:
    """Until when the code is valid; an earlier one of this person is over."""
    row = {"user_id": user_id, "code_hash": code_hash, "lifetime": lifetime}
    expires_at: datetime = (await connection.execute(_MAKE_CODE, row)).scalar_one()
    return expires_at


async def link(connection: AsyncConnection, code_hash: bytes, telegram_user_id: int, name: str) -> LinkedPerson | None:
    """Use up the code; earlier links of account and person end. None when the code is not valid (any more)."""
    user_id = (await connection.execute(_USE_CODE, {"code_hash": code_hash})).scalar()
    if user_id is None:
        return None
    row = {"telegram_user_id": telegram_user_id, "user_id": user_id, "name": name}
    await connection.execute(_DROP_OLD, row)
    await connection.execute(_LINK, row)
    return await linked_person(connection, telegram_user_id)


async def linked_person(connection: AsyncConnection, telegram_user_id: int) -> LinkedPerson | None:
    row = (await connection.execute(_PERSON, {"telegram_user_id": telegram_user_id})).mappings().first()
    if row is None:
        return None
    user = KnownUser(row["id"], row["name"], row["role"], row["token_version"])
    return LinkedPerson(user, row["disabled_at"] is not None)


async def link_of(connection: AsyncConnection, user_id: uuid.UUID) -> RowMapping | None:
    """The account of a person, if there is one."""
    return (await connection.execute(_OF_USER, {"user_id": user_id})).mappings().first()


async def unlink(connection: AsyncConnection, user_id: uuid.UUID) -> int | None:
    """End link and open code of a person; the id of the account that was linked."""
    await connection.execute(_DROP_CODE, {"user_id": user_id})
    telegram_user_id: int | None = (await connection.execute(_UNLINK_USER, {"user_id": user_id})).scalar()
    return telegram_user_id
