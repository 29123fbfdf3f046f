"""Looks whether the gateway wrote down that tasks succeeded, which their workflows leave to it (docs/adr/0045).

A gateway that dies between Temporal and Postgres loses that word, and it drops what is about a run that the row does
not follow yet. Core has just completed the run, so it knows what to look for: all of a second in one statement.
"""

import asyncio
import logging
from collections import deque
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import workflow
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from contracts.names import TASK_WORKFLOW
from db.tasks.comparison import not_succeeded
from workers.core.mirror.reconciler import Reconciler

logger = logging.getLogger(__name__)

#: The gateway writes within 25 ms, a busy machine takes longer. So much to twice as much after the end is looked.
_GRACE_SECONDS = 1.0
#: What more there is, the watcher compares with all that Temporal lists as completed.
_CAPACITY = 20_000
_BATCH = 500

#: (workflow id, run id)
Run = tuple[str, str]


class Successes(Interceptor):
    """Notes which runs of tasks succeed on this worker, and looks after them."""

    def __init__(self) -> None:
        self._noted: deque[Run] = deque(maxlen=_CAPACITY)

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """See `Interceptor`."""
        noted = self._noted

        class NotesSuccess(WorkflowInboundInterceptor):
            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
                result = await self.next.execute_workflow(input)
                info = workflow.info()
                if info.workflow_type == TASK_WORKFLOW and not workflow.unsafe.is_replaying():
                    noted.append((info.workflow_id, info.run_id))
                return result

        return NotesSuccess

    async def run(self, engine: AsyncEngine, reconciler: Reconciler) -> None:
        """Look until cancelled."""
        older: list[Run] = []
        while True:
            await asyncio.sleep(_GRACE_SECONDS)
            newer = [self._noted.popleft() for _ in range(len(self._noted))]
            try:
                await self._look(engine, reconciler, older)
                older = newer
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look whether successes were written right now: %s", error)
                older = (older + newer)[-_CAPACITY:]

    async def _look(self, engine: AsyncEngine, reconciler: Reconciler, runs: list[Run]) -> None:
        for start in range(0, len(runs), _BATCH):
            missing = await not_succeeded(engine, runs[start : start + _BATCH])
            for workflow_id in await reconciler.reconcile_all(missing):
                self._noted.extend(run for run in runs if run[0] == workflow_id)
