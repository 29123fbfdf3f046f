"""Recent runs of workers: their newest attempts, counted and timed per capability."""

import uuid
from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

#: Of each worker, the newest so many attempts of the last so many hours.
NEWEST = 100
HOURS = 24

# A cancelled attempt is nobody's failure, and says nothing about how long the work takes.
_WORK = text("""
SELECT newest.worker_id, tasks.capability,
    count(*) FILTER (WHERE newest.status = 'succeeded') AS succeeded,
    count(*) FILTER (WHERE newest.status = 'failed') AS failed,
    count(*) FILTER (WHERE newest.status = 'lost') AS lost,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY newest.seconds) AS p50_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY newest.seconds) AS p95_seconds
FROM workers w
CROSS JOIN LATERAL (
    SELECT a.worker_id, a.task_id,
        CASE WHEN a.error->>'type' = 'WorkerLost' THEN 'lost' ELSE a.status END AS status,
        CASE WHEN a.status IN ('succeeded', 'failed') AND a.error->>'type' IS DISTINCT FROM 'WorkerLost'
            THEN CAST(extract(epoch FROM a.ended_at - COALESCE(a.started_at, a.claimed_at)) AS float) END AS seconds
    FROM task_attempts a
    WHERE a.worker_id = w.id AND a.ended_at > now() - make_interval(hours => :hours)
        AND a.status IN ('succeeded', 'failed', 'lost')
        -- What was handed back in good order is nobody's failure either.
        AND COALESCE(a.error->>'type', '') NOT IN ('HandedBack', 'WorkerLeft')
    ORDER BY a.ended_at DESC LIMIT :newest
) newest
JOIN tasks ON tasks.id = newest.task_id
WHERE CAST(:worker_id AS uuid) IS NULL OR w.id = :worker_id
GROUP BY GROUPING SETS ((newest.worker_id, tasks.capability), (newest.worker_id))
ORDER BY newest.worker_id, tasks.capability
""").bindparams(hours=HOURS, newest=NEWEST)


async def recent_work(connection: AsyncConnection, worker_id: uuid.UUID | None = None) -> Sequence[RowMapping]:
    """A row per worker and capability, and one per worker over all, whose capability is None."""
    return (await connection.execute(_WORK, {"worker_id": worker_id})).mappings().all()
