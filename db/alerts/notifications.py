"""The in-app list: reading it, ticking off what was read, muting, and writing what no rule found."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Notification, NotificationRead

_N, _R = Notification.__table__.c, NotificationRead.__table__.c
_VIEW = (
    _N.id, _N.rule, _N.kind, _N.fingerprint, _N.severity, _N.title, _N.body, _N.data, _N.task_id, _N.count, _N.state,
    _N.first_seen_at, _N.last_seen_at, _N.recovered_at, _N.muted_until, _N.muted_by,
)  # fmt: skip
# Counting stops at a thousand.
_UNREAD = text("""
SELECT count(*) FROM (
    SELECT 1 FROM notifications n WHERE NOT EXISTS (
        SELECT 1 FROM notification_reads r WHERE r.notification_id = n.id AND r.reader = :reader
    ) LIMIT 1000
) unread
""")
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
    query = _seen_by(reader).order_by(_N.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_N.id < before)
    if unread:
        query = query.where(_R.read_at.is_(None))
    pairs = ((_N.state, state), (_N.kind, kind), (_N.rule, rule))
    query = query.where(*(column == value for column, value in pairs if value is not None))
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def get_notification(connection: AsyncConnection, id_: int, reader: str) -> RowMapping | None:
    query = _seen_by(reader).where(_N.id == id_)
    row: RowMapping | None = (await connection.execute(query)).mappings().one_or_none()
    return row


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


def _seen_by(reader: str) -> Select[Any]:
    """Notifications, with when the reader has read each."""
    read = and_(_R.notification_id == _N.id, _R.reader == reader)
    return select(*_VIEW, _R.read_at).join_from(Notification, NotificationRead, read, isouter=True)
