"""A plan of which an advance is refused says so, and goes on once it is not."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError
from temporalio.testing import ActivityEnvironment

from contracts.plans.work import PlanInput
from contracts.settings import ServerSettings
from db.engine import make_engine
from runtime.failpoints import Failpoints
from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade
from workers.core.activities.plans import PlanActivities


async def advance(plans: PlanActivities, plan: str) -> None:
    # Those before had failed because Postgres was away: they say nothing of this one.
    late = ActivityEnvironment()
    late.info = replace(late.info, attempt=50)
    await late.run(plans.advance, PlanInput(plan_id=uuid.UUID(plan)))


@pytest_asyncio.fixture
async def plans(stack: Facade) -> AsyncIterator[PlanActivities]:
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    settings = ServerSettings.model_validate({"database_url": stack.database_url, **stack.secrets})
    yield PlanActivities(engine, settings, Failpoints())
    await engine.dispose()


async def test_a_plan_that_cannot_go_on_says_so_until_it_can(stack: Facade, api: Api, plans: PlanActivities) -> None:
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
        for said in (*[None] * 4, "CannotGoOn", "CannotGoOn"):
            with pytest.raises(DBAPIError):
                await advance(plans, plan.id)
            shown = plan.detail
            assert (shown["status"], (shown["failure"] or {}).get("type")) == ("running", said)
        assert shown["failure"]["message"].startswith("It cannot go on: not this one.")
    finally:
        stack.execute("DROP FUNCTION refuse_plan CASCADE")
    await advance(plans, plan.id)
    assert (plan.detail["failure"], plan.statuses()) == (None, {"a": "running"})
