"""Notices what happened on the Temporal side without us: started, terminated or reset from its CLI or Web UI.

Visibility is only the hint that something differs; the reconciler then asks about that one workflow.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from contracts.names import TASK_WORKFLOW
from workers.core.reconciler import Reconciler

logger = logging.getLogger(__name__)

_POLL = timedelta(seconds=1)
#: Visibility lags by about 0.1 s; looking back further costs little and forgives a slow second.
_OVERLAP = timedelta(seconds=10)
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"

_DIFFER = text("""
SELECT seen.workflow_id
FROM unnest(CAST(:workflow_ids AS text[]), CAST(:run_ids AS text[]), CAST(:closed AS boolean[]))
    AS seen (workflow_id, run_id, closed)
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
        #: Runs that the mirror has right: (run id, closed).
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
        self._forget(before=since)
        runs = [run async for run in self._client.list_workflows(_query(since, until)) if self._is_new(run)]
        if not runs:
            return
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                _DIFFER,
                {
                    "workflow_ids": [run.id for run in runs],
                    "run_ids": [run.run_id for run in runs],
                    "closed": [_is_closed(run) for run in runs],
                },
            )
            differing = sorted({row.workflow_id for row in rows})
        await self._reconciler.reconcile_all(differing)
        for run in runs:
            if run.id not in differing:
                self._agreed[run.run_id, _is_closed(run)] = run.close_time or run.start_time

    def _is_new(self, run: WorkflowExecution) -> bool:
        return (run.run_id, _is_closed(run)) not in self._agreed

    def _forget(self, before: datetime) -> None:
        self._agreed = {run: at for run, at in self._agreed.items() if at >= before}


def _query(since: datetime, until: datetime) -> str:
    window = f"BETWEEN '{since.strftime(_FORMAT)}' AND '{until.strftime(_FORMAT)}'"
    return f"WorkflowType = '{TASK_WORKFLOW}' AND (StartTime {window} OR CloseTime {window})"


def _is_closed(run: WorkflowExecution) -> bool:
    return run.status is not WorkflowExecutionStatus.RUNNING
