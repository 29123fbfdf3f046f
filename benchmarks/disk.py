"""Measures the disk that a task takes in Postgres, and so 50,000 a day: `python -m benchmarks.disk`.

Tasks, attempts, events and remembered keys as in use, indexes included (`benchmarks.million.rows`). Temporal's own rows
and what tasks collect come on top.
"""

import tempfile
from pathlib import Path

import psycopg

from benchmarks.figures import print_table
from benchmarks.million.rows import fill
from benchmarks.million.server import autocommit, postgres

_COUNT = 50_000
_PER_DAY = 50_000
#: What happens to a task that reports twice: the answers of a request with a key are as long as a task is shown.
_EVENTS = """
INSERT INTO task_events (task_id, type, status, attempt, worker_id, details)
SELECT id, event, status, 1, worker_id, CASE event
    WHEN 'progress' THEN '{"step": "page 3 of 12", "percent": 25, "counters": {"posts": 300}}'::jsonb
    WHEN 'succeeded' THEN jsonb_build_object('result', result) END
FROM (SELECT * FROM tasks ORDER BY created_at) t,
    unnest(ARRAY['created', 'claimed', 'started', 'progress', 'progress', 'succeeded']) event
"""
_KEYS = """
INSERT INTO idempotency_keys (principal, route, key, fingerprint, status_code, body, created_at)
SELECT 'user:' || created_by, 'POST /tasks', id::text, sha256(id::text::bytea), 201,
    to_jsonb(t) - ARRAY['words', 'follow_ups', 'state_order', 'reconcile_after'], created_at FROM tasks t
"""
_NOTES = "INSERT INTO task_notes (task_id, author, text) SELECT id, created_by, 'Because of the earnings.' FROM tasks"
#: By table, with its indexes and TOAST.
_SIZES = """
SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class
WHERE relname = ANY(%s) AND relkind = 'r' ORDER BY 2 DESC
"""
_TABLES = ("tasks", "task_attempts", "task_events", "task_notes", "idempotency_keys")


def bytes_per_task(connection: psycopg.Connection, count: int = _COUNT) -> dict[str, float]:
    """By table. The connection must be in autocommit, the tables empty."""
    fill(connection, count)
    for statement in (_EVENTS, _KEYS, _NOTES, "VACUUM"):
        connection.execute(statement.encode())
    return {name: size / count for name, size in connection.execute(_SIZES, [list(_TABLES)])}


def table_of_days(per_task: dict[str, float]) -> list[tuple[str, str, str]]:
    """Rows for printing: bytes per task, and gigabytes of 30 and 365 days."""
    both = {**per_task, "together": sum(per_task.values())}
    return [
        (name, f"{size:,.0f} B", " / ".join(f"{size * _PER_DAY * days / 1e9:.1f}" for days in (30, 365)))
        for name, size in both.items()
    ]


def main(directory: Path) -> None:
    with postgres(directory) as url, autocommit(url) as connection:
        rows = table_of_days(bytes_per_task(connection))
    print_table(f"one task; and GB of 30 / 365 days at {_PER_DAY:,} tasks a day", rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="clawdbot-disk-") as made:
        main(Path(made))
