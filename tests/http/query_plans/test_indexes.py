"""What is read often finds its rows by an index: asked of Postgres itself, with enough rows to make it choose."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import ClauseElement

from contracts.records.exchange import MaterialQuery
from contracts.records.rows import RecordKind
from contracts.task_types import task_type
from db.engine import DIALECT
from db.records.queries import RecordFilter, order_of, page_statement
from db.records.tables import table_of
from services.records.material import _statement
from services.records.own_rows import HeldTask
from tests.support.databases import cloned
from tests.support.servers import Servers
from workers.core.retention import delete_statement

#: One row every ten minutes: the oldest is 139 days old, and what is asked for of the last days is a part of them.
ROWS = 20_000
_TICKER = sql.SQL("'T' || n % 100")
#: A row in fifty is of one of four workspaces, of all tickers.
_WORKSPACE = sql.SQL("CASE WHEN n / 100 % 50 = 0 THEN 'w' || n / 5000 % 4 ELSE 'default' END")
_NAMED = {"ticker": _TICKER, "workspace": _WORKSPACE}
_VALUES: dict[type[Any], sql.SQL] = {
    Text: sql.SQL("'x' || n"),
    Integer: sql.SQL("n"),
    Float: sql.SQL("n"),
    Boolean: sql.SQL("false"),
    Uuid: sql.SQL("gen_random_uuid()"),
    Date: sql.SQL("current_date - n / 144"),
    DateTime: sql.SQL("now() - n * interval '10 minutes'"),
    ARRAY: sql.SQL("ARRAY['x']"),
    JSONB: sql.SQL("'{}'"),
}
KINDS = list(RecordKind)


@pytest.fixture(scope="module")
def filled(servers: Servers) -> Iterator[psycopg.Connection]:
    """A database of its own, each table with rows of a hundred tickers."""
    with cloned(servers) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for kind in KINDS:
                connection.execute(_insert(kind))
            connection.execute("ANALYZE")
            yield connection


def _insert(kind: RecordKind) -> sql.Composed:
    columns = table_of(kind).columns
    values = [
        _NAMED.get(column.name) or next(value for type_, value in _VALUES.items() if isinstance(column.type, type_))
        for column in columns
    ]
    return sql.SQL("INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(1, {rows}) n").format(
        table=sql.Identifier(table_of(kind).name),
        names=sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
        values=sql.SQL(", ").join(values),
        rows=ROWS,
    )


def plan(connection: psycopg.Connection, statement: ClauseElement) -> str:
    lines = connection.execute(f"EXPLAIN {_literal(statement)}".encode()).fetchall()
    return "\n".join(str(line) for (line,) in lines)


def _literal(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def assert_by_index(found: str, index: str) -> None:
    assert index in found, found
    assert "Seq Scan" not in found, found
    # An incremental sort puts rows of one and the same time in order; a plain one would read the whole table.
    assert not re.search(r"(?<!Incremental )Sort  ", found), found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_all_rows(filled: psycopg.Connection, kind: RecordKind) -> None:
    first = plan(filled, page_statement(kind, RecordFilter(), None, 51))
    assert_by_index(first, f"ix_{table_of(kind).name}_{kind.spec.time}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_in_the_middle(filled: psycopg.Connection, kind: RecordKind) -> None:
    table = table_of(kind)
    order = [table.c[name] for name in order_of(kind)]
    row = select(*order).order_by(table.c.fetched_at).offset(9_000).limit(1)
    after = filled.execute(_literal(row).encode()).fetchone()
    later = plan(filled, page_statement(kind, RecordFilter(), after, 51))
    assert_by_index(later, f"ix_{table_of(kind).name}_{kind.spec.time}")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ticker" in table_of(kind).c])
def test_a_page_of_one_ticker(filled: psycopg.Connection, kind: RecordKind) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    for wanted in (RecordFilter(ticker="T7"), RecordFilter(ticker="T7", since=since)):
        found = plan(filled, page_statement(kind, wanted, None, 51))
        assert_by_index(found, f"ix_{table_of(kind).name}_ticker_{kind.spec.time}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_a_workspace(filled: psycopg.Connection, kind: RecordKind) -> None:
    """For who sees everything, and for a member of one or several, whom policies hold."""
    index = f"ix_{table_of(kind).name}_workspace_{kind.spec.time}"
    statement = page_statement(kind, RecordFilter(workspaces=("w2",)), None, 51)
    assert_by_index(plan(filled, statement), index)
    of_default = page_statement(kind, RecordFilter(workspaces=("default",)), None, 51)
    assert_by_index(plan(filled, of_default), f"ix_{table_of(kind).name}_{kind.spec.time}")
    with filled.transaction():
        filled.execute(
            "SELECT set_config('clawdbot.reads', 'w2,w3', true), set_config('role', 'clawdbot_member', true)"
        )
        assert_by_index(plan(filled, statement), index)
        # Of several they are put in order, but no others are read.
        both = plan(filled, page_statement(kind, RecordFilter(workspaces=("w2", "w3")), None, 51))
        assert index in both, both
        assert "Seq Scan" not in both, both


# SQLAlchemy 2.1 has another word for DISTINCT ON, which 2.0, that we also allow, does not know.
@pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ticker" in table_of(kind).c and kind.spec.source])
@pytest.mark.parametrize("workspace", ["default", "w2"])
def test_material(filled: psycopg.Connection, kind: RecordKind, workspace: str) -> None:
    task = HeldTask(uuid.uuid4(), task_type("ai_sentiment"), "T7", workspace, {})
    found = plan(filled, _statement(MaterialQuery(kind=kind), task))
    assert f"pk_{table_of(kind).name}" in found or "_ticker_" in found, found
    assert "Seq Scan" not in found, found


@pytest.mark.parametrize("kind", KINDS)
def test_the_retention(filled: psycopg.Connection, kind: RecordKind) -> None:
    found = plan(filled, delete_statement(kind, 138))
    assert_by_index(found, f"ix_{table_of(kind).name}_fetched_at")
