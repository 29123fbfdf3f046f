"""Groups that became supergroups: Telegram gives them a new id, and no longer knows the old one."""

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import TelegramMove

# Said again it is the same; a group moves once.
_MOVED = text("""
INSERT INTO telegram_moves (old_chat_id, new_chat_id) VALUES (:old, :new) ON CONFLICT (old_chat_id) DO NOTHING
""")


async def note_move(connection: AsyncConnection, old: int, new: int) -> None:
    await connection.execute(_MOVED, {"old": old, "new": new})


async def where_they_are(connection: AsyncConnection, chats: Iterable[int]) -> frozenset[int]:
    """These groups, under every id that they have or had."""
    table = TelegramMove.__table__.c
    moved = dict((await connection.execute(select(table.old_chat_id, table.new_chat_id))).tuples().all())
    found: set[int] = set()
    for chat in chats:
        here: int | None = chat
        while here is not None and here not in found:
            found.add(here)
            here = moved.get(here)
    return frozenset(found)
