"""Writes who is online: presence as the gateway sees it, changes of state as core notes them, and canaries."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.workers.states import CHANGES

#: Events that are kept of each worker.
EVENTS_KEPT = 200

_BEAT = text("""
INSERT INTO service_beats (name, started_at, at) VALUES ('gateway', :started_at, now())
ON CONFLICT (name) DO UPDATE SET started_at = EXCLUDED.started_at, at = EXCLUDED.at
""")

_PRESENT = text("""
UPDATE workers SET
    last_seen_at = now() - make_interval(secs => :silent), polling = :polling,
    vitals = COALESCE(CAST(:vitals AS jsonb), vitals), vitals_at = COALESCE(CAST(:vitals_at AS timestamptz), vitals_at),
    leaving_since = CASE WHEN :leaving THEN COALESCE(leaving_since, now()) END,
    left_at = CASE WHEN :left THEN COALESCE(left_at, now()) END,
    canary_queue_at = CASE WHEN :canaries THEN COALESCE(canary_queue_at, now()) ELSE canary_queue_at END
WHERE id = CAST(:id AS uuid)
""")

_PRUNE = text("""
DELETE FROM worker_events WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY worker_id ORDER BY id DESC) AS place FROM worker_events
    ) numbered WHERE place > :kept
)
""").bindparams(kept=EVENTS_KEPT)

_DUE = text("""
UPDATE workers SET canary_next_at = now() + make_interval(secs => :lease)
WHERE id IN (
    SELECT id FROM workers
    WHERE canary_queue_at IS NOT NULL AND left_at IS NULL AND leaving_since IS NULL AND status <> 'offline'
        AND (canary_next_at IS NULL OR canary_next_at <= now())
    ORDER BY canary_next_at NULLS FIRST LIMIT :limit FOR UPDATE SKIP LOCKED
)
RETURNING id
""")

_HEARD = text("""
UPDATE workers SET canary_heard_at = now(), canary_misses = 0, canary_next_at = now() + make_interval(secs => :again)
WHERE id = :id
""")

# A worker that was not seen since the canary was sent is not deaf: it is gone, or the gateway is. After a miss the
# next one follows soon: the second miss decides.
_MISSED = text("""
UPDATE workers SET
    canary_misses = CASE WHEN last_seen_at > now() - make_interval(secs => :took) AND leaving_since IS NULL
        THEN LEAST(canary_misses + 1, 1000) ELSE canary_misses END,
    canary_next_at = now() + LEAST(make_interval(secs => :again), interval '5 seconds')
WHERE id = :id AND canary_queue_at IS NOT NULL
""")


async def note_present(
    connection: AsyncConnection, workers: Sequence[dict[str, Any]], *, gateway_started_at: datetime
) -> None:
    """What the gateway sees of these workers; and that it looked, also if there is nobody."""
    await connection.execute(_BEAT, {"started_at": gateway_started_at})
    if workers:
        await connection.execute(_PRESENT, workers)


async def note_changes(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Note the states that have changed; the events that this made."""
    return (await connection.execute(CHANGES)).mappings().all()


async def prune_events(connection: AsyncConnection) -> None:
    await connection.execute(_PRUNE)


async def due_for_canary(connection: AsyncConnection, lease: float, limit: int) -> list[uuid.UUID]:
    """Workers that are to be sent a canary now; the caller has ``lease`` seconds to note how it ended."""
    return list((await connection.execute(_DUE, {"lease": lease, "limit": limit})).scalars())


async def note_heard(connection: AsyncConnection, worker_id: uuid.UUID, again: float) -> None:
    """The canary came back; the next one follows in ``again`` seconds."""
    await connection.execute(_HEARD, {"id": worker_id, "again": again})


async def note_missed(connection: AsyncConnection, worker_id: uuid.UUID, again: float, took: float) -> None:
    """The canary that was sent ``took`` seconds ago did not come back."""
    await connection.execute(_MISSED, {"id": worker_id, "again": again, "took": took})
