"""Workers: registering, who is online, who offers what."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Worker

#: A worker that was not seen for this long is offline. The gateway writes its presence every 4 s.
ONLINE_SECONDS = 15

_LIST = text("""
SELECT w.id, w.name, w.capabilities, w.polling, w.max_concurrency, w.registered_at, w.details,
    w.last_seen_at AS last_heartbeat, COALESCE(held.tasks, 0) AS current_tasks,
    CASE WHEN w.last_seen_at IS NULL OR w.last_seen_at < now() - make_interval(secs => :online_seconds) THEN 'offline'
        WHEN COALESCE(held.tasks, 0) > 0 THEN 'busy' ELSE 'idle' END AS status
FROM workers w
LEFT JOIN (
    SELECT worker_id, count(*) AS tasks FROM tasks WHERE status IN ('claimed', 'running') GROUP BY worker_id
) held ON held.worker_id = w.id
WHERE w.retired_at IS NULL
ORDER BY w.name
""").bindparams(online_seconds=ONLINE_SECONDS)

_OFFERING = text("""
SELECT capability, count(*) FILTER (WHERE last_seen_at > now() - make_interval(secs => :online_seconds)) AS online,
    max(last_seen_at) AS last_seen
FROM workers, unnest(polling) AS capability
GROUP BY capability
""").bindparams(online_seconds=ONLINE_SECONDS)


async def register(connection: AsyncConnection, values: dict[str, Any]) -> uuid.UUID:
    """Insert a worker and return its id; an existing name is an IntegrityError."""
    made = await connection.execute(insert(Worker).values(values).returning(Worker.id))
    id_: uuid.UUID = made.scalar_one()
    return id_


async def list_workers(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(_LIST)).mappings().all()


async def offering(connection: AsyncConnection) -> dict[str, RowMapping]:
    """Per capability that was ever asked for: workers online now, and when one was last seen."""
    rows = (await connection.execute(_OFFERING)).mappings().all()
    return {row["capability"]: row for row in rows}
