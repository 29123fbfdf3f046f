"""Tasks of the agent are started by its workflow, as its children; the relay gets what that has not started."""

import asyncio
from collections.abc import Iterator

import pytest

from contracts.agent.work import RoundReport, StartOrder, StartReport
from contracts.tasks.children import Started
from db.engine import make_engine
from db.session import Database
from services.agent.round import hold_round
from services.agent.starting import next_starts
from tests.support.in_process import InProcess, in_process
from tests.support.servers import Servers


@pytest.fixture
def world(servers: Servers) -> Iterator[InProcess]:
    with in_process(servers, gateway_internal_address="127.0.0.1:1") as running:
        for ticker in ("NVDA", "AMD"):
            running.api.http.put(f"/tickers/{ticker}", json={"watchers": 10}).raise_for_status()
        limit = {"scope": "all", "unit": "tasks", "most": 3, "window": "hour"}
        running.api.http.put("/agent/budget", json={"limits": [limit]}).raise_for_status()
        running.api.http.post("/agent/resume", json={}).raise_for_status()
        yield running


def as_core(world: InProcess, *started: Started) -> tuple[RoundReport, StartReport]:
    async def run() -> tuple[RoundReport, StartReport]:
        engine = make_engine(world.database_url, process="tests", pool_size=1)
        try:
            database = Database(engine)
            report = await hold_round(database, world.settings, 1)
            return report, await next_starts(database, StartOrder(number=1, started=list(started)))
        finally:
            await engine.dispose()

    return asyncio.run(run())


def test_each_is_started_by_the_workflow_or_by_the_relay(world: InProcess) -> None:
    report, first = as_core(world)
    assert (report.tasks, report.starts_tasks, len(first.starts)) == (3, True, 3)
    # Whoever asks again is told the same: nothing was said to be started.
    assert as_core(world) == (report, first)
    later = world.rows("SELECT next_try_at > now() + interval '3 s' AS later FROM outbox")
    assert [row["later"] for row in later] == [True] * 3
    mine, *others = first.starts
    _, rest = as_core(world, Started(task_id=mine.task_id, command_id=mine.command_id))
    assert rest.starts == others
    assert {row["task_id"] for row in world.rows("SELECT task_id FROM outbox")} == {each.task_id for each in others}
    # What the relay has taken is the relay's.
    world.execute("UPDATE outbox SET tries = 1")
    assert as_core(world)[1].starts == []


def test_a_cancel_waits_until_it_is_known_whether_it_runs(world: InProcess) -> None:
    """The agent's workflow may have started it already: taken back from the outbox, it would run nevertheless."""
    _, first = as_core(world)
    task = str(first.starts[0].task_id)
    world.api.command(task, "cancel").raise_for_status()
    assert world.api.status(task) == "pending"
    commands = [row["command"] for row in world.rows("SELECT command FROM outbox WHERE task_id = %s ORDER BY id", task)]
    assert commands == ["start", "cancel"]
    own = world.api.submit("echo", {"message": 1})
    world.api.command(own, "cancel").raise_for_status()
    assert world.api.status(own) == "cancelled"
