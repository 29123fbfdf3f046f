"""What is done to schedules in Temporal is seen of each, whatever is wrong with another one."""

import asyncio
from types import SimpleNamespace
from typing import cast

import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from db.engine import make_engine
from tests.http.schedules.made import schedule
from tests.support.facade import Api, Facade
from workers.core.schedules.looking import ScheduleLooks
from workers.core.schedules.told import print_of


class Paused:
    """A Temporal in which all schedules were paused, and that cannot describe the one that is ``broken``."""

    namespace = "tests"

    def __init__(self, broken: str, note: str) -> None:
        self._broken, self._note = broken, note
        self.workflow_service = SimpleNamespace(list_schedules=self.listed, describe_schedule=self.described)

    async def listed(self, *_: object, **__: object) -> service.ListSchedulesResponse:
        return service.ListSchedulesResponse()

    async def described(
        self, request: service.DescribeScheduleRequest, **_: object
    ) -> service.DescribeScheduleResponse:
        if request.schedule_id == self._broken:
            raise RPCError("broken", RPCStatusCode.INTERNAL, b"")
        said = service.DescribeScheduleResponse()
        said.schedule.state.paused = True
        said.schedule.state.notes = self._note
        return said


def test_one_that_cannot_be_described_hides_no_other_and_a_note_may_be_anything(stack: Facade, api: Api) -> None:
    broken, well, other = (str(schedule(api)["id"]) for _ in range(3))
    stack.execute("DELETE FROM schedule_commands")
    told = "UPDATE schedules SET told_print = %s, told_at = CASE WHEN id = ANY(%s) THEN now() END"
    stack.execute(told, print_of(service.DescribeScheduleResponse().schedule.spec), [broken, well, other])

    async def look() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=2)
        temporal = Paused(f"schedule-{broken}", "by hand\x00")
        try:
            await ScheduleLooks(engine, cast(Client, temporal)).look()
        finally:
            await engine.dispose()

    asyncio.run(look())
    shown = [api.http.get(f"/schedules/{id_}").json() for id_ in (broken, well, other)]
    assert [each["note"] for each in shown] == ["", "by hand", "by hand"]
