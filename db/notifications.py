"""The in-app list: reading it, ticking off what was read, muting, and writing what no rule found."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

_COLUMNS = """n.id, n.rule, n.kind, n.fingerprint, n.severity, n.title, n.body, n.data, n.task_id, n.count, n.state,
    n.first_seen_at, n.last_seen_at, n.recovered_at, n.muted_until, n.muted_by"""
_LIST = text(f"""
SELECT {_COLUMNS}, r.read_at FROM notifications n
LEFT JOIN notification_reads r ON r.notification_id = n.id AND r.reader = :reader
WHERE (CAST(:before AS bigint) IS NULL OR n.id < :before) AND (CAST(:state AS text) IS NULL OR n.state = :state)
    AND (CAST(:kind AS text) IS NULL OR n.kind = :kind) AND (CAST(:rule AS text) IS NULL OR n.rule = :rule)
    AND (NOT :unread OR r.read_at IS NULL)
ORDER BY n.id DESC LIMIT :limit
""")  # noqa: S608 - our own constant
_GET = text(f"""
SELECT {_COLUMNS}, r.read_at FROM notifications n
LEFT JOIN notification_reads r ON r.notification_id = n.id AND r.reader = :reader WHERE n.id = :id
""")  # noqa: S608 - our own constant
#: Counting stops here.
_MOST_UNREAD = 1_000
_UNREAD = text(f"""
SELECT count(*) FROM (
    SELECT 1 FROM notifications n WHERE NOT EXISTS (
        SELECT 1 FROM notification_reads r WHERE r.notification_id = n.id AND r.reader = :reader
    ) LIMIT {_MOST_UNREAD}
) unread
""")  # noqa: S608 - our own constant
_READ = text("""
INSERT INTO notification_reads (reader, notification_id)
SELECT :reader, id FROM notifications WHERE id = ANY(CAST(:ids AS bigint[])) OR (:up_to >= id)
ON CONFLICT DO NOTHING
""")
_MUTE = text("UPDATE notifications SET muted_until = :until, muted_by = :by WHERE id = :id RETURNING id")
_TELL = text("""
INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, data, state, settled)
VALUES (:rule, :kind, :fingerprint, :severity, :title, :body, CAST(:data AS jsonb), 'told', true)
ON CONFLICT DO NOTHING RETURNING id
""")


async def list_notifications(
    connection: AsyncConnection, reader: str, *, before: int | None, limit: int, unread: bool = False,
    state: str | None = None, kind: str | None = None, rule: str | None = None,
) -> Sequence[RowMapping]:  # fmt: skip
    """The newest first, those with a smaller id than ``before``; with when the reader has read each."""
    values = {
        "reader": reader, "before": before, "limit": limit, "unread": unread, "state": state, "kind": kind,
        "rule": rule,
    }  # fmt: skip
    return (await connection.execute(_LIST, values)).mappings().all()


async def get_notification(connection: AsyncConnection, id_: int, reader: str) -> RowMapping | None:
    return (await connection.execute(_GET, {"id": id_, "reader": reader})).mappings().one_or_none()


async def unread_count(connection: AsyncConnection, reader: str) -> int:
    """How many the reader has not read; counts to a thousand."""
    found: int = (await connection.execute(_UNREAD, {"reader": reader})).scalar_one()
    return found


async def mark_read(
    connection: AsyncConnection, reader: str, ids: Sequence[int] = (), up_to: int | None = None
) -> None:
    """Tick off these, or all up to an id. Ids that do not exist are passed over."""
    await connection.execute(_READ, {"reader": reader, "ids": list(ids), "up_to": up_to or 0})


async def mute_notification(connection: AsyncConnection, id_: int, until: datetime | None, by: str) -> bool:
    """Send nothing about it until then; None ends that. Returns whether there is such a notification."""
    values = {"id": id_, "until": until, "by": by if until else None}
    return (await connection.execute(_MUTE, values)).first() is not None


async def tell(
    connection: AsyncConnection, *, rule: str, kind: str, fingerprint: str, severity: str, title: str, body: str,
    data: dict[str, Any] | None = None,
) -> int | None:  # fmt: skip
    """Write what happened once. None if a digest of this fingerprint is there already."""
    values = {
        "rule": rule, "kind": kind, "fingerprint": fingerprint, "severity": severity, "title": title, "body": body,
        "data": json.dumps(data or {}),
    }  # fmt: skip
    found: int | None = (await connection.execute(_TELL, values)).scalar()
    return found
