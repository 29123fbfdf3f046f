"""Notices what happened on the Temporal side without us: started, terminated or reset from its CLI or Web UI.

Visibility is only the hint that something differs; the reconciler then asks about that one workflow.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import temporalio.api.enums.v1 as enums
import temporalio.api.workflowservice.v1 as service
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.names import TASK_WORKFLOW
from db.engine import one_by_one
from workers.core.reconciler import Reconciler

logger = logging.getLogger(__name__)

_POLL = timedelta(seconds=1)
#: Visibility lags by about 0.1 s; looking back further costs little and forgives a slow second.
_OVERLAP = timedelta(seconds=5)
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"

_DIFFER = text("""
SELECT seen.workflow_id
FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS seen (workflow_id text, run_id text, closed boolean)
LEFT JOIN tasks t ON t.workflow_id = seen.workflow_id
WHERE t.id IS NULL
    OR (t.run_id IS NOT NULL AND t.run_id <> seen.run_id AND NOT seen.closed)
    OR (seen.closed AND COALESCE(t.run_id, seen.run_id) = seen.run_id
        AND t.status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected'))
""")


class Watcher:
    """Compares what visibility shows of the last seconds with the mirror, once a second."""

    def __init__(self, engine: AsyncEngine, client: Client, reconciler: Reconciler) -> None:
        self._engine = engine
        self._client = client
        self._reconciler = reconciler
        #: Runs that the mirror has right, and when that was seen: (run id, closed).
        self._agreed: dict[tuple[str, bool], datetime] = {}

    async def run(self) -> None:
        """Watch until cancelled. The first look goes back a day, for what happened while we were down."""
        since = datetime.now(UTC) - timedelta(days=1)
        while True:
            began = datetime.now(UTC)
            try:
                await self._look(since)
                since = began - _OVERLAP
            except (RPCError, SQLAlchemyError, OSError) as error:
                logger.warning("cannot watch the Temporal side right now: %s", error)
            await asyncio.sleep(_POLL.total_seconds())

    async def _look(self, since: datetime) -> None:
        # Outcomes that workflows write themselves are on their way: give them half a second.
        until = datetime.now(UTC) - timedelta(milliseconds=500)
        self._forget(before=since - _OVERLAP)
        runs = [run async for run in self._runs(_query(since, until)) if _key(run) not in self._agreed]
        if not runs:
            return
        async with one_by_one(self._engine).connect() as connection:
            rows = await connection.execute(_DIFFER, {"seen": json.dumps([_row(run) for run in runs])})
            differing = {row.workflow_id for row in rows}
        await self._reconciler.reconcile_all(sorted(differing))
        now = datetime.now(UTC)
        self._agreed.update({_key(run): now for run in runs if run.execution.workflow_id not in differing})

    async def _runs(self, query: str) -> AsyncIterator[WorkflowExecutionInfo]:
        # The raw call: decoding the search attributes of every run would cost core a fifth of its time under load.
        request = service.ListWorkflowExecutionsRequest(namespace=self._client.namespace, query=query, page_size=1_000)
        while True:
            reply = await self._client.workflow_service.list_workflow_executions(request)
            for run in reply.executions:
                yield run
            if not reply.next_page_token:
                return
            request.next_page_token = reply.next_page_token

    def _forget(self, before: datetime) -> None:
        self._agreed = {run: at for run, at in self._agreed.items() if at >= before}


def _query(since: datetime, until: datetime) -> str:
    window = f"BETWEEN '{since.strftime(_FORMAT)}' AND '{until.strftime(_FORMAT)}'"
    return f"WorkflowType = '{TASK_WORKFLOW}' AND (StartTime {window} OR CloseTime {window})"


def _is_closed(run: WorkflowExecutionInfo) -> bool:
    return run.status != enums.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING


def _key(run: WorkflowExecutionInfo) -> tuple[str, bool]:
    return run.execution.run_id, _is_closed(run)


def _row(run: WorkflowExecutionInfo) -> dict[str, object]:
    return {
        "workflow_id": run.execution.workflow_id,
        "run_id": run.execution.run_id,
        "closed": _is_closed(run),
    }
