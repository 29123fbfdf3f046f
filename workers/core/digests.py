"""Has Temporal's schedules of the digests follow the settings, once at the start of core."""

import asyncio

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.alerts.digests import daily_cron, weekly_cron
from contracts.alerts.messages import DigestOrder, Period
from contracts.settings import ServerSettings
from workers.core.each_for_itself import EachForItself

_AGAIN_SECONDS = 5.0


class DigestSchedules:
    def __init__(self, client: Client, settings: ServerSettings) -> None:
        self._client = client
        self._zone = settings.digest_timezone
        self._crons = {
            Period.DAILY: daily_cron(settings.digest_daily),
            Period.WEEKLY: weekly_cron(settings.digest_weekly),
        }
        self._each = EachForItself[Period]("the schedule of the %s digest cannot be set right now")

    async def run(self) -> None:
        """Try until Temporal has them; then there is nothing left to do, so wait to be cancelled."""
        while True:
            if await self._each.do(self._crons, self._follow):
                break
            await asyncio.sleep(_AGAIN_SECONDS)
        await asyncio.Event().wait()

    async def _follow(self, period: Period) -> None:
        cron = self._crons[period]
        id_ = names.digest_schedule_id(period)
        if cron is None:
            await self._remove(id_)
            return
        schedule = self._schedule(period, cron)
        try:
            await self._client.create_schedule(id_, schedule)
        except ScheduleAlreadyRunningError:
            await self._client.get_schedule_handle(id_).update(lambda _: ScheduleUpdate(schedule=schedule))

    async def _remove(self, id_: str) -> None:
        try:
            await self._client.get_schedule_handle(id_).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    def _schedule(self, period: Period, cron: str) -> Schedule:
        return Schedule(
            action=ScheduleActionStartWorkflow(
                names.DIGEST_WORKFLOW,
                DigestOrder(period=period),
                id=names.digest_schedule_id(period),
                task_queue=names.NOTIFY_QUEUE,
            ),
            spec=ScheduleSpec(cron_expressions=[cron], time_zone_name=self._zone),
            # A digest of the time when everything was off is still of use the same day.
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE),
        )
