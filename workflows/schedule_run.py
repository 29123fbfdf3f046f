"""One run of a schedule: makes what is due, and stays open until that is over, where the schedule asks for it.

So Temporal's own policies (overlap, pause on failure) see how long a run takes and how it ends.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.schedules.work import Fired, Made, RunEnd, RunRef, ScheduleOrder

_TIMEOUT = timedelta(seconds=60)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
#: Set by Temporal on what a schedule starts: when it was due, before any jitter.
_SCHEDULED_FOR = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name=names.SCHEDULE_RUN_WORKFLOW)
class ScheduleRunWorkflow:
    def __init__(self) -> None:
        self._end: RunEnd | None = None

    @workflow.run
    async def run(self, order: ScheduleOrder) -> Made:
        """What it made."""
        made = await self._fire(order)
        if not made.waits or made.run_id is None:
            return made
        await self._ended(made.run_id)
        if self._end is not None and self._end.failed:
            said = f"{self._end.failed} of {self._end.tasks} did not succeed"
            raise ApplicationError(said, type="RunFailed", non_retryable=True)
        return made

    @workflow.signal(name=names.RUN_ENDED_SIGNAL)
    def ended(self, end: RunEnd) -> None:
        self._end = end

    async def _fire(self, order: ScheduleOrder) -> Made:
        info = workflow.info()
        due = order.due or info.typed_search_attributes.get(_SCHEDULED_FOR) or info.start_time
        fired = Fired(
            schedule_id=order.schedule_id,
            due=due,
            # What core starts itself is late because Temporal was away.
            started=order.due or info.start_time,
            workflow_id=info.workflow_id,
            is_backfill=order.is_backfill,
        )
        made: Made = await workflow.execute_local_activity(
            names.FIRE_SCHEDULE_ACTIVITY, fired, result_type=Made, start_to_close_timeout=_TIMEOUT, retry_policy=_RETRY
        )
        return made

    async def _ended(self, run_id: int) -> None:
        try:
            await workflow.wait_condition(lambda: self._end is not None)
        except BaseException as error:
            if is_cancelled_exception(error):
                await self._cancel(run_id)
            raise

    async def _cancel(self, run_id: int) -> None:
        await workflow.execute_local_activity(
            names.CANCEL_RUN_ACTIVITY,
            RunRef(run_id=run_id),
            start_to_close_timeout=_TIMEOUT,
            retry_policy=_RETRY,
        )
