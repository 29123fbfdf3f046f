"""No migration keeps writers waiting for as long as it takes to read or write a table.

Told by locks and rows, not by seconds: each table is filled as soon as it is there. What a migration reads and writes
while it holds a lock that writers wait for, or keeps locked until it commits, must not grow with that.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event, make_url, pool

import db.migrate
from tests.support.databases import empty
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

ROWS = 300
#: Rows that a migration may touch while writers wait.
FEW = 100
#: As many rows as people, machines and sources have made, and an admin's hand is enough.
SMALL = ("users", "workers", "api_keys", "alert_rules", "watched_tickers", "circuits", "queue_controls", "agent_state",
         "task_templates", "workspaces", "triggers", "schedules")  # fmt: skip

#: Tables with a lock that a writer of a row waits for, and how long the migration itself waits for such a lock.
_BLOCKED = """
SELECT DISTINCT c.relname, current_setting('lock_timeout') FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.granted AND c.relname = ANY(%s)
    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
_TOUCHED = """
SELECT pg_current_xact_id_if_assigned(), COALESCE(sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0)::int,
    COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int
FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
"""
#: By type: a value for row number n.
_VALUES = {
    "text": "'v' || n", "uuid": "gen_random_uuid()", "jsonb": "'{}'", "bytea": "decode(md5(n::text), 'hex')",
    "timestamp with time zone": "now() - n * interval '1 second'", "date": "current_date - n", "boolean": "true",
    "integer": "n", "bigint": "n", "smallint": "1", "double precision": "n", "numeric": "n", "text[]": "'{}'",
    "uuid[]": "'{}'", "bigint[]": "'{}'", "integer[]": "'{}'", "tstzmultirange": "'{}'",
    "timestamp with time zone[]": "'{}'",
}  # fmt: skip
#: Where a check wants something else.
_OWN_VALUES = {
    ("tasks", "status"): "'failed'", ("tasks", "priority"): "50", ("notifications", "state"): "'told'",
    ("task_notifications", "state"): "'sent'", ("bulk_actions", "state"): "'done'",
    ("plans", "status"): "'running'", ("plan_steps", "status"): "'running'", ("plan_parts", "status"): "'running'",
    ("workspace_members", "role"): "'viewer'",
    ("schedule_runs", "outcome"): "'missed'", ("failure_groups", "state"): "'open'",
    ("trigger_deliveries", "outcome"): "'made'",
}  # fmt: skip


class Interrupted(Exception):
    """The migration dies, as it would with its process."""


class Audit:
    """What the statements of migrations do to those who write meanwhile."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._url = url
        self.faults: list[str] = []
        self.filled: set[str] = set()
        #: Rows that each transaction has touched while writers waited.
        self._held: Counter[int] = Counter()
        self._before = (0, 0, 0)
        #: It commits before its end: has to be able to begin again, and has begun again.
        self._in_steps = self._again = False
        event.listen(engine, "begin", self._begins)
        event.listen(engine, "before_cursor_execute", self._asks)
        event.listen(engine, "after_cursor_execute", self._asked)

    def _begins(self, _: Connection) -> None:
        with psycopg.connect(self._url) as connection:
            tables = {name for (name,) in connection.execute(_TABLES)} - {"alembic_version"}
            for table in sorted(tables - self.filled - set(SMALL)):
                fill(connection, table)
                self.filled.add(table)

    def _asks(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE alembic_version"):
            self._again = self._in_steps and not self._again
            self._in_steps = False
            if self._again:
                raise Interrupted
        self._before = self._one(connection, _TOUCHED)

    def _asked(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        transaction, read, written = self._one(connection, _TOUCHED)
        read, written = read - self._before[1], written - self._before[2]
        if _driver(connection).autocommit:
            self._in_steps = True
            blocks = "INDEX" in statement and "CONCURRENTLY" not in statement
            self._check(not blocks and written <= FEW, statement, "is not made beside writers")
            return
        blocked = self._ask(connection, _BLOCKED)
        self._held[transaction] += written + (read if blocked else 0)
        self._check(self._held[transaction] <= FEW, statement, f"touches all rows; {blocked} wait until it commits")
        self._check(all(patience != "0" for _, patience in blocked), statement, "may wait for its lock for ever")

    def _check(self, is_well: bool, statement: str, fault: str) -> None:
        if not is_well:
            self.faults.append(f"{' '.join(statement.split())[:100]} … {fault}")

    def _one(self, connection: Connection, question: str) -> Any:
        return self._ask(connection, question)[0]

    def _ask(self, connection: Connection, question: str) -> list[Any]:
        # Not through the connection that is listened to.
        return _driver(connection).execute(question, (list(self.filled),)).fetchall()


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def fill(connection: "psycopg.Connection[Any]", table: str) -> None:
    columns = connection.execute(_COLUMNS, (table,)).fetchall()
    values = [_OWN_VALUES.get((table, name)) or _VALUES[type_] for name, type_ in columns]
    # Without foreign keys and triggers.
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM generate_series(1, {}) AS n").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns),
            sql.SQL(", ").join(map(sql.SQL, values)),
            ROWS,
        )
    )


@pytest.fixture
def url(servers: Servers) -> Iterator[str]:
    with empty(servers) as address:
        yield address


def test_nobody_who_writes_waits_for_a_migration(url: str) -> None:
    """And what has committed a part of itself and is interrupted then can be begun again."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    audit = Audit(engine, url)
    config = Config()
    config.set_main_option("script_location", str(Path(db.migrate.__file__).parent / "migrations"))
    interrupted = 0
    while True:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except Interrupted:
                interrupted += 1
            else:
                break
    assert audit.faults == []
    assert interrupted
    assert {"tasks", "task_events", "task_attempts", "reddit_posts_raw"} <= audit.filled
