"""Many parts of a plan that are done again cost a handful of statements, however many they are."""

import asyncio
import uuid
from typing import Any

from sqlalchemy import event

from contracts.settings import ServerSettings
from db.engine import make_engine
from services.plans.steer import Steering
from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade

PARTS = 120
_FAIL = """
WITH given AS (
    SELECT CAST(%s AS uuid) AS id, CAST(%s AS int) AS parts
), failed AS (
    UPDATE tasks SET status = 'failed', error = '{"type": "Broken"}', completed_at = now()
    FROM given WHERE plan_id = given.id
), part AS (
    UPDATE plan_parts SET status = 'failed' FROM given WHERE plan_id = given.id
), step AS (
    UPDATE plan_steps SET status = 'failed', active = 0, failed = given.parts FROM given WHERE plan_id = given.id
)
UPDATE plans SET status = 'failed', active = 0, stopped_by = given.parts, stopping = true, completed_at = now(),
    failure = '{"type": "StepFailed", "message": "It broke."}'
FROM given WHERE plans.id = given.id
"""


def statements_of_a_retry(stack: Facade, plan: str) -> list[str]:
    """All that it asks of Postgres."""
    asked: list[str] = []

    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            asked.append(statement)

        settings = ServerSettings.model_validate({"database_url": stack.database_url, **stack.secrets})
        try:
            async with engine.begin() as connection:
                acted = await (await Steering.of(connection, settings, uuid.UUID(plan), "human:ada")).retry_all()
                assert acted.parts == PARTS
        finally:
            await engine.dispose()

    asyncio.run(run())
    return asked


def test_all_that_failed_is_tried_again_in_a_handful_of_statements(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", for_each=list(range(PARTS))))
    plan.advance()
    fail_all(stack, plan.id)
    asked = statements_of_a_retry(stack, plan.id)
    assert len(asked) < 30, len(asked)
    detail = plan.detail
    assert (detail["status"], detail["active"], detail["first_steps"][0]["failed"]) == ("running", PARTS, 0)
    rows = stack.rows(
        "SELECT t.status, t.round, t.error, t.completed_at, o.command, e.type, e.actor FROM tasks t"
        " JOIN outbox o ON o.task_id = t.id AND NOT o.payload ? 'child'"
        " JOIN task_events e ON e.task_id = t.id AND e.round = 1 WHERE t.plan_id = %s", plan.id,
    )  # fmt: skip
    again = {
        "status": "pending", "round": 1, "error": None, "completed_at": None, "command": "start", "type": "retried",
        "actor": "human:ada",
    }  # fmt: skip
    assert [dict(each) for each in rows] == [again] * PARTS


def test_one_that_was_deleted_keeps_all_of_them_from_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", for_each=[1, 2, 3]))
    plan.advance()
    fail_all(stack, plan.id, 3)
    gone = plan.task("a", 1)
    stack.execute("UPDATE tasks SET deleted_at = now() WHERE id = %s", gone)
    reply = api.http.post(f"/plans/{plan.id}/retry")
    assert (reply.status_code, f"Task {gone} of step a was deleted" in reply.json()["detail"]) == (409, True)
    assert stack.rows("SELECT DISTINCT round FROM tasks WHERE plan_id = %s", plan.id) == [{"round": 0}]


def fail_all(stack: Facade, plan: str, parts: int = PARTS) -> None:
    """As if all its tasks had failed."""
    stack.execute(_FAIL, plan, parts)
