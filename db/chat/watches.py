"""Messages that follow tasks, kept in Postgres so that whoever added a task hears of its end after any restart."""

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import RowMapping, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import PlanPartRow, Task

_BEGIN = text("""
INSERT INTO telegram_watches (update_id, telegram_user_id, chat_id, topic, message_id, task_ids, heading)
VALUES (:update_id, :telegram_user_id, :chat_id, :topic, :message_id, :task_ids, :heading)
ON CONFLICT (update_id) DO NOTHING
""")
# Whoever may not read tasks (any more) hears nothing more of them. Of each chat so many at most: one with a thousand
# messages that Telegram does not take would otherwise be all that is looked at.
_DUE = text("""
SELECT watches.*, users.id IS NOT NULL AS may_read,
    CASE WHEN users.confined THEN ARRAY(
        SELECT workspace FROM workspace_members WHERE workspace_members.user_id = users.id
    ) END AS workspaces
FROM (
    SELECT *, row_number() OVER (PARTITION BY chat_id ORDER BY next_at, id) AS turn FROM telegram_watches
    WHERE ended_at IS NULL AND next_at <= now() AND id <> ALL (CAST(:busy AS bigint[]))
        AND chat_id <> ALL (CAST(:full AS bigint[]))
) AS watches
LEFT JOIN telegram_links AS links ON links.telegram_user_id = watches.telegram_user_id
LEFT JOIN users ON users.id = links.user_id AND users.disabled_at IS NULL
WHERE turn <= :each ORDER BY turn, next_at, watches.id LIMIT :limit
""")
_SHOWN = text("""
UPDATE telegram_watches SET message_id = :message_id, shown = :shown, next_at = now() + :pause, tries = 0 WHERE id = :id
""")
_PUT_OFF = text("""
UPDATE telegram_watches SET next_at = now() + :pause, tries = tries + 1 WHERE id = :id RETURNING tries
""")
_GIVE_UP = text("UPDATE telegram_watches SET ended_at = now(), given_up = :why WHERE id = :id AND ended_at IS NULL")
_LATER = text("UPDATE telegram_watches SET next_at = now() + :pause WHERE id = :id")
# What has been open for long is looked at less often.
_QUIET = text("""
UPDATE telegram_watches
SET tries = 0, next_at = now()
    + CASE WHEN created_at > now() - interval '10 minutes' THEN interval '1 s' ELSE interval '5 s' END
WHERE id = ANY (:ids)
""")
_END = text("UPDATE telegram_watches SET ended_at = now() WHERE id = :id")
_MUTE = text("""
UPDATE telegram_watches SET ended_at = now()
WHERE ended_at IS NULL AND chat_id = :chat_id AND message_id = :message_id
""")
# One message shows one watch: the newest.
_REPLACE = text("""
UPDATE telegram_watches SET ended_at = now()
WHERE ended_at IS NULL AND chat_id = :chat_id AND message_id = :message_id AND update_id <> :update_id
""")
_SWEEP = text("DELETE FROM telegram_watches WHERE ended_at < now() - :age")

_TASK, _PART = Task.__table__, PlanPartRow.__table__


async def begin_watch(
    connection: AsyncConnection,
    update_id: int,
    telegram_user_id: int,
    chat_id: int,
    task_ids: Sequence[uuid.UUID],
    *,
    heading: str = "",
    message_id: int | None = None,
    topic: int | None = None,
) -> None:
    """Follow these tasks in a new message, or in one that is there. The same update begins one watch."""
    row = {
        "update_id": update_id,
        "telegram_user_id": telegram_user_id,
        "chat_id": chat_id,
        "topic": topic,
        "message_id": message_id,
        "task_ids": list(task_ids),
        "heading": heading,
    }
    await connection.execute(_BEGIN, row)
    if message_id is not None:
        await connection.execute(_REPLACE, {"chat_id": chat_id, "message_id": message_id, "update_id": update_id})


async def due_watches(
    connection: AsyncConnection, *, busy: Collection[int], full: Collection[int], each: int, limit: int
) -> Sequence[RowMapping]:
    """None of those that are ``busy``, none of chats that are ``full``, and no more than so many of ``each`` chat.

    ``may_read``: whoever asked for it still may read tasks; ``workspaces``: of these only; None: of all.
    """
    values = {"busy": list(busy), "full": list(full), "each": each, "limit": limit}
    return (await connection.execute(_DUE, values)).mappings().all()


async def tasks_of(connection: AsyncConnection, task_ids: Sequence[uuid.UUID]) -> Sequence[RowMapping]:
    """Their rows, without those that are deleted; ``step_status``: of one of a plan, where it stands in that, and
    ``review_before``: until when a person may look at its result."""
    part = tuple_(_PART.c.plan_id, _PART.c.step, _PART.c.place)
    query = (
        select(*_TASK.c, _PART.c.status.label("step_status"), _PART.c.review_before)
        .join_from(_TASK, _PART, part == tuple_(_TASK.c.plan_id, _TASK.c.plan_step, _TASK.c.plan_place), isouter=True)
        .where(_TASK.c.id.in_(task_ids), _TASK.c.deleted_at.is_(None))
    )
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def note_shown(connection: AsyncConnection, id_: int, message_id: int, shown: str, pause: timedelta) -> None:
    row = {"id": id_, "message_id": message_id, "shown": shown, "pause": pause}
    await connection.execute(_SHOWN, row)


async def look_later(connection: AsyncConnection, id_: int, pause: timedelta) -> None:
    await connection.execute(_LATER, {"id": id_, "pause": pause})


async def put_off(connection: AsyncConnection, id_: int, pause: timedelta) -> int:
    """Something is wrong with it; how often that was so in a row."""
    tries: int | None = (await connection.execute(_PUT_OFF, {"id": id_, "pause": pause})).scalar()
    return tries or 0


async def give_up(connection: AsyncConnection, id_: int, why: str) -> None:
    await connection.execute(_GIVE_UP, {"id": id_, "why": why})


async def nothing_new(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(_QUIET, {"ids": list(ids)})


async def end_watch(connection: AsyncConnection, id_: int) -> None:
    await connection.execute(_END, {"id": id_})


async def mute_message(connection: AsyncConnection, chat_id: int, message_id: int) -> bool:
    """Whether the message followed something until now."""
    found = await connection.execute(_MUTE, {"chat_id": chat_id, "message_id": message_id})
    return found.rowcount > 0


async def sweep_watches(connection: AsyncConnection, age: timedelta) -> None:
    await connection.execute(_SWEEP, {"age": age})
