"""The alert rules as they are kept: those shipped, those of a file, and what the API made of them."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.rules import Rule

_LIST = text("""
SELECT name, body, origin, changed_by, changed_at, muted_until, muted_by FROM alert_rules ORDER BY name
""")
_GET = text("""
SELECT name, body, origin, changed_by, changed_at, muted_until, muted_by FROM alert_rules WHERE name = :name FOR UPDATE
""")

_SYNC = text("""
INSERT INTO alert_rules AS known (name, body, origin, changed_by)
SELECT name, body, :origin, 'system:core'
FROM jsonb_to_recordset(CAST(:rules AS jsonb)) AS given (name text, body jsonb)
ORDER BY name
ON CONFLICT (name) DO UPDATE SET body = EXCLUDED.body, origin = EXCLUDED.origin, changed_by = EXCLUDED.changed_by,
    changed_at = now()
WHERE known.origin <> 'api' AND (known.body, known.origin) IS DISTINCT FROM (EXCLUDED.body, EXCLUDED.origin)
""")
_GONE = text("DELETE FROM alert_rules WHERE origin <> 'api' AND NOT (name = ANY(CAST(:names AS text[])))")

_PUT = text("""
INSERT INTO alert_rules (name, body, origin, changed_by) VALUES (:name, CAST(:body AS jsonb), 'api', :by)
ON CONFLICT (name) DO UPDATE SET body = EXCLUDED.body, origin = 'api', changed_by = EXCLUDED.changed_by,
    changed_at = now()
RETURNING (xmax = 0) AS added
""")
_DELETE = text("DELETE FROM alert_rules WHERE name = :name AND origin = 'api' RETURNING name")
_MUTE = text("UPDATE alert_rules SET muted_until = :until, muted_by = :by WHERE name = :name RETURNING name")


async def list_rules(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_LIST)).mappings().all()


async def get_rule(connection: AsyncConnection, name: str) -> RowMapping | None:
    """The row, locked until the transaction ends."""
    return (await connection.execute(_GET, {"name": name})).mappings().one_or_none()


async def sync_rules(connection: AsyncConnection, shipped: Sequence[Rule], file: Sequence[Rule]) -> None:
    """Have the table follow what is shipped and the file, which goes before it. What the API wrote stays as it is."""
    of_file = {rule.name for rule in file}
    for origin, rules in (("shipped", [each for each in shipped if each.name not in of_file]), ("file", file)):
        given = [{"name": each.name, "body": each.body} for each in rules]
        await connection.execute(_SYNC, {"origin": origin, "rules": json.dumps(given)})
    await connection.execute(_GONE, {"names": [each.name for each in (*shipped, *file)]})


async def put_rule(connection: AsyncConnection, rule: Rule, by: str) -> bool:
    """Write it; returns whether it is new."""
    values = {"name": rule.name, "body": json.dumps(rule.body), "by": by}
    return bool((await connection.execute(_PUT, values)).scalar_one())


async def delete_rule(connection: AsyncConnection, name: str) -> bool:
    """Delete a rule that the API wrote; returns whether there was one."""
    return (await connection.execute(_DELETE, {"name": name})).first() is not None


async def mute_rule(connection: AsyncConnection, name: str, until: datetime | None, by: str) -> bool:
    """Send nothing of it until then; None ends that. Returns whether there is such a rule."""
    values = {"name": name, "until": until, "by": by if until else None}
    return (await connection.execute(_MUTE, values)).first() is not None
