"""Signals, past runs and the scan find their rows by an index, also when there are many."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import ClauseElement

from contracts.records.sources import SOURCES
from db.engine import DIALECT
from db.records import collecting, mentions, ticker_signals
from tests.http.query_plans.test_indexes import filled as filled

TICKERS = [f"T{n}" for n in range(20)]
TASKS = """
INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts,
    created_at)
SELECT gen_random_uuid(), n::text, 'reddit_crawl', 'x', '{}', 'T' || n % 100, 50, 'x', 'succeeded', '{}', '{}',
    now() - n * interval '1 minute'
FROM generate_series(1, 20000) n
"""
FRESHNESS = """
INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, covered_from, covered_to)
SELECT 'T' || n, source, now(), now() - interval '9 days', now()
FROM generate_series(0, 99) n, unnest(ARRAY['reddit', 'twitter', 'news']) source
"""


@pytest.fixture(scope="module")
def busy(filled: psycopg.Connection) -> psycopg.Connection:
    """Tasks and freshness beside the rows."""
    for statement in (TASKS, FRESHNESS, "ANALYZE"):
        filled.execute(statement.encode())
    return filled


def plan(connection: psycopg.Connection, statement: ClauseElement, **values: Any) -> str:
    asked = statement.compile(dialect=DIALECT)
    lines = connection.execute(f"EXPLAIN {asked}".encode(), {**asked.params, **values}).fetchall()
    return "\n".join(str(line) for (line,) in lines)


def assert_no_table_is_read_whole(found: str, *indexes: str) -> None:
    assert all(index in found for index in indexes), found
    # Freshness is a few rows per ticker, and the agent's books are empty here (test_every_statement.py has them full).
    small = ("ticker_data_freshness", "agent_reservations", "agent_decisions")
    big = [line for line in found.splitlines() if "Seq Scan on" in line and not any(name in line for name in small)]
    assert not big, found


def test_mentions(busy: psycopg.Connection) -> None:
    found = plan(busy, ticker_signals._MENTIONS, tickers=TICKERS)
    tables = (
        "reddit_posts_raw_ticker_created_utc",
        "social_posts_ticker_created_utc",
        "news_articles_ticker_published",
    )
    assert_no_table_is_read_whole(found, *(f"ix_{each}" for each in tables))


def test_moods(busy: psycopg.Connection) -> None:
    found = plan(busy, ticker_signals._MOODS, tickers=TICKERS)
    assert_no_table_is_read_whole(
        found, "ix_reddit_sentiment_ticker_fetched_at", "ix_social_sentiment_ticker_fetched_at"
    )


def test_past_runs(busy: psycopg.Connection) -> None:
    found = plan(busy, collecting._RUNS, tickers=TICKERS, types=list(SOURCES), terminal=["succeeded"])
    assert_no_table_is_read_whole(found, "ix_tasks_ticker_created_at")


def test_the_scan(busy: psycopg.Connection) -> None:
    values = {"hours": 24, "known": TICKERS, **mentions._FORMS}
    found = plan(busy, mentions._COUNT, **values)
    tables = ("reddit_posts_raw", "reddit_comments", "social_posts")
    assert_no_table_is_read_whole(found, *(f"ix_{each}_created_utc" for each in tables))
