"""Writing new tasks: row, outbox command and first event in one statement, however many tasks there are."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.batching import Batcher
from db.own_connection import ANSWER_SECONDS, OwnConnection, for_psycopg
from db.tasks.mirror_writer import REFUSED, is_for_now

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

_OWN_INSERT = for_psycopg(_INSERT)
#: Postgres does not take one of them.
_REFUSED = (*REFUSED, UnicodeError)
#: A statement has a second at least.
_LEAST_SECONDS = 1 + ANSWER_SECONDS
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


@dataclass(frozen=True)
class _Row:
    json: str
    #: Of the loop's clock: its caller has an answer by then.
    until: float
    #: For its turn.
    waiting: asyncio.Timeout


class SubmissionWriter:
    """Writes tasks that come one by one; those that come while a statement is under way share the next one."""

    def __init__(self, url: str, *, process: str, patience_seconds: float = 5) -> None:
        """See `OwnConnection`, and `db.session.Database` for the patience."""
        self._own = OwnConnection(url, process=process, ask_first=True)
        self._patience = patience_seconds
        self._batches = Batcher(self._write, linger=0, refused=_REFUSED)

    async def write(self, row: dict[str, Any]) -> None:
        """Returns when the task is written, as by `insert_tasks`.

        Raises:
            TimeoutError: Postgres does not answer; nothing was written, unless it went away during the commit.
            psycopg.Error, UnicodeError: it cannot be reached, or does not take the row.
        """
        [written] = as_json([row])
        until = asyncio.get_running_loop().time() + self._patience
        async with asyncio.timeout_at(until - _LEAST_SECONDS) as waiting:
            await self._batches.put(_Row(written[1:-1], until, waiting))

    async def _write(self, rows: Sequence[_Row]) -> list[None]:
        # Who is in a statement hears what became of that, and no sooner: it may be written.
        for each in rows:
            each.waiting.reschedule(None)
        values = {"rows": f"[{','.join(each.json for each in rows)}]", "as_children": False}
        try:
            await self._own.run(_OWN_INSERT, values, until=min(each.until for each in rows))
        except psycopg.InternalError as error:
            if is_for_now(error):
                raise psycopg.OperationalError(str(error)) from error
            raise
        return [None] * len(rows)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._own.close()
