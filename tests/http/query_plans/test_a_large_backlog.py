"""A backlog in the queue that one workspace has of its own costs those who ask about other queues nothing."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from benchmarks.million.rows import fill
from tests.http.query_plans.test_every_statement import STATEMENTS, _explain, _sql
from tests.support.databases import cloned
from tests.support.servers import Servers

TASKS, BACKLOG = 10_000, 30_000
OWN, SHARED = "workspace:big:reddit_crawl", "reddit_crawl"
#: What a look at a few queues, or at the thousand that are ahead of a task at most, may touch.
FEW, THOUSAND = 200, 1_200
# More urgent and older than all others, and submitted at once. Between them, one in ten between two attempts.
_BACKLOG = """
INSERT INTO tasks (id, workflow_id, type, capability, instance, queue, params, priority, created_by, status, retry,
    timeouts, created_at, updated_at, next_attempt_at)
SELECT md5('big' || n)::uuid, 'big' || n, 'reddit_crawl', 'reddit_crawl', 'big', 'workspace:big:reddit_crawl', '{}',
    5, 'ada', 'pending', '{}', '{}', now() - interval '2 days', now() - interval '2 days',
    CASE WHEN n %% 10 = 0 THEN now() + interval '1 hour' END
FROM generate_series(1, %s) n
"""
_IN_ORDER = """
SELECT id FROM tasks WHERE status = 'pending' AND deleted_at IS NULL AND COALESCE(queue, capability) = %s
    AND next_attempt_at IS NULL ORDER BY priority, created_at, id
"""
#: Each of them has paid once, a tenth of them today.
_PAID = """
INSERT INTO workspace_costs (workspace, at, task_id, usd)
SELECT 'big', now() - interval '10 days' * n / %s, md5('big' || n)::uuid, 0.01 FROM generate_series(1, %s) n
"""
_CURSORS = "UPDATE tasks SET cursor = '{\"page\": 3}' WHERE instance = 'big'"
_ASKED = "UPDATE workers SET polling = capabilities || %s::text, status = 'idle'"


@pytest.fixture(scope="module")
def filled(servers: Servers) -> Iterator[psycopg.Connection]:
    with cloned(servers) as url, psycopg.connect(url, autocommit=True) as connection:
        fill(connection, TASKS)
        connection.execute(_BACKLOG, (BACKLOG,))
        connection.execute(_PAID, (BACKLOG, BACKLOG))
        connection.execute(_CURSORS)
        connection.execute(_ASKED, (OWN,))
        connection.execute("VACUUM ANALYZE")
        yield connection


def measured(connection: psycopg.Connection, name: str, values: dict[str, Any]) -> tuple[list[Any], int]:
    """What a statement says, and how many pages it touches."""
    statement = _sql(STATEMENTS[name])
    found = _explain(connection, "ANALYZE, BUFFERS, FORMAT JSON", statement, values)
    rows = connection.execute(statement.encode(), values).fetchall()
    return rows, found["Shared Hit Blocks"] + found["Shared Read Blocks"]


def test_what_bots_ask_for(filled: psycopg.Connection) -> None:
    found, pages = measured(filled, "db.workers.bot_leases.waiting", {})
    in_order = filled.execute(
        "SELECT COALESCE(queue, capability) FROM tasks WHERE status = 'pending' AND deleted_at IS NULL GROUP BY 1"
        " ORDER BY min(priority), min(created_at)"
    ).fetchall()
    assert {name for (name,) in found} == {name for (name,) in in_order} > {OWN, SHARED}
    assert found[0] == (OWN,)
    assert pages <= FEW


@pytest.mark.parametrize("queue", [SHARED, OWN])
def test_how_many_are_ahead(filled: psycopg.Connection, queue: str) -> None:
    ids = [id_ for (id_,) in filled.execute(_IN_ORDER, (queue,))]
    for place in (0, 7, len(ids) - 1):
        found, pages = measured(filled, "services.tasks.waiting._AHEAD", {"ids": [ids[place]]})
        assert found == [(ids[place], min(place, 1_000))]
        assert pages <= (FEW if place < 1_000 else THOUSAND)


def test_which_queue_brings_a_probe(filled: psycopg.Connection) -> None:
    values = {"capability": "reddit_crawl", "queues": [SHARED, OWN], "turn": 15}
    found, pages = measured(filled, "db.workers.own_queues._PROBED", values)
    assert [row[0] for row in found] == [OWN, SHARED]
    assert pages <= FEW


def test_what_a_workspace_uses_of_its_limits(filled: psycopg.Connection) -> None:
    values = {"name": "big", "most_open": 100, "most_new": 100, "cost": True}
    [(open_now, last_hour, cost)], pages = measured(filled, "db.workspaces.workspaces.used", values)
    assert (open_now, last_hour) == (100, 0)
    assert cost == pytest.approx(BACKLOG / 10 * 0.01, rel=0.01)
    assert pages <= FEW
