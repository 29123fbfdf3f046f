"""Trusted activity of core: one advance of a plan."""

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from contracts import names
from contracts.plans.work import PlanInput, PlanReport
from contracts.settings import ServerSettings
from db.refusals import refusal_in, why_refused
from db.session import Database
from runtime.failpoints import Failpoints
from services.plans.advance import advance
from services.plans.stuck import note_stuck
from workers.core.times_refused import TimesRefused

#: What stands in the way may be another transaction.
_SAID_AFTER_REFUSALS = 5
#: A plan of thousands of steps may take its time; a statement may not.
_PATIENCE_SECONDS = 50


class PlanActivities:
    """Local activity of the Plan workflow. It fails while Postgres is away; Temporal repeats it."""

    def __init__(self, engine: AsyncEngine, settings: ServerSettings, failpoints: Failpoints) -> None:
        self._database = Database(engine, _PATIENCE_SECONDS)
        self._settings = settings
        self._failpoints = failpoints
        self._refused = TimesRefused()

    @activity.defn(name=names.PLAN_ADVANCE_ACTIVITY)
    async def advance(self, plan: PlanInput) -> PlanReport:
        """Take the plan on. Repeated, it finds nothing new."""
        try:
            report = await advance(self._database, self._settings, plan.plan_id, plan.started, self._failpoints.hit)
        except Exception as error:
            refusal = refusal_in(error)
            if refusal is not None and self._refused.once_more(str(plan.plan_id)) >= _SAID_AFTER_REFUSALS:
                async with self._database.transaction() as connection:
                    await note_stuck(connection, plan.plan_id, why_refused(refusal))
            raise
        self._refused.forget(str(plan.plan_id))
        return report
