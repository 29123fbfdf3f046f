"""Every statement that a module of ours has by name, and many rows for it to be explained on."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import TextClause

from benchmarks.million.rows import fill

_PACKAGES = ("db", "services", "workers.core", "gateway", "api")
TASKS = 20_000
OTHERS = 60_000
#: What grows with use. The others hold a row per worker, person, ticker, rule or the like.
LARGE = (
    "tasks",
    "task_attempts",
    "task_events",
    "task_notes",
    "outbox",
    "bot_leases",
    "idempotency_keys",
    "audit_log",
    "agent_rounds",
    "agent_decisions",
    "agent_reservations",
    "notifications",
    "task_notifications",
    "trigger_deliveries",
    "trigger_made",
    "workspace_costs",
)
_FILL = (
    "INSERT INTO task_events (task_id, type, status) SELECT id, event, 'running'"
    " FROM (SELECT id FROM tasks ORDER BY created_at) t, unnest(ARRAY['created', 'progress', 'succeeded']) event",
    "INSERT INTO task_notes (task_id, author, text) SELECT id, 'ada', 'why' FROM tasks",
    "INSERT INTO outbox (task_id, command, next_try_at) SELECT id, 'cancel', now() + interval '1 hour' FROM tasks",
    # All of one bot, over eight days.
    "INSERT INTO bot_leases (worker_id, task_id, round, run_id, attempt, token, heartbeat_timeout, claimed_at)"
    " SELECT md5('worker1')::uuid, md5('task' || n)::uuid, 0, 'r', 1, '', 10, now() - n * interval '10 seconds'"
    " FROM generate_series(1, :others) n",
    "INSERT INTO idempotency_keys SELECT 'ada', 'tasks', n::text, '', 201, '{}', now() - n * interval '1 minute'"
    " FROM generate_series(1, :others) n",
    "INSERT INTO audit_log (at, actor, action, object) SELECT now() - n * interval '1 minute', 'ada', 'x', 'y'"
    " FROM generate_series(1, :others) n",
    "INSERT INTO agent_rounds SELECT n, now() - n * interval '10 minutes', 0, 0, 0, 0, '{}', '[]'"
    " FROM generate_series(1, :tasks) n",
    "INSERT INTO agent_decisions SELECT md5('decision' || n)::uuid, n, now() - n * interval '10 minutes', 'k',"
    " 'T' || n % 100, 's', 'echo', 'why', '{}', '[]', '{}', 'succeeded'"
    " FROM generate_series(1, :tasks) n",
    "INSERT INTO agent_reservations SELECT md5('task' || n)::uuid, md5('decision' || n)::uuid,"
    " now() - n * interval '10 minutes', 's', 'echo', 1, 1, 1, 1, '{}', now()"
    " FROM generate_series(1, :tasks) n",
    "INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, state, settled)"
    " SELECT 'r', 'k', n::text, 'warning', 't', 'b', 'recovered', true FROM generate_series(1, :tasks) n",
    "INSERT INTO task_notifications (notification_id, channel, kind, severity, title, message, state)"
    " SELECT id, 'ops', 'k', 'warning', 't', 'm', 'sent' FROM notifications",
    "INSERT INTO triggers (id, name, definition, created_by, changed_by)"
    " SELECT md5('trigger' || n)::uuid, 't' || n, '{}', 'ada', 'ada' FROM generate_series(1, 20) n",
    "INSERT INTO trigger_deliveries (trigger_id, key, outcome, created_at)"
    " SELECT md5('trigger' || 1 + n % 20)::uuid, 'd' || n, 'made', now() - n * interval '10 seconds'"
    " FROM generate_series(1, :others) n",
    "INSERT INTO trigger_made SELECT md5('task' || n)::uuid, 1, now() - n * interval '1 minute'"
    " FROM generate_series(1, :tasks) n",
    "INSERT INTO workspaces (name, created_by) SELECT 'w' || n, 'ada' FROM generate_series(1, 20) n",
    # Of two days and an hour.
    "INSERT INTO workspace_costs (workspace, at, task_id, usd)"
    " SELECT 'w' || 1 + n % 20, now() - (:others - n) * interval '49 hours' / :others, md5('task' || n)::uuid, 0.01"
    " FROM generate_series(1, :others) n",
    "VACUUM workspace_costs",
    "ANALYZE",
)


def fill_all(connection: psycopg.Connection) -> None:
    """Empty tables get what a while of use leaves there. The connection must be in autocommit."""
    fill(connection, TASKS)
    for statement in _FILL:
        counted = statement.replace(":tasks", str(TASKS)).replace(":others", str(OTHERS))
        connection.execute(counted.encode())


def every_statement() -> dict[str, TextClause]:
    """By module and name; of a ``.sql`` file, the module it stands beside."""
    found: dict[int, tuple[str, TextClause]] = {}
    for module in _modules():
        for name, value in vars(importlib.import_module(module)).items():
            for key, statement in _in(name, value):
                found.setdefault(id(statement), (f"{module}.{key}", statement))
    return dict(found.values())


def _modules() -> Iterator[str]:
    for package in _PACKAGES:
        path = importlib.import_module(package).__path__
        names = [each.name for each in pkgutil.walk_packages(path, f"{package}.")]
        yield from (name for name in names if "migrations" not in name and not name.endswith(".main"))


def _in(name: str, value: Any) -> Iterator[tuple[str, TextClause]]:
    if isinstance(value, TextClause):
        yield name, value
    elif isinstance(value, dict):
        yield from ((str(key), each) for key, each in value.items() if isinstance(each, TextClause))
