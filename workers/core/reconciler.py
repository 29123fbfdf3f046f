"""Makes the mirror equal to Temporal, for ever: looks after rows that have been quiet, and mends what differs."""

import asyncio
import logging
import uuid
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.tasks.statuses import TERMINAL, TaskStatus
from db.tasks import outbox
from db.tasks.mirror import adopt_run, apply_attempts, apply_outcome
from db.tasks.outbox import Command
from workers.core.adopted_tasks import insert_adopted_task
from workers.core.meters import Meters
from workers.core.observed import Observed, observe

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_BATCH = 50

# Looking at a row postpones its next look: several reconcilers share the work, and a dead one blocks nothing.
_DUE = text("""
UPDATE tasks SET reconcile_after = CASE
    WHEN status IN ('claimed', 'running') THEN now() + interval '5 seconds'
    ELSE now() + LEAST(GREATEST(interval '30 seconds', (now() - created_at) / 3), interval '15 minutes') END
WHERE id IN (
    SELECT id FROM tasks WHERE reconcile_after <= now() ORDER BY reconcile_after LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING workflow_id
""")

_ROW = text("""
SELECT id, status, round, run_id,
    EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = tasks.id AND o.command = 'start') AS start_pending
FROM tasks WHERE workflow_id = :workflow_id FOR UPDATE
""")


_START_OVER = text("""
UPDATE tasks SET run_id = NULL, state_order = 0, attempt = 0,
    status = CASE WHEN status IN ('scheduled', 'awaiting_approval') THEN status ELSE 'pending' END
WHERE id = :id
""")


class Reconciler:
    """Asks Temporal about single workflows and corrects their rows."""

    def __init__(self, engine: AsyncEngine, client: Client, meters: Meters) -> None:
        self._engine = engine
        self._client = client
        self._meters = meters

    async def run(self) -> None:
        """Look after due rows until cancelled."""
        while True:
            try:
                found = await self._look_after_due()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot reconcile right now: %s", error)
                found = 0
            if found < _BATCH:
                await asyncio.sleep(_POLL_SECONDS)

    async def _look_after_due(self) -> int:
        async with self._engine.begin() as connection:
            due = [row.workflow_id for row in await connection.execute(_DUE, {"limit": _BATCH})]
        await self.reconcile_all(due)
        return len(due)

    async def reconcile_all(self, workflow_ids: Sequence[str]) -> None:
        """Reconcile several workflows side by side; one that fails is looked at again later."""
        results = await asyncio.gather(*map(self.reconcile, workflow_ids), return_exceptions=True)
        for workflow_id, result in zip(workflow_ids, results, strict=True):
            if isinstance(result, BaseException):
                logger.warning("could not reconcile %s: %s", workflow_id, result)

    async def reconcile(self, workflow_id: str) -> None:
        """Make one row equal to what Temporal says about its workflow now."""
        self._meters.reconciled()
        try:
            observed = await observe(self._client, workflow_id)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            async with self._engine.begin() as connection:
                await self._unknown_to_temporal(connection, workflow_id)
            return
        async with self._engine.begin() as connection:
            await self._mend(connection, observed)

    async def has_begun(self, workflow_id: str) -> bool:
        """Whether any attempt of the current run was ever handed to a worker."""
        return bool((await observe(self._client, workflow_id)).attempts)

    async def _mend(self, connection: AsyncConnection, observed: Observed) -> None:
        row = (await connection.execute(_ROW, {"workflow_id": observed.workflow_id})).first()
        if row is None:
            await insert_adopted_task(connection, observed)
        elif row.round > observed.round and row.start_pending:
            return  # A person's retry is on its way: the run that Temporal shows is the one before.
        elif row.run_id != observed.run_id:
            await adopt_run(connection, observed.workflow_id, observed.run_id, max(observed.round, row.round))
        if row is None or row.run_id not in (None, observed.run_id):
            self._note_mended(observed.workflow_id)
        await apply_attempts(connection, observed.attempts)
        if observed.outcome and await apply_outcome(connection, observed.outcome, correct=True):
            self._note_mended(observed.workflow_id)

    def _note_mended(self, workflow_id: str) -> None:
        self._meters.mended()
        logger.info("the row of %s differed from Temporal and was mended", workflow_id)

    async def _unknown_to_temporal(self, connection: AsyncConnection, workflow_id: str) -> None:
        """An open row without a workflow: its start was lost, perhaps with Temporal's disk. Start it again."""
        row = (await connection.execute(_ROW, {"workflow_id": workflow_id})).first()
        if row is None or TaskStatus(row.status) in TERMINAL or row.start_pending:
            return
        self._meters.mended()
        logger.warning("task %s is open but Temporal does not know it: starting it again", row.id)
        await self._start_again(connection, row.id)

    async def _start_again(self, connection: AsyncConnection, task_id: uuid.UUID) -> None:
        await connection.execute(
            _START_OVER,
            {"id": task_id},
        )
        await outbox.put(connection, task_id, Command.START)
