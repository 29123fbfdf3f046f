"""What was stored under another spelling of a ticker is found under the one there is now (migration 0031)."""

import importlib
import json
from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, make_url, text

from tests.support.databases import cloned
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

_POST = text(
    "INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, score, num_comments, permalink,"
    " created_utc, raw, task_id, attempt) VALUES (:ticker, :id, 's', 't', :body, 1, 1, '/p', now(), '{}',"
    " gen_random_uuid(), 1)"
)
_WATCHED = text(
    "INSERT INTO watched_tickers (ticker, name, tracked, watchers, added_by, changed_by)"
    " VALUES (:ticker, :name, :tracked, :watchers, 'me', 'me')"
)
_TASK = text(
    "INSERT INTO tasks"
    " (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts)"
    " VALUES (gen_random_uuid(), 'w', 'news_crawl', 'news_crawl', CAST(:params AS jsonb), 'BRK-B', 50, 'me',"
    " 'succeeded', '{}', '{}')"
)


@pytest.fixture
def connection(servers: Servers) -> Iterator[Connection]:
    with cloned(servers) as address:
        engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        with engine.begin() as one:
            yield one
        engine.dispose()


def test_rows_of_all_spellings_come_together(connection: Connection) -> None:
    posts = [
        ("BRK-B", "a", "alone"), ("BRK-B", "b", "the longer one"), ("BRK.B", "b", "short"), ("BRKB", "c", "short"),
        ("BRK/B", "c", "the longer one"), ("NVDA", "a", "other"), ("0700.HK", "a", "of Hong Kong"),
    ]  # fmt: skip
    connection.execute(_POST, [{"ticker": ticker, "id": id_, "body": body} for ticker, id_, body in posts])
    watched = [("BRK.B", None, False, 3), ("BRK-B", "Berkshire", True, 5), ("BF-B", "Brown", True, 1)]
    names = ("ticker", "name", "tracked", "watchers")
    connection.execute(_WATCHED, [dict(zip(names, each, strict=True)) for each in watched])
    connection.execute(_TASK, {"params": json.dumps({"ticker": "BRK-B"})})

    migration = importlib.import_module("db.migrations.versions.0031_one_spelling_for_each_ticker")
    with Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()

    found = connection.execute(text("SELECT ticker, reddit_id, body FROM reddit_posts_raw ORDER BY 1, 2")).all()
    assert [tuple(each) for each in found] == [
        ("0700.HK", "a", "of Hong Kong"), ("BRK.B", "a", "alone"), ("BRK.B", "b", "the longer one"),
        ("BRK.B", "c", "the longer one"), ("NVDA", "a", "other"),
    ]  # fmt: skip
    rows = connection.execute(text("SELECT ticker, name, tracked, watchers FROM watched_tickers ORDER BY 1")).all()
    assert [tuple(each) for each in rows] == [("BF.B", "Brown", True, 1), ("BRK.B", "Berkshire", True, 5)]
    [task] = connection.execute(text("SELECT ticker, params ->> 'ticker' FROM tasks")).all()
    assert tuple(task) == ("BRK.B", "BRK.B")
