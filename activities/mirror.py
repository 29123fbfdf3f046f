"""Trusted activities of core: they write to Postgres what only the workflow knows."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from contracts import names
from contracts.work import Outcome, StatusChange
from db.engine import one_by_one
from db.mirror import apply_outcome, apply_status
from db.mirror_queries import current_run


class Reconciles(Protocol):
    """Whoever can make a row follow its workflow."""

    async def reconcile(self, workflow_id: str) -> None: ...


@dataclass
class MirrorActivities:
    """Local activities of the Task workflow. They fail while Postgres is away; Temporal repeats them."""

    engine: AsyncEngine
    reconciler: Reconciles

    @activity.defn(name=names.RECORD_OUTCOME_ACTIVITY)
    async def record_outcome(self, outcome: Outcome) -> None:
        """Write how the run ended; if the row follows another run, have it follow the current one first."""
        async with one_by_one(self.engine).connect() as connection:
            if await apply_outcome(connection, outcome):
                return
            known = await current_run(connection, outcome.task_id)
        if known != (outcome.run_id, outcome.round):
            await self.reconciler.reconcile(activity.info().workflow_id or outcome.task_id)
            async with self.engine.begin() as connection:
                await apply_outcome(connection, outcome)

    @activity.defn(name=names.RECORD_STATUS_ACTIVITY)
    async def record_status(self, change: StatusChange) -> None:
        """Write a step within the run."""
        async with self.engine.begin() as connection:
            await apply_status(connection, change)
