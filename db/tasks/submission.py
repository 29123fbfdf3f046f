"""Writing new tasks: row, outbox command and first event in one statement, however many tasks there are."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# One statement instead of three: fewer round trips per task (benchmarks/README.md).
_INSERT = text("""
WITH made AS (
    INSERT INTO tasks (
        id, workflow_id, type, capability, params, ticker, priority, tags, created_by, parent_task_id,
        words, status, retry, timeouts, run_at, start_deadline, follow_ups, approval, created_at,
        plan_id, plan_step, plan_place, session_id, instance, queue
    )
    SELECT
        id, workflow_id, type, capability, params, ticker, priority, tags, created_by, parent_task_id,
        words, status, retry, timeouts, run_at, start_deadline, follow_ups, approval, created_at,
        plan_id, plan_step, plan_place, session_id, COALESCE(instance, 'default'),
        CASE WHEN session_id IS NULL THEN own_queue(COALESCE(instance, 'default'), capability) END
    FROM jsonb_populate_recordset(NULL::tasks, CAST(:rows AS jsonb))
    RETURNING id, status, created_by, (CAST(:as_children AS boolean) OR plan_id IS NOT NULL) AS is_child
), commanded AS (
    -- Those of a plan or of the agent are started by its workflow; the relay starts what that has not.
    INSERT INTO outbox (task_id, command, next_try_at, payload)
    SELECT id, 'start', now() + CASE WHEN is_child
        THEN interval '10 seconds' + interval '50 milliseconds' * row_number() OVER () ELSE interval '0' END,
        CASE WHEN is_child THEN '{"child": true}' ELSE '{}' END::jsonb
    FROM made
)
INSERT INTO task_events (task_id, type, status, actor) SELECT id, 'created', status, created_by FROM made
""")

#: Each statement has its own limit of time.
_AT_ONCE = 200
_JSON = json.JSONEncoder(default=str)


def as_json(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Rows as `insert_tasks` takes them."""
    # One by one: in a thread beside the event loop, all at once would let nobody else run meanwhile.
    parts = (rows[begin : begin + _AT_ONCE] for begin in range(0, len(rows), _AT_ONCE))
    return [f"[{','.join(map(_JSON.encode, part))}]" for part in parts]


async def insert_tasks(connection: AsyncConnection, rows: Sequence[str], *, as_children: bool = False) -> None:
    """Insert rows, which come from `as_json`; listeners of events and outbox are notified at commit.

    Columns not named above have defaults. ``as_children``: the workflow of whoever creates them starts theirs, and the
    relay only what that has not started some seconds later.
    """
    for part in rows:
        await connection.execute(_INSERT, {"rows": part, "as_children": as_children})
