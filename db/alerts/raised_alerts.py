"""Raises and ends alerts on behalf of other parts of ClawdBot, in the caller's transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import Raised
from contracts.alerts.rules import RuleKind

# What is the same as before is not written again.
_KEEP = text("""
WITH wanted AS (
    SELECT * FROM jsonb_to_recordset(CAST(:signals AS jsonb))
        AS w (key text, title text, body text, count int, until timestamptz)
), over AS (
    DELETE FROM alert_signals WHERE kind = :kind AND key NOT IN (SELECT key FROM wanted)
)
INSERT INTO alert_signals AS known (kind, key, title, body, count, until)
SELECT :kind, key, title, body, count, until FROM wanted ORDER BY key
ON CONFLICT (kind, key) DO UPDATE
SET title = EXCLUDED.title, body = EXCLUDED.body, count = EXCLUDED.count, until = EXCLUDED.until
WHERE (known.title, known.body, known.count, known.until)
    IS DISTINCT FROM (EXCLUDED.title, EXCLUDED.body, EXCLUDED.count, EXCLUDED.until)
""")
_CLEAR = text("DELETE FROM alert_signals WHERE kind = :kind AND key = :key")
_LONGEST_KEY = 200


async def keep_raised(connection: AsyncConnection, kind: RuleKind, signals: Sequence[Raised]) -> None:
    """These of a kind that others raise (``agent_escalation`` …) are raised, and no others.

    The same ``key`` is the same alert. A channel hears of it again only if ``count`` has grown.
    """
    rows = {each.key[:_LONGEST_KEY]: _row(each) for each in signals}
    await connection.execute(_KEEP, {"kind": kind.value, "signals": json.dumps(list(rows.values()), default=str)})


async def clear_raised(connection: AsyncConnection, kind: RuleKind, key: str) -> None:
    """It is over; nothing happens if it was not raised."""
    await connection.execute(_CLEAR, {"kind": kind.value, "key": key[:_LONGEST_KEY]})


def _row(signal: Raised) -> dict[str, object]:
    cut = {"key": signal.key[:_LONGEST_KEY], "title": signal.title[:500], "body": signal.body[:4_000]}
    return {**asdict(signal), **cut}
