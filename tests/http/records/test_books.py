"""What ClawdBot writes of its own work goes after the days of its book, in batches, and nothing else does."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.kept import Book
from contracts.settings import ServerSettings
from db import retention
from db.engine import make_engine
from tests.support.databases import cloned
from tests.support.servers import Servers
from workers.core.retention import Retention

#: More than a batch.
MANY = retention._MOST + 5
#: Ended `days` ago, with two attempts' worth of what a task has.
_TASKS = """
WITH made AS (
    INSERT INTO tasks (id, workflow_id, type, capability, params, priority, created_by, status, retry, timeouts,
        created_at, completed_at, deleted_at, tags)
    SELECT id, id::text, 'echo', 'echo', '{}', 50, 'human:ada', %(status)s, '{}', '{}', at, at + interval '1 second',
        CASE WHEN %(deleted)s THEN at + interval '2 seconds' END, ARRAY[%(name)s]
    FROM (SELECT gen_random_uuid() AS id, now() - %(days)s * interval '1 day' AS at
        FROM generate_series(1, %(count)s)) numbered
    RETURNING id
), noted AS (
    INSERT INTO task_notes (task_id, author, text) SELECT id, 'ada', 'why' FROM made
), tried AS (
    INSERT INTO task_attempts (task_id, round, run_id, attempt, status) SELECT id, 0, 'r', 1, 'succeeded' FROM made
)
INSERT INTO task_events (task_id, type, status) SELECT id, type, 'running'
FROM made, unnest(ARRAY['created', 'progress', 'progress', 'succeeded']) AS type
"""
_LEFT = "SELECT tags[1] AS name, count(*) FROM tasks GROUP BY 1"
_EVENTS = "SELECT type, count(*) FROM task_events GROUP BY 1"


@pytest.fixture
def database(servers: Servers) -> Iterator[psycopg.Connection]:
    with cloned(servers) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest_asyncio.fixture
async def engine(database: psycopg.Connection) -> AsyncIterator[AsyncEngine]:
    made = make_engine(f"postgresql://{_address(database)}", process="tests", pool_size=2)
    yield made
    await made.dispose()


def _address(connection: psycopg.Connection) -> str:
    info = connection.info
    return f"{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"


def add(database: psycopg.Connection, name: str, days: float, count: int = 1, *, deleted: bool = False) -> None:
    values = {"name": name, "days": days, "count": count, "status": "succeeded", "deleted": deleted}
    database.execute(_TASKS, values)


def counts(database: psycopg.Connection, query: str) -> dict[str, int]:
    return dict(database.execute(query.encode()).fetchall())


async def test_tasks_go_with_all_that_belongs_to_them(database: psycopg.Connection, engine: AsyncEngine) -> None:
    add(database, "old", 91, retention._MOST_TASKS + 5)
    add(database, "young", 89)
    add(database, "commanded", 91)
    database.execute("INSERT INTO outbox (task_id, command) SELECT id, 'start' FROM tasks WHERE tags = '{commanded}'")
    database.execute("UPDATE tasks SET completed_at = NULL, status = 'running' WHERE tags = '{young}'")
    add(database, "young", 89)
    await Retention(engine, {}, {Book.TASKS: 90}).look()
    assert counts(database, _LEFT) == {"young": 2, "commanded": 1}
    assert counts(database, "SELECT author, count(*) FROM task_notes GROUP BY 1") == {"ada": 3}
    assert counts(database, "SELECT run_id, count(*) FROM task_attempts GROUP BY 1") == {"r": 3}
    assert counts(database, _EVENTS) == {"created": 3, "progress": 6, "succeeded": 3}


async def test_deleted_tasks_go_sooner(database: psycopg.Connection, engine: AsyncEngine) -> None:
    add(database, "deleted", 91, deleted=True)
    add(database, "deleted of late", 89, deleted=True)
    add(database, "shown", 91)
    await Retention(engine, {}, {Book.DELETED_TASKS: 90}).look()
    assert counts(database, _LEFT) == {"deleted of late": 1, "shown": 1}


async def test_progress_goes_once_its_task_is_long_over(database: psycopg.Connection, engine: AsyncEngine) -> None:
    # All of them ended at one and the same time: a batch is not cut there.
    add(database, "old", 31, retention._MOST_TASKS + 5)
    add(database, "young", 29)
    add(database, "older", 40)
    look = Retention(engine, {}, {Book.PROGRESS: 30}).look
    await look()
    every = retention._MOST_TASKS + 7
    assert counts(database, _EVENTS) == {"created": every, "progress": 2, "succeeded": every}
    # It goes on where it was, and looks at no task twice.
    database.execute("UPDATE tasks SET completed_at = now() - interval '30 days 1 hour' WHERE tags = '{young}'")
    await look()
    assert "progress" not in counts(database, _EVENTS)


async def test_other_books(database: psycopg.Connection, engine: AsyncEngine) -> None:
    database.execute(
        "INSERT INTO idempotency_keys SELECT 'ada', 'tasks', n::text, '', 201, '{}',"
        " now() - CASE WHEN n < %(many)s THEN 91 ELSE 89 END * interval '1 day' FROM generate_series(1, %(many)s) n",
        {"many": MANY},
    )
    database.execute(
        "INSERT INTO audit_log (at, actor, action, object)"
        " SELECT now() - n * interval '100 days', 'ada', 'x', '' FROM generate_series(0, 9) n"
    )
    database.execute(
        "INSERT INTO agent_rounds SELECT n, now() - n * interval '100 days', 0, 0, 0, 0, '{}', '[]'"
        " FROM generate_series(1, 9) n"
    )
    database.execute(
        "INSERT INTO agent_decisions SELECT gen_random_uuid(), n, now(), 'k', 'T', 's', 'echo', 'r', '{}', '[]', '{}',"
        " CASE n WHEN 9 THEN 'pending' ELSE 'succeeded' END FROM generate_series(1, 9) n"
    )
    await Retention(engine, {}, {Book.IDEMPOTENCY_KEYS: 90, Book.AUDIT: 450, Book.AGENT: 450}).look()
    assert counts(database, "SELECT key, 1 FROM idempotency_keys") == {str(MANY): 1}
    assert counts(database, "SELECT 'audit', count(*) FROM audit_log") == {"audit": 5}
    # A decision that is still open is one that figures wait for.
    assert sorted(counts(database, "SELECT number::text, 1 FROM agent_rounds")) == list("12349")
    assert sorted(counts(database, "SELECT round::text, 1 FROM agent_decisions")) == list("12349")


async def test_runs_of_schedules_go_and_then_those_that_were_deleted(
    database: psycopg.Connection, engine: AsyncEngine
) -> None:
    database.execute(
        "INSERT INTO schedules (name, definition, created_by, changed_by, deleted_at)"
        " SELECT name, '{}', 'ada', 'ada', CASE name WHEN 'deleted' THEN now() - interval '451 days' END"
        " FROM unnest('{deleted,kept}'::text[]) AS name"
    )
    database.execute(
        "INSERT INTO schedule_runs (schedule_id, due_at, outcome, task_ids, ended_at)"
        " SELECT id, now() - n * interval '100 days', CASE n WHEN 9 THEN 'running' ELSE 'succeeded' END, '{}',"
        " CASE n WHEN 9 THEN NULL ELSE now() - n * interval '100 days' END"
        " FROM schedules, generate_series(1, 9) n WHERE name = 'kept' OR n > 4 AND n < 9"
    )
    look = Retention(engine, {}, {Book.SCHEDULES: 450}).look
    await look()
    assert counts(database, "SELECT 'runs', count(*) FROM schedule_runs") == {"runs": 5}
    await look()
    assert counts(database, "SELECT name, 1 FROM schedules") == {"kept": 1}


async def test_deliveries_go_and_then_triggers_that_were_deleted(
    database: psycopg.Connection, engine: AsyncEngine
) -> None:
    database.execute(
        "INSERT INTO triggers (name, definition, created_by, changed_by, deleted_at)"
        " SELECT name, '{}', 'ada', 'ada', CASE name WHEN 'deleted' THEN now() - interval '31 days' END"
        " FROM unnest('{deleted,kept}'::text[]) AS name"
    )
    database.execute(
        "INSERT INTO trigger_deliveries (trigger_id, outcome, created_at)"
        " SELECT id, 'made', now() - n * interval '10 days' FROM triggers, generate_series(1, 5) n"
        " WHERE name = 'kept' OR n > 3"
    )
    database.execute(
        "INSERT INTO trigger_made SELECT gen_random_uuid(), 1, now() - n * interval '10 days'"
        " FROM generate_series(1, 5) n"
    )
    look = Retention(engine, {}, {Book.TRIGGERS: 30}).look
    await look()
    assert counts(database, "SELECT 'deliveries', count(*) FROM trigger_deliveries") == {"deliveries": 2}
    assert counts(database, "SELECT 'made', count(*) FROM trigger_made") == {"made": 2}
    await look()
    assert counts(database, "SELECT name, 1 FROM triggers") == {"kept": 1}


async def test_what_was_counted_for_a_trigger_goes_when_nothing_comes_near_it_any_more(
    database: psycopg.Connection, engine: AsyncEngine
) -> None:
    database.execute(
        "WITH t AS (INSERT INTO triggers (name, definition, created_by, changed_by) VALUES ('t', '{}', 'a', 'a')"
        " RETURNING id) INSERT INTO trigger_counts SELECT id, days::text,"
        " ARRAY[now() - interval '40 days', now() - days * interval '1 day'] FROM t, unnest(ARRAY[1, 29, 31]) days"
    )
    assert await retention.delete_what_is_over(engine) == 1
    assert counts(database, "SELECT subject, 1 FROM trigger_counts") == {"1": 1, "29": 1}


async def test_a_week_of_minutes_and_a_year_of_hours_are_kept(
    database: psycopg.Connection, engine: AsyncEngine
) -> None:
    database.execute(
        "INSERT INTO metrics_moments SELECT date_trunc('hour', now(), 'UTC') - age::interval, 0, 0, 0, 0, '{}', '{}'"
        " FROM unnest(ARRAY['6 days', '6 days 1 minute', '8 days 53 minutes', '8 days 52 minutes', '8 days 1 minute',"
        " '365 days', '367 days']) age"
    )
    assert await retention.delete_what_is_over(engine) == 3
    left = "SELECT (date_trunc('hour', now(), 'UTC') - at)::text, 1 FROM metrics_moments"
    kept = ["365 days", "6 days", "6 days 00:01:00", "8 days 00:53:00"]
    assert sorted(counts(database, left)) == kept


async def test_what_nobody_can_use_any_more_goes_without_being_asked(
    database: psycopg.Connection, engine: AsyncEngine
) -> None:
    worker = database.execute("INSERT INTO workers (name, capabilities) VALUES ('w', '{}') RETURNING id").fetchone()
    assert worker
    lease = (
        "INSERT INTO bot_leases (worker_id, task_id, round, run_id, attempt, token, heartbeat_timeout, claimed_at,"
        " acknowledged_at) SELECT %s, gen_random_uuid(), 0, %s, 1, '', 9, now() - %s * interval '1 day',"
        " now() - %s * interval '1 day' FROM generate_series(1, %s)"
    )
    for name, claimed, done, count in (
        ("lost", 9, None, MANY),
        ("reported", 3, 2, 1),
        ("just reported", 3, 0.5, 1),
        ("on hand", 7, None, 1),
    ):
        database.execute(lease.encode(), (worker[0], name, claimed, done, count))
    session = (
        "WITH ada AS (INSERT INTO users (name, role, password_hash) VALUES ('ada', 'admin', '') RETURNING id)"
        " INSERT INTO sessions (secret_hash, user_id, token_version, expires_at, ends_at, address, user_agent)"
        " SELECT n::text::bytea, id, 0, now() + n * interval '1 hour', now() + interval '9 hours', '', ''"
        " FROM ada, generate_series(-1, 2) n"
    )
    database.execute(session.encode())
    events = (
        "WITH made AS (INSERT INTO schedules (name, definition, created_by, changed_by)"
        " VALUES ('morning', '{}', 'ada', 'ada') RETURNING id)"
        " INSERT INTO task_events (task_id, type, status, created_at)"
        " SELECT id, 'schedule_ran', 'scheduled', now() - n * interval '13 hours' FROM made, generate_series(0, 3) n"
    )
    database.execute(events.encode())
    costs = (
        "INSERT INTO workspace_costs (workspace, usd, at)"
        " SELECT 'team', n, now() - n * interval '25 hours' FROM generate_series(3, 0, -1) n"
    )
    database.execute(costs.encode())
    await Retention(engine, {}).look()
    assert counts(database, "SELECT type, count(*) FROM task_events WHERE type = 'schedule_ran' GROUP BY 1") == {
        "schedule_ran": 2
    }
    assert sorted(counts(database, "SELECT run_id, 1 FROM bot_leases")) == ["just reported", "on hand"]
    assert counts(database, "SELECT 'all', count(*) FROM sessions") == {"all": 2}
    assert counts(database, "SELECT 'usd', sum(usd)::int FROM workspace_costs") == {"usd": 1}


def books(text: str, temporal_days: int = 30) -> dict[Book, int]:
    given = {"database_url": "postgresql://nowhere/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
    asked = {"retention_days": text, "temporal_retention_days": temporal_days}
    return ServerSettings.model_validate(given | asked).books


def test_the_setting() -> None:
    usual = books("")
    assert usual == {
        Book.DELETED_TASKS: 90,
        Book.PROGRESS: 30,
        Book.IDEMPOTENCY_KEYS: 90,
        Book.AGENT: 400,
        Book.SCHEDULES: 400,
        Book.TRIGGERS: 30,
    }
    assert books("tasks=180,agent=never,audit=7") == {
        Book.TASKS: 180,
        Book.DELETED_TASKS: 90,
        Book.PROGRESS: 30,
        Book.IDEMPOTENCY_KEYS: 90,
        Book.AUDIT: 7,
        Book.SCHEDULES: 400,
        Book.TRIGGERS: 30,
    }
    # Temporal still lists the workflow: without its row it would be taken for one that was begun by hand.
    assert books("tasks=7", temporal_days=60)[Book.TASKS] == 61
    assert books("progress=7", temporal_days=60)[Book.PROGRESS] == 7
