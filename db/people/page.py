"""Settings and saved views of a person; nobody else's can be reached with them."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

#: Of one person.
MOST_VIEWS = 200

_SETTINGS = text("SELECT settings FROM user_settings WHERE user_id = :user_id")
_SET = text("""
INSERT INTO user_settings (user_id, settings) VALUES (:user_id, CAST(:settings AS jsonb))
ON CONFLICT (user_id) DO UPDATE SET settings = EXCLUDED.settings, changed_at = now()
""")
_VIEWS = text("""
SELECT id, page, name, query, created_at, changed_at FROM saved_views
WHERE user_id = :user_id AND (CAST(:page AS text) IS NULL OR page = :page) ORDER BY page, name
""")
# The row of the user is the lock: two at once must not both be the last that there is room for.
_LOCK = text("SELECT 1 FROM users WHERE id = :user_id FOR NO KEY UPDATE")
_COUNT = text("SELECT count(*) FROM saved_views WHERE user_id = :user_id")
_ADD = text("""
INSERT INTO saved_views (user_id, page, name, query) VALUES (:user_id, :page, :name, :query)
ON CONFLICT (user_id, page, name) DO NOTHING RETURNING id, page, name, query, created_at, changed_at
""")
_CHANGE = text("""
UPDATE saved_views SET name = COALESCE(:name, name), query = COALESCE(:query, query), changed_at = now()
WHERE id = :id AND user_id = :user_id RETURNING id, page, name, query, created_at, changed_at
""")
_TAKEN = text("""
SELECT 1 FROM saved_views taken JOIN saved_views own ON own.id = :id AND own.user_id = :user_id
WHERE taken.user_id = :user_id AND taken.page = own.page AND taken.name = :name AND taken.id <> own.id
""")
_DELETE = text("DELETE FROM saved_views WHERE id = :id AND user_id = :user_id RETURNING id")


class TooManyViews(Exception):
    """There are MOST_VIEWS already."""


class ViewNameTaken(Exception):
    """Another view of the page has this name."""


async def settings_of(connection: AsyncConnection, user_id: uuid.UUID) -> dict[str, Any]:
    found: dict[str, Any] | None = (await connection.execute(_SETTINGS, {"user_id": user_id})).scalar()
    return found or {}


async def set_settings(connection: AsyncConnection, user_id: uuid.UUID, settings: dict[str, Any]) -> None:
    await connection.execute(_SET, {"user_id": user_id, "settings": json.dumps(settings)})


async def views_of(connection: AsyncConnection, user_id: uuid.UUID, page: str | None) -> Sequence[RowMapping]:
    return (await connection.execute(_VIEWS, {"user_id": user_id, "page": page})).mappings().all()


async def add_view(connection: AsyncConnection, user_id: uuid.UUID, page: str, name: str, query: str) -> RowMapping:
    """Raises TooManyViews, ViewNameTaken."""
    await connection.execute(_LOCK, {"user_id": user_id})
    if (await connection.execute(_COUNT, {"user_id": user_id})).scalar_one() >= MOST_VIEWS:
        raise TooManyViews
    row = {"user_id": user_id, "page": page, "name": name, "query": query}
    made = (await connection.execute(_ADD, row)).mappings().first()
    if made is None:
        raise ViewNameTaken
    return made


async def change_view(
    connection: AsyncConnection, user_id: uuid.UUID, id_: uuid.UUID, name: str | None, query: str | None
) -> RowMapping | None:
    """None leaves a field as it is. Returns None when this user has no such view. Raises ViewNameTaken."""
    await connection.execute(_LOCK, {"user_id": user_id})
    row = {"user_id": user_id, "id": id_, "name": name}
    if name is not None and (await connection.execute(_TAKEN, row)).first():
        raise ViewNameTaken
    return (await connection.execute(_CHANGE, {**row, "query": query})).mappings().first()


async def delete_view(connection: AsyncConnection, user_id: uuid.UUID, id_: uuid.UUID) -> bool:
    return (await connection.execute(_DELETE, {"user_id": user_id, "id": id_})).first() is not None
