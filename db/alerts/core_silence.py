"""Reads how long core has looked at no alert; opens the one about that, and keeps its messages from core."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Who stops on purpose says so (db/alerts/groups.py); the look of another core after that takes it back.
_SILENCE = text("""
SELECT extract(epoch FROM now() - looked.at) AS seconds, COALESCE(stopped.at >= looked.at, false) AS on_purpose
FROM service_beats looked LEFT JOIN service_beats stopped ON stopped.name = 'alerts: stopped'
WHERE looked.name = 'alerts'
""")
_OPEN = text("""
INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, recovered_title, state)
VALUES (:rule, 'core_gone', :rule, :severity, :title, :body, :recovered, 'firing')
ON CONFLICT (fingerprint) WHERE state = 'firing' DO NOTHING RETURNING id
""")
# Of two API processes one tries, and another one once that has died over it.
_UNSENT = text("""
SELECT d.id FROM task_notifications d JOIN notifications n ON n.id = d.notification_id
WHERE d.state = 'pending' AND n.kind = 'core_gone' AND d.kind = 'first' AND d.attempts < :most
    AND d.created_at > now() - interval '1 day'
    AND (d.trying_since IS NULL OR d.trying_since < now() - interval '90 seconds')
ORDER BY d.id LIMIT 20 FOR UPDATE OF d SKIP LOCKED
""")
_KEEP_FROM_CORE = text("UPDATE task_notifications SET handed_over_at = now() WHERE id = ANY(CAST(:ids AS bigint[]))")
_MOST_TRIES = 100


@dataclass(frozen=True)
class Silence:
    seconds: float
    #: Core has said that it stops.
    on_purpose: bool


async def silence(connection: AsyncConnection) -> Silence | None:
    """None: nobody has ever looked."""
    row = (await connection.execute(_SILENCE)).one_or_none()
    return Silence(float(row.seconds), row.on_purpose) if row else None


async def open_alert(connection: AsyncConnection, rule: str, severity: str, **texts: str) -> int | None:
    """Its id; None if it is open. ``texts``: title, body, recovered."""
    values = {"rule": rule, "severity": severity, **texts}
    return (await connection.execute(_OPEN, values)).scalar_one_or_none()


async def keep_from_core(connection: AsyncConnection, deliveries: Sequence[int]) -> None:
    """Core hands these to nobody when it is back."""
    await connection.execute(_KEEP_FROM_CORE, {"ids": list(deliveries)})


async def unsent(connection: AsyncConnection) -> list[int]:
    """Messages that nobody is sending, locked until the transaction ends."""
    return list((await connection.execute(_UNSENT, {"most": _MOST_TRIES})).scalars())
