"""Core reads rows in their order. One that cannot be used is told and left out, and those behind it go on."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.names import CONTROLS_CHANNEL
from db.engine import make_engine, plain_url
from db.listen import Listening
from tests.http.schedules.made import fired, schedule
from tests.http.tasks.failed import Failing
from tests.support.facade import Api, Facade
from workers.core.agent_keeper import AgentKeeper
from workers.core.failures import Failures
from workers.core.lookout import Lookout
from workers.core.notifier import Notifier
from workers.core.schedules.runs import ScheduleRuns


def in_core(stack: Facade, act: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=2)
        try:
            await act(engine)
        finally:
            await engine.dispose()

    asyncio.run(run())


def told(api: Api, action: str, about: str) -> list[str]:
    lines = api.http.get("/audit", params={"action": action, "object": about}).json()["entries"]
    return [each["details"]["why"] for each in lines]


def test_a_failure_that_cannot_be_counted(stack: Facade, api: Api) -> None:
    failing = Failing(stack, api)
    [bad] = failing.fail(1, "one")
    failing.fail(2, "another")
    stack.execute("UPDATE failure_changes SET failure = '{}' WHERE task_id = %s", bad)
    in_core(stack, lambda engine: Failures(engine, Lookout(engine, 60)).look())
    assert [(each["message"], each["count"]) for each in failing.groups()] == [("another", 2)]
    assert told(api, "failures.left_out", bad) == ["KeyError: it cannot be counted into its group"]


class Refusing:
    """A Temporal that takes all calls but those about one of them."""

    def __init__(self, refused: str) -> None:
        self._refused = refused

    async def start_workflow(self, *_: object, id: str, **__: object) -> None:
        self._look_at(id)

    def get_workflow_handle(self, id_: str) -> SimpleNamespace:
        async def signal(*_: object, **__: object) -> None:
            self._look_at(id_)

        return SimpleNamespace(signal=signal)

    def _look_at(self, id_: str) -> None:
        if id_ == self._refused:
            raise RPCError("broken", RPCStatusCode.INTERNAL, b"")


def test_a_message_that_cannot_be_handed_over(stack: Facade) -> None:
    stack.execute("UPDATE task_notifications SET handed_over_at = now()")
    stack.execute(
        "WITH about AS (INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, state, settled)"
        " VALUES ('r', 'k', gen_random_uuid()::text, 'warning', 't', 'b', 'told', true) RETURNING id)"
        " INSERT INTO task_notifications (notification_id, channel, kind, severity, title, message, state)"
        " SELECT id, 'ops', 'k', 'warning', 't', 'm', 'pending' FROM about, generate_series(1, 2)"
    )
    waiting = "SELECT id FROM task_notifications WHERE handed_over_at IS NULL ORDER BY id"
    bad = stack.rows(waiting)[0]["id"]
    temporal = cast(Client, Refusing(names.notify_workflow_id(bad)))
    in_core(stack, lambda engine: Notifier(engine, temporal, Lookout(engine, 60)).look())
    assert [each["id"] for each in stack.rows(waiting)] == [bad]
    stack.execute("UPDATE task_notifications SET handed_over_at = now(), state = 'failed' WHERE id = %s", bad)


def test_a_run_of_a_schedule_whose_workflow_cannot_be_told(stack: Facade, api: Api) -> None:
    stack.execute("UPDATE schedule_runs SET waiting_workflow = NULL")
    id_ = schedule(api)["id"]
    dues = [f"2026-05-04T0{hour}:00" for hour in (7, 8)]
    for due in dues:
        fired(stack, id_, due)
    stack.execute("UPDATE schedule_runs SET outcome = 'succeeded' WHERE schedule_id = %s", id_)
    bad = f"schedule-{id_}-{dues[0]}"
    waiting = "SELECT waiting_workflow FROM schedule_runs WHERE waiting_workflow IS NOT NULL"

    def tell(refused: str) -> None:
        temporal = cast(Client, Refusing(refused))
        in_core(stack, lambda engine: ScheduleRuns(engine, temporal, Lookout(engine, 60)).look())

    with pytest.raises(RPCError):
        tell(bad)
    assert [each["waiting_workflow"] for each in stack.rows(waiting)] == [bad]
    tell("")
    assert stack.rows(waiting) == []


class Agent:
    """A Temporal that hears the orders to the agent."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Any] = asyncio.Queue()

    def get_schedule_handle(self, _: str) -> SimpleNamespace:
        return SimpleNamespace(delete=self.nothing)

    async def nothing(self, **_: object) -> None:
        pass

    async def start_workflow(self, *_: object, start_signal_args: list[Any], **__: object) -> None:
        self.heard.put_nowait(start_signal_args[0])


@pytest.mark.parametrize("bad", [{"verb": "unheard of", "by": "newer"}, [1]], ids=["newer", "damaged"])
def test_an_order_to_the_agent_that_cannot_be_read(stack: Facade, api: Api, bad: Any) -> None:
    stack.execute("DELETE FROM agent_commands")
    for content in (bad, {"verb": "look", "by": "somebody"}):
        stack.execute("INSERT INTO agent_commands (content) VALUES (%s)", json.dumps(content))
    [first] = stack.rows("SELECT min(id) AS id FROM agent_commands")

    async def act(engine: AsyncEngine) -> None:
        temporal = Agent()
        keeper = AgentKeeper(engine, cast(Client, temporal), 60)
        listening = Listening(plain_url(stack.database_url), CONTROLS_CHANNEL)
        keeping = asyncio.create_task(keeper.run(listening))
        async with asyncio.timeout(60):
            while (await temporal.heard.get()).by != "somebody":
                pass
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping

    in_core(stack, act)
    assert told(api, "agent.order_left_out", str(first["id"])) == ["It cannot be read."]
