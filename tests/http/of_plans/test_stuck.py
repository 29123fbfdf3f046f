"""A plan of which an advance is refused says so, and goes on once it is not."""

import asyncio
import uuid
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError
from temporalio.testing import ActivityEnvironment

from contracts.plans.work import PlanInput
from contracts.settings import ServerSettings
from db.engine import make_engine
from runtime.failpoints import Failpoints
from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade
from workers.core.activities.plans import PlanActivities


def advance(stack: Facade, plan: str, attempt: int) -> None:
    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=2)
        settings = ServerSettings.model_validate({"database_url": stack.database_url, **stack.secrets})
        one_try = ActivityEnvironment()
        one_try.info = replace(one_try.info, attempt=attempt)
        try:
            await one_try.run(
                PlanActivities(engine, settings, Failpoints()).advance, PlanInput(plan_id=uuid.UUID(plan))
            )
        finally:
            await engine.dispose()

    asyncio.run(run())


def test_a_plan_that_cannot_go_on_says_so_until_it_can(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", params={"message": "refuse the plan"}))
    stack.execute(
        "CREATE FUNCTION refuse_plan() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'not this one'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER refusing BEFORE INSERT ON tasks FOR EACH ROW"
        " WHEN (NEW.params->>'message' = 'refuse the plan') EXECUTE FUNCTION refuse_plan()"
    )
    try:
        for attempt, said in ((1, None), (5, "CannotGoOn")):
            with pytest.raises(DBAPIError):
                advance(stack, plan.id, attempt)
            shown = plan.detail
            assert (shown["status"], (shown["failure"] or {}).get("type")) == ("running", said)
        assert shown["failure"]["message"].startswith("It cannot go on: not this one.")
    finally:
        stack.execute("DROP FUNCTION refuse_plan CASCADE")
    advance(stack, plan.id, 6)
    assert (plan.detail["failure"], plan.statuses()) == (None, {"a": "running"})
