"""Trusted activities of core: what a schedule does when it is due, and the end of what it made."""

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from contracts import names
from contracts.schedules.work import Fired, Made, RunRef
from contracts.settings import ServerSettings
from db.refusals import refusal_in, why_refused
from db.session import Database
from runtime.failpoints import Failpoints
from services.schedules.firing import cancel_run, fire, set_aside
from workers.core.times_refused import TimesRefused

logger = logging.getLogger(__name__)

#: What stands in the way may be another transaction.
_MOST_REFUSALS = 5
#: A thousand tickers take seconds.
_PATIENCE_SECONDS = 50
#: Runs that are made side by side. When a thousand are due at once, those that waited for a connection gave up
#: after three seconds and began anew later, and core's other loops got none either.
_AT_ONCE = 5
_BY_TEMPORAL = "temporal"


class ScheduleActivities:
    """Local activities of the ScheduleRun workflow. They fail while Postgres is away; Temporal repeats them."""

    def __init__(self, engine: AsyncEngine, settings: ServerSettings, failpoints: Failpoints) -> None:
        self._database = Database(engine, _PATIENCE_SECONDS)
        self._settings = settings
        self._failpoints = failpoints
        self._refused = TimesRefused()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @activity.defn(name=names.FIRE_SCHEDULE_ACTIVITY)
    async def fire(self, fired: Fired) -> Made:
        """Make what is due. Repeated, it says the same again."""
        await self._failpoints.hit("schedule.before-fire")
        which = f"{fired.schedule_id} {fired.due}"
        try:
            async with self._turns, self._database.transaction() as connection:
                made = await fire(connection, self._settings, fired)
        except Exception as error:
            refusal = refusal_in(error)
            if refusal is None or self._refused.once_more(which) < _MOST_REFUSALS:
                raise
            logger.exception("a run of schedule %s cannot be made", fired.schedule_id)
            async with self._database.transaction() as connection:
                made = await set_aside(connection, fired, why_refused(refusal))
            self._refused.forget(which)
            return made
        self._refused.forget(which)
        await self._failpoints.hit("schedule.after-fire")
        return made

    @activity.defn(name=names.CANCEL_RUN_ACTIVITY)
    async def cancel(self, run: RunRef) -> None:
        """Ask for the end of what it made."""
        async with self._database.transaction() as connection:
            await cancel_run(connection, self._settings, run.run_id, _BY_TEMPORAL)
