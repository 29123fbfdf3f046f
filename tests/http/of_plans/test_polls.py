"""Whoever follows a plan asks again and again: what was submitted, which may be megabytes, is not read for that."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import event

from cli.api_client import ApiClient
from cli.connection import Connection
from cli.plans.watching import watch
from contracts.plans.views import PlanDetailView
from db.engine import make_engine
from services.plans import show
from services.temporal_links import WebUi
from tests.http.planned import Body, Planned, echo
from tests.support.facade import Api, Facade

STEPS = 30


def _plan(stack: Facade, api: Api, letters: int) -> Planned:
    """The params of its steps are so long."""
    params = {"message": "x" * letters}
    return Planned(stack, api, *(echo(f"s{place}", params=params) for place in range(STEPS)))


def _over(stack: Facade, api: Api) -> Planned:
    """What it still takes does not change any more."""
    plan = _plan(stack, api, 1)
    plan.say("cancel")
    return plan


def _poll(api: Api, plan: Planned) -> bytes:
    reply = api.http.get(f"/plans/{plan.id}", params={"document": False})
    assert reply.status_code == 200, reply.text
    return reply.content


def _statements_of_a_poll(stack: Facade, plan: Planned) -> list[str]:
    asked: list[str] = []

    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            asked.append(statement)

        try:
            async with engine.connect() as connection:
                await show.plan_detail(connection, uuid.UUID(plan.id), WebUi(""), with_document=False)
        finally:
            await engine.dispose()

    asyncio.run(run())
    return asked


def test_the_answer_is_as_long_whatever_was_submitted(stack: Facade, api: Api) -> None:
    short, long = _plan(stack, api, 1), _plan(stack, api, 2_000)
    assert len(_poll(api, long)) == len(_poll(api, short))
    assert len(api.http.get(f"/plans/{long.id}").content) > STEPS * 2_000


def test_but_for_that_it_is_the_same(stack: Facade, api: Api) -> None:
    plan = _over(stack, api)
    whole, polled = plan.detail, api.http.get(f"/plans/{plan.id}", params={"document": False}).json()
    assert whole["status"] == "cancelled"
    assert whole["document"]["steps"][0]["id"] == "s0"
    assert polled == whole | {"document": None}


def test_postgres_is_asked_for_no_document_and_a_handful_of_times(stack: Facade, api: Api) -> None:
    asked = _statements_of_a_poll(stack, _plan(stack, api, 1))
    assert len(asked) < 10
    assert not [each for each in asked if "document" in each]


class _Noting(ApiClient):
    """Notes what it asks plans for."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.asked: list[Body] = []

    def get(self, path: str, view: Any, **query: Any) -> Any:
        if view is PlanDetailView:
            self.asked.append(query)
        return super().get(path, view, **query)


@pytest.mark.parametrize("quiet", [False, True])
def test_who_watches_at_a_terminal_asks_for_it_once_at_most(stack: Facade, api: Api, quiet: bool) -> None:
    plan = _over(stack, api)
    with _Noting(Connection(stack.api_url, stack.admin_key)) as client:
        watched = watch(client, uuid.UUID(plan.id), quiet=quiet)
    # A program that reads JSON is given all of it, once the plan is over.
    assert client.asked == [{"document": False}, *([{}] if quiet else [])]
    assert (watched.document is not None) == quiet


def test_what_results_cost_stands_beside_them(stack: Facade, api: Api) -> None:
    """They may be large; those of older versions, where it does not stand, are read for it."""
    plan = Planned(stack, api, echo("a"), echo("b"), echo("c"))
    plan.advance()
    plan.end("a", {"cost": {"usd": 0.25, "input_tokens": 10, "output_tokens": 5}})
    plan.end("b", {"cost": "nothing"})
    stack.rows("UPDATE plan_parts SET result = '{}' WHERE plan_id = %s AND step = 'a' RETURNING 1", plan.id)
    assert (plan.detail["cost_usd"], plan.detail["tokens"]) == (0.25, 15)
    plan.end("c", {"cost": {"usd": 0.5}})
    stack.rows("UPDATE plan_parts SET cost = NULL WHERE plan_id = %s RETURNING 1", plan.id)
    assert (plan.detail["cost_usd"], plan.detail["tokens"]) == (0.5, 0)


def test_what_was_paid_in_vain_counts(stack: Facade, api: Api) -> None:
    """Of a part that has failed, and of one that goes on."""
    plan = Planned(stack, api, echo("a", on_failure="continue"), echo("b"))
    plan.advance()
    for step, paid in (("a", 0.5), ("b", 0.25)):
        cursor = f'{{"paid": {{"usd": {paid}, "input_tokens": 4, "output_tokens": 1}}}}'
        stack.execute("UPDATE tasks SET cursor = %s WHERE id = %s", cursor, plan.task(step))
    plan.end("a", fails=True)
    assert (plan.detail["cost_usd"], plan.detail["tokens"]) == (0.75, 10)
