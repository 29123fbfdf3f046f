"""Messages on their way to a channel: handing them to Temporal, each try, and how it ended."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Temporal refuses a message that it knows, so one that is handed over twice is sent once.
_WAITING = text("""
SELECT id FROM task_notifications WHERE state = 'pending' AND handed_over_at IS NULL ORDER BY id LIMIT :limit
""")
_HANDED_OVER = text("UPDATE task_notifications SET handed_over_at = now() WHERE id = :id")

# Who died while sending is no longer waited for after the longest that a try may take (workflows/notify.py).
_EARLIER_UNDER_WAY = text("""
SELECT 1 FROM task_notifications this
JOIN task_notifications earlier ON earlier.notification_id = this.notification_id AND earlier.channel = this.channel
    AND earlier.id < this.id
WHERE this.id = :id AND earlier.state = 'pending' AND earlier.trying_since > now() - interval '90 seconds' LIMIT 1
""")
_BEGIN = text("""
UPDATE task_notifications d SET attempts = d.attempts + 1,
    trying_since = CASE WHEN newer.id IS NULL THEN now() END,
    state = CASE WHEN newer.id IS NULL THEN 'pending' ELSE 'superseded' END
FROM task_notifications this
LEFT JOIN LATERAL (
    SELECT id FROM task_notifications n
    WHERE n.notification_id = this.notification_id AND n.channel = this.channel AND n.id > this.id LIMIT 1
) newer ON true
WHERE d.id = :id AND this.id = d.id AND d.state = 'pending'
RETURNING d.id, d.notification_id, d.channel, d.kind, d.severity, d.title, d.message, d.state, (
    SELECT d.task_id FROM notifications n WHERE n.id = d.notification_id AND n.kind = 'task_failed' AND d.count = 1
) AS failed_task, (
    SELECT before.message_id FROM task_notifications before
    WHERE before.notification_id = d.notification_id AND before.channel = d.channel AND before.id < d.id
        AND before.message_id IS NOT NULL ORDER BY before.id DESC LIMIT 1
) AS edits
""")
_SENT = text("""
UPDATE task_notifications SET state = 'sent', sent_at = now(), trying_since = NULL, message_id = :message_id,
    tries = tries || jsonb_build_object('at', now(), 'error', NULL)
WHERE id = :id
""")
# The last 20 tries of each message are kept.
_MISSED = text("""
UPDATE task_notifications SET tries = (
    SELECT jsonb_agg(each ORDER BY place) FROM (
        SELECT each, place FROM jsonb_array_elements(tries || CAST(:try AS jsonb)) WITH ORDINALITY t (each, place)
        ORDER BY place DESC LIMIT 20
    ) newest
), trying_since = NULL, state = CASE WHEN :final THEN 'failed' ELSE state END
WHERE id = :id AND state = 'pending'
""")

_OF = text("""
SELECT id, notification_id, task_id, channel, kind, severity, title, state, message_id, attempts, tries, created_at,
    handed_over_at, sent_at
FROM task_notifications WHERE notification_id = :id ORDER BY id LIMIT 1000
""")


class EarlierUnderWay(Exception):
    """The message before this one, about the same alert and to the same channel, is being sent right now."""


@dataclass(frozen=True)
class Begun:
    """A message that is to be sent now."""

    id: int
    channel: str
    kind: str
    severity: str
    title: str
    message: str
    #: The message of the same alert on this channel that this one takes the place of, where that can be done.
    edits: str | None
    notification_id: int
    #: The task, where the message is about one that failed for good and nothing else.
    failed_task: uuid.UUID | None


async def waiting(connection: AsyncConnection, limit: int = 100) -> list[int]:
    """Messages that Temporal has not taken."""
    return list((await connection.execute(_WAITING, {"limit": limit})).scalars())


async def note_handed_over(connection: AsyncConnection, id_: int) -> None:
    await connection.execute(_HANDED_OVER, {"id": id_})


async def begin_try(connection: AsyncConnection, id_: int) -> Begun | None:
    """Count a try. None if nothing is left to do: it was sent, given up, or a newer one says more.

    Raises:
        EarlierUnderWay: or the channel might read first that it is over, and then that it began.
    """
    if (await connection.execute(_EARLIER_UNDER_WAY, {"id": id_})).first():
        raise EarlierUnderWay
    row = (await connection.execute(_BEGIN, {"id": id_})).mappings().one_or_none()
    if row is None or row["state"] != "pending":
        return None
    return Begun(**{name: row[name] for name in Begun.__dataclass_fields__})


async def note_sent(connection: AsyncConnection, id_: int, message_id: str | None) -> None:
    await connection.execute(_SENT, {"id": id_, "message_id": message_id})


async def note_missed(connection: AsyncConnection, id_: int, at: str, error: str, *, final: bool = False) -> None:
    """The try failed. ``final``: it was the last one."""
    given = json.dumps([{"at": at, "error": error}])
    await connection.execute(_MISSED, {"id": id_, "try": given, "final": final})


async def deliveries_of(connection: AsyncConnection, notification_id: int) -> Sequence[RowMapping]:
    """All messages of one notification, the oldest first."""
    return (await connection.execute(_OF, {"id": notification_id})).mappings().all()
