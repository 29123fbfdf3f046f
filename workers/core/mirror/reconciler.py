"""Makes the mirror equal to Temporal, for ever: asks about rows that are on hand and quiet, and mends what differs."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.work import PAUSED_IN_TEMPORAL, Outcome, TaskFailure
from db.engine import one_by_one
from db.refusals import is_refusal
from db.tasks import outbox
from db.tasks.mirror import adopt_run, apply_attempts, apply_outcome, say_paused
from db.tasks.outbox import Command
from workers.core.lookout import Cause, Lookout
from workers.core.meters import Meters
from workers.core.mirror.adopted_tasks import insert_adopted_task
from workers.core.mirror.observed import Observed, observe
from workers.core.mirror.refused_ends import MOST_REFUSALS, write_refused
from workers.core.namespace import retention_of
from workers.core.times_refused import TimesRefused

logger = logging.getLogger(__name__)

_BATCH = 50
#: Questions to Temporal at once; each needs a connection to Postgres afterwards.
_AT_ONCE = 10
_FORGOTTEN = TaskFailure(
    type="Forgotten",
    message="Temporal no longer knows this task: it may have ended, and its history was kept for a limited time only. "
    "So it was not run again. Retry it if it is to run once more.",
    retryable=False,
)

# Looking at a row postpones its next look: several reconcilers share the work, and a dead one blocks nothing. A row
# that waits for a worker, a time or a person rests from then on (workers/core/mirror/waiting_rows.py).
_DUE = text("""
UPDATE tasks SET reconcile_after = CASE WHEN status IN ('claimed', 'running') THEN now() + interval '5 seconds' END
WHERE id IN (
    SELECT id FROM tasks WHERE reconcile_after <= now() ORDER BY reconcile_after LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING workflow_id
""")

_ROW = text("""
SELECT id, status, round, run_id, reason, run_at, cancel_requested_at, now() - updated_at AS quiet,
    EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = tasks.id AND o.command = 'start') AS start_pending,
    (SELECT max(created_at) FROM outbox o WHERE o.task_id = tasks.id AND o.command = 'start') AS start_since
FROM tasks WHERE workflow_id = :workflow_id FOR UPDATE
""")
_BEFORE = text("""
SELECT round, attempt,
    EXISTS (SELECT 1 FROM outbox o WHERE o.task_id = tasks.id AND o.command = 'start') AS start_pending
FROM tasks WHERE workflow_id = :workflow_id
""")


_START_OVER = text("""
UPDATE tasks SET run_id = NULL, state_order = 0, attempt = 0,
    status = CASE WHEN status IN ('scheduled', 'awaiting_approval') THEN status ELSE 'pending' END
