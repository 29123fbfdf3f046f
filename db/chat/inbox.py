"""Updates from Telegram that were received, each carried out once and in the order of its chat."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_STORE = text("""
INSERT INTO telegram_updates (update_id, chat_id, payload) VALUES (:update_id, :chat_id, CAST(:payload AS jsonb))
ON CONFLICT (update_id) DO NOTHING RETURNING update_id
""")
# The oldest of each chat: what comes after it waits for it.
_DUE = text("""
SELECT update_id, chat_id, payload, attempts, received_at FROM (
    SELECT DISTINCT ON (chat_id) * FROM telegram_updates
    WHERE done_at IS NULL AND chat_id <> ALL (:busy) ORDER BY chat_id, update_id
) AS oldest WHERE next_attempt_at <= now() ORDER BY update_id LIMIT :limit
""")
_DONE = text("UPDATE telegram_updates SET done_at = now(), payload = NULL WHERE update_id = :update_id")
_POSTPONE = text("""
UPDATE telegram_updates SET attempts = attempts + 1, next_attempt_at = now() + :delay WHERE update_id = :update_id
""")
_SWEEP = text("DELETE FROM telegram_updates WHERE done_at < now() - :age")


@dataclass(frozen=True)
class Received:
    """An update as Telegram sent it."""

    update_id: int
    chat_id: int
    payload: dict[str, Any]
    #: How often it could not be carried out.
    attempts: int
    received_at: datetime


async def store_updates(connection: AsyncConnection, updates: Sequence[tuple[int, int, dict[str, Any]]]) -> int:
    """How many of them (update id, chat id, update) were new."""
    stored = 0
    for update_id, chat_id, payload in updates:
        row = {"update_id": update_id, "chat_id": chat_id, "payload": json.dumps(payload)}
        stored += (await connection.execute(_STORE, row)).first() is not None
    return stored


async def due_updates(connection: AsyncConnection, busy: Collection[int], limit: int) -> list[Received]:
    """The next update of each chat that is not busy."""
    rows: Sequence[RowMapping] = (await connection.execute(_DUE, {"busy": list(busy), "limit": limit})).mappings().all()
    return [Received(**row) for row in rows]


async def mark_done(connection: AsyncConnection, update_id: int) -> None:
    await connection.execute(_DONE, {"update_id": update_id})


async def postpone(connection: AsyncConnection, update_id: int, delay: timedelta) -> None:
    await connection.execute(_POSTPONE, {"update_id": update_id, "delay": delay})


async def sweep_updates(connection: AsyncConnection, age: timedelta) -> None:
    """Forget those that Telegram cannot send again; it keeps them for a day."""
    await connection.execute(_SWEEP, {"age": age})
