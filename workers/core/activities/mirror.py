"""Trusted activities of core: they write to Postgres what only the workflow knows."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from contracts import names
from contracts.records.sources import SOURCES
from contracts.tasks.work import Outcome, StatusChange
from db.batching import Batcher
from db.engine import one_by_one
from db.refusals import REFUSALS, is_refusal
from db.tasks.mirror import apply_outcome, apply_outcomes, apply_status
from db.tasks.mirror_queries import current_run
from workers.core.mirror.refused_ends import MOST_REFUSALS, write_refused
from workers.core.times_refused import TimesRefused

#: Outcomes that come this close together are written in one statement.
_LINGER_SECONDS = 0.005
#: The gateway writes a claim within 25 ms; on a busy machine it may take longer.
_CLAIM_WAITS = (0.03, 0.07, 0.3)


class Reconciles(Protocol):
    """Whoever can ask Temporal about a workflow, and make its row follow."""

    async def reconcile(self, workflow_id: str) -> None: ...
    async def has_begun(self, workflow_id: str) -> bool: ...


class MirrorActivities:
    """Local activities of the Task workflow. They fail while Postgres is away; Temporal repeats them."""

    def __init__(self, engine: AsyncEngine, reconciler: Reconciles) -> None:
        self._engine = engine
        self._reconciler = reconciler
        self._refused = TimesRefused()
        self._outcomes = Batcher(self._write_outcomes, linger=_LINGER_SECONDS, refused=REFUSALS)

    @activity.defn(name=names.RECORD_OUTCOME_ACTIVITY)
    async def record_outcome(self, outcome: Outcome) -> None:
        """Write how the run ended; what Postgres refuses again and again ends the task as failed, with a sentence."""
        try:
            await self._record(outcome)
        except Exception as error:
            if not is_refusal(error) or self._refused.once_more(outcome.run_id) < MOST_REFUSALS:
                raise
            await write_refused(self._engine, outcome, error)
        self._refused.forget(outcome.run_id)

    async def _record(self, outcome: Outcome) -> None:
        """If the row follows another run, have it follow the current one first."""
        if await self._outcomes.put(outcome) or await self._put_after_claim(outcome):
            return
        async with one_by_one(self._engine).connect() as connection:
            known = await current_run(connection, outcome.task_id)
        if known is None or known[0] != outcome.run_id:
            await self._reconciler.reconcile(_workflow_id(outcome))
            async with self._engine.begin() as connection:
                await apply_outcome(connection, outcome)

    async def _put_after_claim(self, outcome: Outcome) -> bool:
        """If the end overtook the gateway's word of who did it, wait for that; not for long, as gateways die, too."""
        if not outcome.by_worker:
            return False
        for seconds in _CLAIM_WAITS:
            await asyncio.sleep(seconds)
            if await self._outcomes.put(outcome):
                return True
        moved = await self._outcomes.put(outcome.model_copy(update={"by_worker": False}))
        if moved:
            # That word is lost; the history has it, too.
            await self._reconciler.reconcile(_workflow_id(outcome))
        return moved

    @activity.defn(name=names.RECORD_STATUS_ACTIVITY)
    async def record_status(self, change: StatusChange) -> None:
        """Write a step within the run."""
        async with self._engine.begin() as connection:
            await apply_status(connection, change)

    @activity.defn(name=names.HAS_BEGUN_ACTIVITY)
    async def has_begun(self) -> bool:
        """Whether a worker has ever begun the work of this workflow, according to Temporal itself."""
        return await self._reconciler.has_begun(activity.info().workflow_id or "")

    async def _write_outcomes(self, outcomes: Sequence[Outcome]) -> list[bool]:
        # How fresh a ticker's data is follows in a second statement. Where nothing of that kind is among them, one
        # round trip instead of three.
        one_statement = all(outcome.task_type and outcome.task_type not in SOURCES for outcome in outcomes)
        engine = one_by_one(self._engine) if one_statement else self._engine
        async with engine.begin() as connection:
            return await apply_outcomes(connection, outcomes)


def _workflow_id(outcome: Outcome) -> str:
    """Another than the task's id where it was started by hand."""
    return (activity.info().workflow_id if activity.in_activity() else None) or outcome.task_id
