"""The roll-ups count what happened, each thing once, and what they counted of an hour that is over stays."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import psycopg.rows
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import make_engine
from db.metrics.rollup import counted_until, roll_up
from tests.support.databases import cloned
from tests.support.servers import Servers
from workers.core.metrics import Metrics

#: Noon three days ago, so that days and hours are over.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
_INSERT = """
INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts,
    error, created_at, started_at, completed_at)
SELECT id, CAST(id AS text), type, type, '{}', %(ticker)s, 50, 'human:test', %(status)s, '{}', '{}', %(error)s,
    %(created)s, %(started)s, %(completed)s
FROM (SELECT CAST(%(id)s AS uuid) AS id, CAST(%(type)s AS text) AS type) task
"""


class Rows:
    """A database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(url, autocommit=True, row_factory=psycopg.rows.dict_row)

    def task(self, ended: timedelta | None, status: str = "succeeded", **fields: Any) -> str:
        """A task that was created at noon, took so long, and ended."""
        seconds = fields.pop("seconds", 10)
        completed = None if ended is None else NOON + ended
        values = {
            "id": str(uuid.uuid4()), "type": "echo", "ticker": None, "error": None, "status": status, "created": NOON,
            "started": completed and completed - timedelta(seconds=seconds), "completed": completed, **fields,
        }  # fmt: skip
        self.connection.execute(_INSERT, values)
        return str(values["id"])

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return list(self.connection.execute(query.encode(), values).fetchall())

    def day(self, type_: str = "*") -> dict[str, Any]:
        [row] = self.ask("SELECT * FROM task_metrics_daily WHERE day = %s AND type = %s", NOON.date(), type_)
        return row


@pytest_asyncio.fixture
async def rows(servers: Servers) -> AsyncIterator[Rows]:
    with cloned(servers) as url:
        made = Rows(url)
        yield made
        made.connection.close()


@pytest_asyncio.fixture
async def engine(rows: Rows) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(rows.url, process="tests", pool_size=3)
    yield engine
    await engine.dispose()


COUNTS = ("created", "succeeded", "failed", "cancelled", "rejected")


async def test_a_day_of_several_types(rows: Rows, engine: AsyncEngine) -> None:
    for number in range(1, 101):
        rows.task(timedelta(minutes=number), seconds=number, ticker=f"T{number % 7}")
    rows.task(timedelta(hours=1), "failed", type="delay", seconds=200, ticker="NEVER", error='{"type": "NotFound"}')
    rows.task(timedelta(hours=1), "failed", type="delay", seconds=100, error="{}")
    rows.task(timedelta(hours=2), "cancelled", type="delay", started=None)
    rows.task(timedelta(hours=2), "rejected", type="delay", started=None)
    rows.task(None, "pending", type="delay")
    # A day later: not of that day.
    rows.task(timedelta(hours=12), type="delay", ticker="LATE")
    await Metrics(engine).look()

    every, echo, delay = rows.day(), rows.day("echo"), rows.day("delay")
    assert [every[name] for name in COUNTS] == [106, 100, 2, 1, 1]
    assert [echo[name] for name in COUNTS] == [100, 100, 0, 0, 0]
    assert [delay[name] for name in COUNTS] == [6, 0, 2, 1, 1]
    assert (echo["avg_seconds"], echo["p95_seconds"], echo["tickers"]) == (50.5, pytest.approx(95.05), 7)
    assert (delay["avg_seconds"], delay["p95_seconds"], delay["tickers"]) == (150, pytest.approx(195), 0)
    assert every["tickers"] == 7
    hours = rows.ask("SELECT hour, succeeded FROM task_metrics_hourly WHERE type = 'echo' ORDER BY hour")
    assert [(each["hour"], each["succeeded"]) for each in hours] == [
        (NOON, 59),
        (NOON + timedelta(hours=1), 41),
    ]
    found = rows.ask("SELECT error, failed FROM task_errors_hourly ORDER BY error")
    assert found == [{"error": "Error", "failed": 1}, {"error": "NotFound", "failed": 1}]


async def test_counting_again_counts_nothing_twice(rows: Rows, engine: AsyncEngine) -> None:
    rows.task(timedelta(minutes=1))
    metrics = Metrics(engine)
    await metrics.look()
    before = rows.ask("SELECT * FROM task_metrics_hourly"), rows.ask("SELECT * FROM task_metrics_daily")
    rows.connection.execute("UPDATE service_beats SET at = %s WHERE name = 'metrics'", [NOON])
    await metrics.look()
    assert (rows.ask("SELECT * FROM task_metrics_hourly"), rows.ask("SELECT * FROM task_metrics_daily")) == before


async def test_an_hour_that_is_over_keeps_what_it_counted(rows: Rows, engine: AsyncEngine) -> None:
    id_ = rows.task(timedelta(minutes=1), "failed", error="{}")
    metrics = Metrics(engine)
    await metrics.look()
    now = datetime.now(UTC)
    rows.connection.execute(
        "UPDATE tasks SET status = 'succeeded', started_at = %s, completed_at = %s WHERE id = %s", [now, now, id_]
    )
    await metrics.look()
    assert (rows.day()["failed"], rows.day()["succeeded"]) == (1, 0)
    total = rows.ask("SELECT sum(created) AS c, sum(failed) AS f, sum(succeeded) AS s FROM task_metrics_hourly")
    assert total == [{"c": 1, "f": 1, "s": 1}]


async def test_what_happens_now_is_counted_at_the_next_look(rows: Rows, engine: AsyncEngine) -> None:
    metrics = Metrics(engine)
    await metrics.look()
    # Yesterday's last hour may be looked at instead in the first minute of a day; both days are asked.
    for expected in (1, 2):
        rows.task(None, "pending", created=datetime.now(UTC) - timedelta(seconds=1))
        async with engine.begin() as connection:
            await roll_up(connection)
            until = await counted_until(connection)
        [total] = rows.ask("SELECT sum(created) AS created FROM task_metrics_hourly")
        assert total["created"] == expected
        assert until is not None


async def test_it_says_how_much_of_today_it_goes_over(rows: Rows, engine: AsyncEngine) -> None:
    now = datetime.now(UTC)
    rows.task(timedelta(minutes=1))
    before = await Metrics(engine).look()
    rows.task(now - NOON, created=now)
    assert await Metrics(engine).look() == before + 2


async def test_two_cores_do_not_wait_for_each_other(rows: Rows, engine: AsyncEngine) -> None:
    rows.task(timedelta(minutes=1))
    async with engine.begin() as first:
        assert await roll_up(first)
    async with engine.begin() as first, engine.begin() as second:
        assert await roll_up(first)
        assert not await roll_up(second)
    await Metrics(engine).look()
    assert rows.day()["succeeded"] == 1
    # What waits is written down beside it (tests/http/test_queue_history.py).
    assert rows.ask("SELECT waiting, held FROM metrics_moments")


async def test_a_death_in_the_middle_leaves_all_to_be_counted(rows: Rows, engine: AsyncEngine) -> None:
    rows.task(timedelta(minutes=1))
    async with engine.connect() as dying:
        assert await roll_up(dying)
        await dying.rollback()
    assert rows.ask("SELECT 1 FROM task_metrics_hourly") == []
    await Metrics(engine).look()
    assert rows.day()["succeeded"] == 1


async def test_a_type_with_the_name_of_the_total_harms_nothing(rows: Rows, engine: AsyncEngine) -> None:
    rows.task(timedelta(minutes=1), type="*")
    rows.task(timedelta(minutes=1), type="echo")
    await Metrics(engine).look()
    assert rows.day()["succeeded"] == 1
