"""Core reads rows in their order. One that cannot be used is told and left out, and those behind it go on."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment

from contracts import names
from contracts.names import CONTROLS_CHANNEL
from contracts.schedules.work import Fired
from db.engine import make_engine, plain_url
from db.listen import Listening
from db.session import Unstorable
from db.workers.circuits import Rules
from runtime.failpoints import Failpoints
from tests.http.schedules.made import SETTINGS, fired, moment, schedule
from tests.http.tasks.failed import Failing
from tests.support.facade import Api, Facade
from tests.support.until import until
from workers.core.activities.schedules import ScheduleActivities
from workers.core.agent_keeper import AgentKeeper
from workers.core.canary import Canaries
from workers.core.circuits import Circuits
from workers.core.failures import Failures
from workers.core.lookout import Lookout
from workers.core.metrics import Metrics
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
        if start_signal_args[0].by == "refused":
            raise RPCError("too large", RPCStatusCode.INVALID_ARGUMENT, b"")
        self.heard.put_nowait(start_signal_args[0])


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"verb": "unheard of", "by": "newer"}, "It cannot be read."),
        ([1], "It cannot be read."),
        ({"verb": "look", "by": "refused"}, "Temporal refuses it: too large"),
    ],
    ids=["newer", "damaged", "refused"],
)
def test_an_order_to_the_agent_that_cannot_be_carried_out(stack: Facade, api: Api, bad: Any, why: str) -> None:
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
    assert told(api, "agent.order_left_out", str(first["id"])) == [why]


def test_a_probe_that_cannot_be_judged(stack: Facade) -> None:
    """Both probes were deleted, so another one is to come; of one circuit that cannot be written down."""
    for name in ("bad", "good"):
        stack.execute(
            "INSERT INTO circuits (capability, state, reason, openings, opened_at, probe_at, probing_since,"
            " probe_task_id) VALUES (%s, 'half_open', 'sick', 1, now(), now(), now(), gen_random_uuid())",
            name,
        )
    stack.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER refusing BEFORE UPDATE ON circuits FOR EACH ROW WHEN (NEW.capability = 'bad')"
        " EXECUTE FUNCTION refuse()"
    )
    rules = Rules(failures=3, window_seconds=60, cooldown_seconds=60, longest_cooldown_seconds=600)

    async def look(engine: AsyncEngine) -> None:
        assert await Circuits(engine, rules, Lookout(engine, 60)).look()

    try:
        in_core(stack, look)
        left = stack.rows("SELECT capability FROM circuits WHERE probe_task_id IS NOT NULL AND state = 'half_open'")
        assert [each["capability"] for each in left] == ["bad"]
    finally:
        stack.execute("DROP FUNCTION refuse CASCADE")
        stack.execute("DELETE FROM circuits WHERE capability IN ('bad', 'good')")


class Deaf:
    """A Temporal that breaks over the canary of one worker, as a bug of ours would, and hands out the others."""

    namespace = "default"

    def __init__(self, bad: str) -> None:
        self._bad = names.canary_queue(bad)
        self.workflow_service = SimpleNamespace(delete_activity_execution=self._nothing)

    async def start_activity(self, _: str, *, id: str, **__: object) -> SimpleNamespace:
        if id == self._bad:
            raise ZeroDivisionError
        return SimpleNamespace(id=id, run_id="", result=self._nothing)

    async def _nothing(self, *_: object) -> None:
        pass


def test_a_canary_that_breaks(stack: Facade) -> None:
    (_, bad, _), (_, good, _) = stack.register(["echo"]), stack.register(["echo"])
    stack.execute(
        "UPDATE workers SET canary_queue_at = now(), status = 'online', canary_next_at = now() - CASE id WHEN %s"
        " THEN interval '2 days' ELSE interval '1 day' END WHERE id = ANY (%s)",
        bad, [bad, good],
    )  # fmt: skip
    heard = "SELECT 1 FROM workers WHERE id = %s AND canary_heard_at IS NOT NULL"

    async def act(engine: AsyncEngine) -> None:
        canaries = Canaries(engine, cast(Client, Deaf(bad)), 60, 5, Lookout(engine, 60))
        sending = asyncio.create_task(canaries.run())
        await until(lambda: stack.rows(heard, good), "the other one is heard")
        assert not sending.done()
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending

    in_core(stack, act)
    stack.execute("UPDATE workers SET canary_queue_at = NULL, status = 'offline' WHERE id = ANY (%s)", [bad, good])


def test_a_run_of_a_schedule_that_postgres_refuses(stack: Facade, api: Api) -> None:
    """It would stand before every later one: those that skip do so while it is tried."""
    refused = {"task": {"task_type": "echo", "params": {"message": "refuse this one"}}}
    id_ = schedule(api, action=refused, pause_on_failure=True)["id"]
    stack.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = '22000'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER refusing BEFORE INSERT ON tasks FOR EACH ROW"
        " WHEN (NEW.params->>'message' = 'refuse this one') EXECUTE FUNCTION refuse()"
    )
    due = moment("2026-05-04T07:00")
    call = Fired(schedule_id=uuid.UUID(id_), due=due, started=due, workflow_id="w")

    async def act(engine: AsyncEngine) -> None:
        fire = ScheduleActivities(engine, SETTINGS, Failpoints()).fire
        # Those before had failed because Postgres was away: they say nothing of this one.
        late = ActivityEnvironment()
        late.info = replace(late.info, attempt=50)
        for _ in range(4):
            with pytest.raises(Unstorable):
                await late.run(fire, call)
        made = await late.run(fire, call)
        assert made.said == "It could not be made: not this one."

    try:
        in_core(stack, act)
    finally:
        stack.execute("DROP FUNCTION refuse CASCADE")
    shown = api.http.get(f"/schedules/{id_}").json()
    assert [(each["outcome"], each["why"]) for each in shown["runs"]] == [
        ("failed", "It could not be made: not this one.")
    ]
    assert shown["note"] == "A run failed: It could not be made: not this one."


def test_a_digest_without_what_cannot_be_read(stack: Facade, api: Api) -> None:
    stack.execute("ALTER TABLE agent_rounds RENAME TO elsewhere")
    try:
        shown = api.http.get("/digests/preview")
        assert (shown.status_code, "because it cannot be read (see the log): the agent" in shown.text) == (200, True)
    finally:
        stack.execute("ALTER TABLE elsewhere RENAME TO agent_rounds")


def test_days_of_the_agent_that_cannot_be_counted(stack: Facade, api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/counted"})
    stack.execute("DELETE FROM service_beats WHERE name = 'metrics'")
    stack.execute("ALTER TABLE agent_metrics_daily RENAME TO elsewhere")

    async def look(engine: AsyncEngine) -> None:
        assert await Metrics(engine).look()

    try:
        in_core(stack, look)
    finally:
        stack.execute("ALTER TABLE elsewhere RENAME TO agent_metrics_daily")
    api.command(id_, "cancel")
