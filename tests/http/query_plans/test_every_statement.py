"""No statement reads a large table whole, and what runs per task, claim, heartbeat or second touches a few pages.

Statements are found by themselves, so that a new one is asked about, too.
"""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import TextClause

from db.engine import DIALECT
from tests.http.query_plans.every_statement import LARGE, every_statement, fill_all
from tests.http.query_plans.hot_statements import HOT
from tests.support.databases import cloned
from tests.support.servers import Servers

STATEMENTS = every_statement()
#: Pages of 8 KB, of the tables here and their indexes: a task has fourteen, and some statements are for a hundred rows.
MOST_PAGES = 700
#: A page or two for each task that waits or is on hand, 2,000 here; a batch of ends with their events; once an hour,
#: the leases of a week whose outcome nobody has reported, which here are all of them.
MORE_PAGES = {
    **{"db.workers.roster.CHANGES": 2_500, "db.retention.progress": 1_000, "db.retention.bot_leases": 1_500},
    "db.workers.own_queues._ELSEWHERE": 2_000,
}
#: Those that read a large table whole, with why that is fine.
WHOLE = {
    "db.alerts.digest._NOW": "once a day; notifications go after 90 days",
    "db.alerts.groups._PRUNE": "once an hour; notifications go after 90 days",
    "db.metrics.overview.parts": "counts the outbox, which is empty while Temporal takes commands",
    "db.metrics.queries._OUTBOX": "the same",
    "db.tasks.comparison.count_open": "the same; of tasks it reads the open ones",
    "db.retention.tasks": "the same; of tasks it reads a batch",
    "db.retention.deleted_tasks": "the same",
}
#: Postgres takes a parameter that bounds a time for a third of all rows. With these the plan is another one.
WITH_VALUES: dict[str, dict[str, Any]] = {
    "db.workers.circuits.open_failing": {
        **{"window": 600, "faults": ["SourceUnavailable"], "failures": 5},
        **{"cooldown": 60, "system": "core"},
    },
    "services.tasks.pause_reasons._LAST_CLAIM": {"span": 60, "capability": "reddit_crawl"},
}
#: These read no large table, and cannot be planned without values: their parameters are intervals and days; and what
#: makes a role reads nothing.
NOT_PLANNED = {
    *("db.chat.inbox._SWEEP", "db.chat.watches._SWEEP"),
    *("db.metrics.queries._DAYS", "db.metrics.queries._TYPES", "db.metrics.rollup._PATIENCE"),
    *("db.people.allowances._WAIT", "db.people.allowances._GIVE_BACK", "db.session._READ_ONLY"),
    "db.workspaces.member_role.create",
}
#: Where all is hot, so that a statement that is added there is measured, too.
HOT_MODULES = ("db.workers.bot_leases", "db.tasks.mirror", "db.tasks.outbox", "db.tasks.event_places", "db.retention")


@pytest.fixture(scope="module")
def filled(servers: Servers) -> Iterator[psycopg.Connection]:
    with cloned(servers) as url, psycopg.connect(url, autocommit=True) as connection:
        fill_all(connection)
        yield connection


def test_no_statement_reads_a_large_table_whole(filled: psycopg.Connection) -> None:
    found = {
        name: set(_whole(_plan(filled, name, each))) for name, each in STATEMENTS.items() if name not in NOT_PLANNED
    }
    assert {name: tables for name, tables in found.items() if tables and name not in WHOLE} == {}
    assert {name for name in WHOLE if not found[name]} == set(), "these read none any more"


def test_all_that_is_hot_is_measured() -> None:
    assert {name for name in STATEMENTS if name.rpartition(".")[0] in HOT_MODULES} <= HOT.keys()


@pytest.mark.parametrize("name", HOT)
def test_what_is_hot_touches_a_few_pages(filled: psycopg.Connection, name: str) -> None:
    with filled.transaction(force_rollback=True):
        found = _explain(filled, "ANALYZE, BUFFERS, FORMAT JSON", _sql(STATEMENTS[name]), HOT[name])
    assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] <= MORE_PAGES.get(name, MOST_PAGES)


def _plan(connection: psycopg.Connection, name: str, statement: TextClause) -> dict[str, Any]:
    values = WITH_VALUES.get(name)
    if values is not None:
        return _explain(connection, "FORMAT JSON", _sql(statement), values)
    return _explain(connection, "GENERIC_PLAN, FORMAT JSON", _with_numbers(_sql(statement)), None)


def _explain(connection: psycopg.Connection, how: str, statement: str, values: dict[str, Any] | None) -> dict[str, Any]:
    row = connection.execute(f"EXPLAIN ({how}) {statement}".encode(), values).fetchone()
    assert row
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def _sql(statement: TextClause) -> str:
    return str(statement.compile(dialect=DIALECT))


def _with_numbers(statement: str) -> str:
    """Parameters as Postgres itself has them."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s(?:::\w+(?:\[\])?)?", lambda match: f"${names.index(match[1]) + 1}", statement)
    return numbered.replace("%%", "%")


def _whole(node: dict[str, Any]) -> Iterator[str]:
    """The large tables that a plan reads from one end to the other."""
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _whole(child)