WHERE id = :id
""")


_NO_START = text("DELETE FROM outbox WHERE task_id = :id AND command = 'start'")


class Reconciler:
    """Asks Temporal about single workflows and corrects their rows."""

    def __init__(self, engine: AsyncEngine, client: Client, meters: Meters) -> None:
        self._engine = engine
        self._client = client
        self._meters = meters
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        #: What Temporal says of a workflow.
        self._refused = TimesRefused()

    async def run(self, lookout: Lookout) -> None:
        """Look after due rows until cancelled."""
        while True:
            try:
                found = await self._look_after_due()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot reconcile right now: %s", error)
                found = 0
            if found < _BATCH:
                await lookout.call(Cause.QUIET_ROWS)

    async def _look_after_due(self) -> int:
        async with one_by_one(self._engine).connect() as connection:
            due = [row.workflow_id for row in await connection.execute(_DUE, {"limit": _BATCH})]
        await self.reconcile_all(due)
        return len(due)

    async def reconcile_all(self, workflow_ids: Sequence[str]) -> list[str]:
        """Reconcile several workflows, a few at a time. Returns those that could not be asked about."""
        results = await asyncio.gather(*map(self._in_turn, workflow_ids), return_exceptions=True)
        failed = []
        for workflow_id, result in zip(workflow_ids, results, strict=True):
            if isinstance(result, BaseException):
                logger.warning("could not reconcile %s: %s", workflow_id, result)
                failed.append(workflow_id)
        return failed

    async def _in_turn(self, workflow_id: str) -> None:
        async with self._at_once:
            await self.reconcile(workflow_id)

    async def reconcile(self, workflow_id: str) -> None:
        """Make one row equal to what Temporal says about its workflow now."""
        self._meters.reconciled()
        async with one_by_one(self._engine).connect() as connection:
            before = (await connection.execute(_BEFORE, {"workflow_id": workflow_id})).first()
        try:
            observed = await observe(self._client, workflow_id, begun=before is not None and before.attempt > 0)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            retention = await retention_of(self._client)
            async with self._engine.begin() as connection:
                await self._unknown_to_temporal(connection, workflow_id, retention)
            return
        try:
            async with self._engine.begin() as connection:
                await self._mend(connection, observed, before)
        except Exception as error:
            if not is_refusal(error):
                raise
            await self._mend_without(observed, before, error)
        else:
            self._refused.forget(workflow_id)

    async def _mend_without(self, observed: Observed, before: Row[Any] | None, error: Exception) -> None:
        """Mend what can be, once the rest was refused often enough: else it would be asked about for ever."""
        if self._refused.once_more(observed.workflow_id) < MOST_REFUSALS:
            raise error
        logger.warning("left out of the row of %s what Postgres does not take: %s", observed.workflow_id, error)
        if observed.attempts and observed.outcome:
            # Its attempts may be what is refused, and not how it ended.
            try:
                async with self._engine.begin() as connection:
                    await self._mend(connection, replace(observed, attempts=()), before)
                return
            except Exception as of_its_end:
                if not is_refusal(of_its_end):
                    raise
                error = of_its_end
        async with self._engine.begin() as connection:
            await self._mend(connection, replace(observed, attempts=(), outcome=None), before)
        if observed.outcome:
            await write_refused(self._engine, observed.outcome, error, correct=True)

    async def has_begun(self, workflow_id: str) -> bool:
        """Whether any attempt of the current run was ever handed to a worker."""
        return bool((await observe(self._client, workflow_id, begun=True)).attempts)

    async def _mend(self, connection: AsyncConnection, observed: Observed, before: Row[Any] | None) -> None:
        """``before``: the row as it was before Temporal was asked."""
        row = (await connection.execute(_ROW, {"workflow_id": observed.workflow_id})).first()
        if row is None:
            await insert_adopted_task(connection, observed)
        elif row.round > observed.round and _came_before_the_retry(row, observed):
            # It is what the person's retry asked for, and its own run could begin only after this one.
            await adopt_run(connection, observed.workflow_id, observed.run_id, row.round)
            await connection.execute(_NO_START, {"id": row.id})
            self._note_mended(observed.workflow_id)
        elif row.round > observed.round and not _was_current(row, before):
            return  # A person's retry is on its way: the run that Temporal showed may be the one before.
        elif row.run_id != observed.run_id:
            # A run of an earlier round that is current all the same is a reset; it belongs to the row's round.
            await adopt_run(connection, observed.workflow_id, observed.run_id, max(observed.round, row.round))
        if row is None or row.run_id not in (None, observed.run_id):
            self._note_mended(observed.workflow_id)
        await apply_attempts(connection, observed.attempts)
        if observed.paused or (row is not None and (row.reason or "").startswith(PAUSED_IN_TEMPORAL)):
            await say_paused(connection, observed.workflow_id, observed.run_id, observed.paused)
        if observed.outcome and await apply_outcome(connection, observed.outcome, correct=True):
            self._note_mended(observed.workflow_id)

    def _note_mended(self, workflow_id: str) -> None:
        self._meters.mended()
        logger.info("the row of %s differed from Temporal and was mended", workflow_id)

    async def _unknown_to_temporal(self, connection: AsyncConnection, workflow_id: str, retention: timedelta) -> None:
        """An open row without a workflow: its start was lost, perhaps with Temporal's disk. Start it again.

        Not if a person wants it to end, and not if it may have ended so long ago that Temporal has forgotten it.
        """
        row = (await connection.execute(_ROW, {"workflow_id": workflow_id})).first()
        if row is None or TaskStatus(row.status) in TERMINAL or row.start_pending:
            return
        self._meters.mended()
        if row.cancel_requested_at is not None:
            logger.warning("task %s was being cancelled, and Temporal does not know it: it is cancelled", row.id)
            await apply_outcome(connection, _end(row, TaskStatus.CANCELLED))
        elif row.quiet >= retention and (row.run_at is None or row.run_at <= datetime.now(UTC)):
            logger.warning("task %s is open but Temporal has forgotten it: it has failed", row.id)
            await apply_outcome(connection, _end(row, TaskStatus.FAILED, _FORGOTTEN))
        else:
            logger.warning("task %s is open but Temporal does not know it: starting it again", row.id)
            await connection.execute(_START_OVER, {"id": row.id})
            await outbox.put(connection, row.id, Command.START)


def _came_before_the_retry(row: Row[Any], observed: Observed) -> bool:
    """Whether somebody reset an earlier run after a person's retry, whose start is still on its way."""
    since: datetime | None = row.start_since
    return observed.is_reset and observed.outcome is None and since is not None and observed.started_at > since


def _was_current(row: Row[Any], before: Row[Any] | None) -> bool:
    """Whether what Temporal showed came after the start of the row's round, so that no older run could be shown."""
    return before is not None and before.round == row.round and not before.start_pending and not row.start_pending


def _end(row: Row[Any], status: TaskStatus, error: TaskFailure | None = None) -> Outcome:
    return Outcome(task_id=str(row.id), run_id=row.run_id or "", round=row.round, status=status, error=error)
