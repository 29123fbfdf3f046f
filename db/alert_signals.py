"""For other parts of ClawdBot: raise something that a rule of this kind tells people, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts import RuleKind

_RAISE = text("""
INSERT INTO alert_signals AS known (kind, key, title, body, until) VALUES (:kind, :key, :title, :body, :until)
ON CONFLICT (kind, key) DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body, until = EXCLUDED.until,
    count = known.count + 1
""")
_CLEAR = text("DELETE FROM alert_signals WHERE kind = :kind AND key = :key")


async def raise_signal(
    connection: AsyncConnection, kind: RuleKind, key: str, title: str, body: str = "", *, until: datetime | None = None
) -> None:
    """Of kind ``budget_near`` or ``agent_escalation``. The same ``key`` is the same alert; it lasts until cleared."""
    values = {"kind": kind.value, "key": key[:200], "title": title[:500], "body": body[:4_000], "until": until}
    await connection.execute(_RAISE, values)


async def clear_signal(connection: AsyncConnection, kind: RuleKind, key: str) -> None:
    """It is over; nothing happens if it was not raised."""
    await connection.execute(_CLEAR, {"kind": kind.value, "key": key[:200]})
