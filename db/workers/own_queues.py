"""Reads which workspaces have task queues of their own, and has tasks moved there and back."""

import uuid
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.workers.own_queues import OwnQueues

_OWN = text("""
SELECT DISTINCT served.workspace, offered.capability
FROM workers w CROSS JOIN unnest(w.serves) AS served (workspace)
    CROSS JOIN unnest(w.capabilities) AS offered (capability)
WHERE w.serves IS NOT NULL AND w.retired_at IS NULL
UNION ALL SELECT name, NULL FROM workspaces WHERE own_workers
ORDER BY 1, 2
""")
_SERVES = text("SELECT id, serves FROM workers WHERE serves IS NOT NULL AND retired_at IS NULL")
# A start that is still to come puts its task into the right queue, unless it may have been sent already: then its turn
# comes once it is done.
_ELSEWHERE = text("""
WITH rule AS MATERIALIZED (
    -- Asked once for all tasks of a kind that may have an own queue: asked for each of a million it takes longer than a
    -- statement may.
    SELECT instance, capability, own_queue(instance, capability) AS queue FROM (
        SELECT served.workspace AS instance, offered.capability
        FROM workers w CROSS JOIN unnest(w.serves) AS served (workspace)
            CROSS JOIN unnest(w.capabilities) AS offered (capability)
        WHERE w.serves IS NOT NULL AND w.retired_at IS NULL
        UNION
        SELECT t.instance, t.capability FROM workspaces JOIN tasks t ON t.instance = workspaces.name
        WHERE own_workers AND t.instance <> 'default' AND t.completed_at IS NULL
    ) kind
), elsewhere AS MATERIALIZED (
    SELECT t.id FROM tasks t LEFT JOIN rule USING (instance, capability)
    WHERE t.status IN ('scheduled', 'awaiting_approval', 'pending', 'claimed', 'running') AND t.session_id IS NULL
        AND t.queue IS DISTINCT FROM rule.queue
    ORDER BY t.priority, t.created_at
)
SELECT t.id FROM elsewhere t
-- Asked for each until there are enough: compared with all commands, the whole outbox would be read.
WHERE (SELECT count(*) FROM outbox o WHERE o.task_id = t.id AND o.command IN ('start', 'move')) = 0
LIMIT :most
""")
_UNDER_WAY = text("SELECT count(*) FROM outbox WHERE command = 'move'")
# The rows follow when their commands are taken.
_MOVE = text("""
INSERT INTO outbox (task_id, command, payload)
SELECT t.id, 'move', '{}' FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS found (id, place)
    JOIN tasks t ON t.id = found.id
WHERE t.status IN ('scheduled', 'awaiting_approval', 'pending', 'claimed', 'running') AND t.session_id IS NULL
    AND t.queue IS DISTINCT FROM own_queue(t.instance, t.capability)
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = t.id AND o.command IN ('start', 'move'))
ORDER BY found.place
""")
# Those that have had no probe since the circuit opened come first, then the one whose last probe is the longest ago: a
# source may refuse the machines of one workspace only. Of several, the one with the most urgent task.
_PROBED = text("""
SELECT asked.queue, c.turn FROM unnest(CAST(:queues AS text[])) AS asked (queue)
CROSS JOIN LATERAL (
    SELECT t.priority, t.created_at FROM tasks t
    WHERE t.status = 'pending' AND t.deleted_at IS NULL AND t.capability = :capability
        AND COALESCE(t.queue, t.capability) = asked.queue AND t.session_id IS NULL
        AND (t.next_attempt_at IS NULL OR t.next_attempt_at <= now())
    ORDER BY t.priority, t.created_at LIMIT 1
) first
LEFT JOIN (
    SELECT probed, CAST(floor(EXTRACT(epoch FROM now() - probing_since) / CAST(:turn AS float)) AS int) AS turn
    FROM circuits WHERE capability = :capability
) c ON true
WHERE EXISTS (
    SELECT 1 FROM workers w
    WHERE asked.queue = ANY(w.polling) AND w.status IN ('idle', 'busy') AND w.retired_at IS NULL
)
ORDER BY array_position(c.probed, asked.queue) NULLS FIRST, first.priority, first.created_at
""")


async def own_queues(connection: AsyncConnection) -> OwnQueues:
    """Those that there are now."""
    rows = (await connection.execute(_OWN)).all()
    return OwnQueues(
        of=tuple((workspace, capability) for workspace, capability in rows if capability is not None),
        closed=frozenset(workspace for workspace, capability in rows if capability is None),
    )


async def served_by_name(connection: AsyncConnection) -> dict[uuid.UUID, tuple[str, ...]]:
    """The workspaces of each worker that does not serve all of them."""
    return {id_: tuple(serves) for id_, serves in await connection.execute(_SERVES)}


async def tasks_elsewhere(connection: AsyncConnection, most: int) -> list[uuid.UUID]:
    """Tasks which are not over and wait, or would wait, in another queue than they belong to; the most urgent first.

    Reads all tasks that are not over.
    """
    return list((await connection.execute(_ELSEWHERE, {"most": most})).scalars())


async def moves_under_way(connection: AsyncConnection) -> int:
    """Tasks that the relay has yet to move."""
    return int((await connection.execute(_UNDER_WAY)).scalar_one())


async def move_tasks(connection: AsyncConnection, ids: Sequence[uuid.UUID]) -> int:
    """Have those of these tasks moved which are still elsewhere; returns how many."""
    return (await connection.execute(_MOVE, {"ids": list(ids)})).rowcount


async def probed_queue(connection: AsyncConnection, capability: str, queues: Sequence[str], turn_seconds: float) -> str:
    """The queue of a capability whose turn it is to bring a probe, of those in which a task waits that a worker asks
    for; where none does, that of all.

    Args:
        queues: those of the capability that there are.
        turn_seconds: a queue that has brought none for so long passes its turn on. Its workers are all busy, say.
    """
    values = {"capability": capability, "queues": list(queues), "turn": turn_seconds}
    found = (await connection.execute(_PROBED, values)).all()
    return str(found[(found[0].turn or 0) % len(found)].queue) if found else capability
