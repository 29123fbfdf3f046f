"""A million tasks of 90 days, made by Postgres itself: types, tickers, ends, durations, attempts as in use."""

import psycopg

from benchmarks.million.other_tables import DAYS
from benchmarks.million.other_tables import TICKERS as _TICKERS

COUNT = 1_000_000
#: Tables whose indexes are built after their rows are there, which takes a fraction of the time.
_FILLED = ("tasks", "task_attempts")

_TYPES = (
    "ARRAY['reddit_crawl','reddit_crawl','reddit_crawl','news_crawl','news_crawl','twitter_crawl','ai_sentiment',"
    "'ai_sentiment','ai_summary','sec_filing_crawl','web_monitor','llm_task','api_update']"
)
_ERRORS = "ARRAY['RateLimited','RateLimited','SourceUnavailable','NotFound','WorkerLost','BadSourceReply']"

# The newest 2,000 are open. Tickers follow a power law: few are asked for often, most seldom.
_TASKS = f"""
INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, tags, created_by, parent_task_id, words,
    status, run_id, attempt, state_order, reconcile_after, retry, timeouts, worker_id, worker_name, result, error,
    created_at, updated_at, claimed_at, started_at, completed_at, deleted_at)
SELECT id, id::text, type, type, jsonb_build_object('ticker', ticker, 'limit', 500), ticker,
    (ARRAY[10,50,50,50,50,50,90])[1 + n % 7], ARRAY['daily', 'batch-' || n / 50],
    (ARRAY['human:ada','human:bob','agent:scan','schedule:morning'])[1 + n % 4],
    CASE WHEN n % 50 = 0 THEN md5('parent' || n / 500)::uuid END,
    replace(type, '_', ' ') || ' ' || lower(ticker) || ' word' || n % 3000 || ' topic' || n % 97,
    status, id::text, CASE WHEN claimed_at IS NULL THEN 0 ELSE 1 END, 0, NULL, '{{"max_attempts": 5}}', '{{}}',
    CASE WHEN claimed_at IS NOT NULL THEN md5('worker' || n % 12)::uuid END,
    CASE WHEN claimed_at IS NOT NULL THEN 'worker-' || n % 12 END,
    CASE status WHEN 'succeeded' THEN jsonb_build_object('posts_collected', n % 500) END,
    CASE status WHEN 'failed'
        THEN jsonb_build_object('type', ({_ERRORS})[1 + n % 6], 'message', 'It did not work.') END,
    created_at, COALESCE(completed_at, claimed_at, created_at), claimed_at, claimed_at, completed_at,
    CASE WHEN n % 1000 = 999 THEN completed_at END
FROM (
    SELECT *, CASE WHEN NOT is_open THEN claimed_at + seconds * interval '1 second' END AS completed_at
    FROM (
        SELECT *, created_at + CASE WHEN status NOT IN ('pending', 'scheduled', 'awaiting_approval')
            THEN random() * interval '20 seconds' END AS claimed_at
        FROM (
            SELECT n, md5('task' || n)::uuid AS id, n > :count - 2000 AS is_open,
                ({_TYPES})[1 + floor(random() * 13)::int] AS type,
                'T' || 1 + floor({_TICKERS} * random() ^ 3)::int AS ticker,
                -ln(1 - random()) * 40 AS seconds,
                now() - (:count - n + 1) * (interval '{DAYS} days' / :count) AS created_at,
                CASE WHEN n > :count - 2000
                    THEN (ARRAY['pending','pending','pending','pending','scheduled','awaiting_approval','running',
                        'claimed'])[1 + n % 8]
                    ELSE (ARRAY['succeeded','failed','cancelled','rejected'])[1 + (r > 0.94)::int + (r > 0.985)::int
                        + (r > 0.998)::int] END AS status
            FROM (SELECT n, random() AS r FROM generate_series(1, :count) n) numbered
        ) typed
    ) claimed
) ended
"""

_ATTEMPTS = """
INSERT INTO task_attempts (task_id, round, run_id, attempt, worker_id, worker_name, status, claimed_at, started_at,
    ended_at, error)
SELECT id, 0, run_id, 1, worker_id, worker_name, status, claimed_at, started_at, completed_at, error
FROM tasks WHERE claimed_at IS NOT NULL
"""

_FRESHNESS = f"""
INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at, last_attempt_at, last_error, record_count)
SELECT 'T' || t, source, CASE WHEN t % 29 > 0 THEN now() - random() ^ 3 * interval '30 days' END, now(),
    CASE WHEN t % 13 = 0 THEN 'Reddit asked us to slow down.' END, t * 10
FROM generate_series(1, {_TICKERS}) t, unnest(ARRAY['reddit','twitter','news','sec','sentiment','summary']) source
"""

_WORKERS = """
INSERT INTO workers (id, name, capabilities, max_concurrency, last_seen_at)
SELECT md5('worker' || n)::uuid, 'worker-' || n, ARRAY['reddit_crawl','news_crawl'], 4, now()
FROM generate_series(0, 11) n
"""


def fill(connection: psycopg.Connection, count: int = COUNT) -> None:
    """Fill empty tables, all or nothing. The connection must be in autocommit."""
    with connection.transaction():
        connection.execute("SELECT setseed(0.42)")
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        definitions = _take_indexes_away(connection)
        for statement in (_WORKERS, _TASKS.replace(":count", str(count)), _ATTEMPTS, _FRESHNESS, *definitions):
            connection.execute(statement.encode())
    connection.execute("VACUUM ANALYZE")


def _take_indexes_away(connection: psycopg.Connection) -> list[str]:
    """Drop what is no constraint; returns how to make it again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(_FILLED)],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}".encode())
    return [str(definition) for _, definition in found]
