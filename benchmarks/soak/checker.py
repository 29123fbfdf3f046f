"""Asks Temporal about each task, and says where the mirror says something else."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from contracts.names import TASK_WORKFLOW
from contracts.tasks.statuses import TERMINAL
from workers.core.mirror.visibility import ENDS

_ROWS = "SELECT workflow_id, id::text, status, run_id, result FROM tasks WHERE deleted_at IS NULL"
_OPEN = """
SELECT 1 FROM tasks WHERE status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected')
UNION ALL SELECT 1 FROM outbox LIMIT 1
"""


def unsettled(url: str) -> bool:
    """Whether anything is under way."""
    with psycopg.connect(url) as connection:
        return connection.execute(_OPEN).fetchone() is not None


async def differences(client: Client, url: str, accepted: Sequence[str]) -> list[str]:
    """Sentences, one for each task that is not what Temporal says."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        rows = {row["workflow_id"]: row for row in connection.execute(_ROWS).fetchall()}
    found = [f"{id_} was accepted and is gone" for id_ in set(accepted) - {row["id"] for row in rows.values()}]
    for workflow_id, row in rows.items():
        if said := await _difference(client, workflow_id, row):
            found.append(said)
    async for run in client.list_workflows(f"WorkflowType = '{TASK_WORKFLOW}'"):
        if run.id not in rows:
            found.append(f"{run.id} is in Temporal and not in the mirror")
    return found


async def _difference(client: Client, workflow_id: str, row: dict[str, Any]) -> str | None:
    handle = client.get_workflow_handle(workflow_id)
    try:
        seen = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND and _never_left(row):
            return None
        return f"{workflow_id} is {row['status']} (run {row['run_id']}), and Temporal says: {error.message}"
    if seen.run_id != row["run_id"] and not (_never_left(row) and seen.raw_info.status in ENDS):
        name = seen.status.name if seen.status else "?"
        return (
            f"{workflow_id} is {row['status']} with run {row['run_id']}, and in Temporal {seen.run_id} is current: "
            f"{name}, from {seen.start_time} to {seen.close_time}"
        )
    if seen.run_id == row["run_id"] and not _same(seen, row["status"]):
        return f"{workflow_id} is {row['status']}, and in Temporal {seen.status.name if seen.status else '?'}"
    if row["status"] == "succeeded" and await handle.result() != row["result"]:
        return f"{workflow_id} has another result than in Temporal"
    return None


def _never_left(row: dict[str, Any]) -> bool:
    """Cancelled before the start of its round had left the outbox: Temporal has not heard of it, and never will."""
    return row["status"] == "cancelled" and not row["run_id"]


def _same(seen: WorkflowExecutionDescription, status: str) -> bool:
    ends = ENDS.get(seen.raw_info.status)
    return status not in TERMINAL if ends is None else status in ends
