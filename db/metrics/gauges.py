"""Reads the system's health for Prometheus. Small tables and indexes only."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.metrics.queries import open_tasks, outbox_depth
from db.metrics.rollup import counted_until


@dataclass(frozen=True)
class Seen:
    outbox: int
    outbox_oldest_seconds: float
    #: Of the row that should have been compared with Temporal longest ago; 0 if none is due.
    mirror_overdue_seconds: float
    #: Unix time.
    counted_until: float
    open_tasks: dict[str, int]
    ended_today: dict[str, int]
    workers: dict[str, int]
    #: Messages about tasks that the chat bot gave up within a day.
    chat_given_up: int


OVERDUE = text("""
SELECT COALESCE(CAST(extract(epoch FROM now() - min(reconcile_after)) AS float), 0) FROM tasks
WHERE reconcile_after <= now()
""")
_TODAY = text("""
SELECT succeeded, failed, cancelled, rejected FROM task_metrics_daily
WHERE day = CAST(now() AT TIME ZONE 'UTC' AS date) AND type = '*'
""")
_CHAT_GIVEN_UP = text("""
SELECT count(*) FROM telegram_watches WHERE given_up IS NOT NULL AND ended_at > now() - interval '1 day'
""")
_WORKERS = text("SELECT status, count(*) AS workers FROM workers WHERE retired_at IS NULL GROUP BY status")


async def look(connection: AsyncConnection) -> Seen:
    """Ask everything. Needs no snapshot: the figures have nothing to do with each other."""
    outbox = await outbox_depth(connection)
    today = (await connection.execute(_TODAY)).mappings().first()
    until = await counted_until(connection)
    return Seen(
        outbox=outbox["commands"],
        outbox_oldest_seconds=outbox["oldest_seconds"] or 0,
        mirror_overdue_seconds=(await connection.execute(OVERDUE)).scalar_one(),
        counted_until=until.timestamp() if until else 0,
        open_tasks={row["status"]: row["tasks"] for row in await open_tasks(connection)},
        ended_today=dict(today) if today else {},
        workers={row.status: row.workers for row in await connection.execute(_WORKERS)},
        chat_given_up=(await connection.execute(_CHAT_GIVEN_UP)).scalar_one(),
    )
