"""A row in every table, with hostile text in every field that a worker, a source, a person or a chat can fill.

Whatever table comes to the models gets one, too; what only we write ourselves is named here.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Float, Text

from contracts.task_types import TASK_TYPES
from db.engine import plain_url
from db.models import Base

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}\'"‮'
SAFE = "https://example.com/<b>"
ADDRESSES = ("javascript:window.hacked=1", "data:text/html,<script>window.hacked=1</script>", "//evil.example", SAFE)

TICKER = "EVIL"
WORKER, DECISION = uuid.uuid4(), uuid.uuid4()
#: One that failed, and for each type one that succeeded: the page makes of a result what its type is.
TASKS = [uuid.uuid4(), *(uuid.uuid4() for _ in TASK_TYPES)]
#: Of the first article the address is a script, of the last one it is an address.
_CITED = [HOSTILE, *(f"news_articles:{HOSTILE}{number}" for number in range(len(ADDRESSES)))]
_NOW = datetime.now(UTC)
_USER = uuid.uuid4()
TRIGGER = uuid.uuid4()
#: Written by a person.
_TRIGGER = {
    "source": {"kind": "plan", "name": HOSTILE}, "filter": f"payload == '{TICKER}'", "description": HOSTILE,
    "action": {"kind": "plan", "plan": {"name": HOSTILE, "steps": [{"id": HOSTILE}]}, "inputs": {HOSTILE: HOSTILE}},
}  # fmt: skip
_SAID = {"approved": False, "by": HOSTILE, "comment": HOSTILE}
#: Of these people see nothing, or what is in them is nobody's text.
_INWARD = {
    "agent_commands", "agent_metrics_daily", "agent_reservations", "agent_state", "alert_failures", "attempt_limits",
    "bot_leases", "idempotency_keys", "kept_away", "notification_reads", "outbox", "record_revisions", "service_beats",
    "sessions", "sign_in_codes", "source_turns", "task_metrics_daily", "task_metrics_hourly", "telegram_codes",
    "telegram_links", "telegram_updates", "telegram_watches", "trigger_counts", "trigger_events", "trigger_made",
    "user_settings", "watch_marks",
}  # fmt: skip
#: Not walked yet: rows of these that fit together are more than words in each field.
_NOT_YET = {
    "failure_changes", "failure_events", "failure_groups", "plan_ends", "plan_parts", "plan_sessions",
    "plan_steps", "plans",
    "schedule_commands", "schedule_runs", "schedules", "task_templates", "telegram_moves",
}  # fmt: skip
#: Fields that only we fill, by table: what they say must be one of our words.
_OURS: dict[str, dict[str, Any]] = {
    "users": {"id": _USER, "role": "viewer"},
    "api_keys": {"id": "k" * 12, "kind": "user", "user_id": _USER},
    "saved_views": {"user_id": _USER, "page": "tasks"},
    "workers": {"id": WORKER, "status": "offline", "held": "paused", "slots": 1},
    "workspaces": {"name": "evil"},
    "workspace_members": {"user_id": _USER, "workspace": "evil", "role": "viewer"},
    "invitations": {"expires_at": datetime(2036, 1, 1, tzinfo=UTC)},
    "tasks": {"id": TASKS[0], "status": "failed", "priority": 50, "follow_ups": [], "retry": {}, "timeouts": {},
              "approval": {"seconds": 60, "decision": _SAID}, "type": "echo", "params": {"message": HOSTILE},
              "ticker": TICKER},
    "task_events": {"task_id": TASKS[0], "status": "failed"},
    "task_attempts": {"task_id": TASKS[0], "round": 0, "attempt": 1},
    "task_notes": {"task_id": TASKS[0]},
    "notifications": {"state": "firing", "severity": "critical", "task_id": TASKS[0]},
    "task_notifications": {"notification_id": 1, "state": "failed", "severity": "critical", "task_id": TASKS[0]},
    "news_articles": {"ticker": TICKER},
    "alert_rules": {"name": "evil", "origin": "api", "body": {"kind": "task_failed", "task_types": [HOSTILE]}},
    "bulk_actions": {"action": "cancel", "state": "done", "phase": "doing"},
    "circuits": {"capability": "echo", "state": "open"},
    "queue_controls": {"capability": "echo", "rate_per_second": None},
    "agent_rounds": {"number": 1},
    "agent_decisions": {"id": DECISION, "round": 1, "options": [{"kind": HOSTILE, "reason": HOSTILE}]},
    "ticker_data_freshness": {"ticker": TICKER, "data_source": "reddit"},
    "watched_tickers": {"ticker": TICKER, "tracked": True},
    "triggers": {"id": TRIGGER, "name": "evil", "halted_at": _NOW, "old_until": _NOW, "watches": [], "address": None,
                 "definition": _TRIGGER},
    # What somebody outside sends, who knows the secret: payload, headers, what they call it; and what we say to that.
    "trigger_deliveries": {"trigger_id": TRIGGER, "outcome": "failed", "task_ids": [], "plan_id": TASKS[0],
                           "headers": {"x-evil": HOSTILE, HOSTILE: HOSTILE}},
}  # fmt: skip
#: Addresses in collected rows; one row for each of ADDRESSES.
_LINKS = ("url", "permalink", "document_url")


def fill(database_url: str) -> None:
    with psycopg.connect(plain_url(database_url), autocommit=True) as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in _INWARD | _NOT_YET:
                for number, given in enumerate(_rows_of(table)):
                    _insert(connection, table, number, given)


def _rows_of(table: Table) -> Iterator[dict[str, Any]]:
    ours = _OURS.get(table.name, {})
    links = [name for name in _LINKS if name in table.c]
    if links:
        yield from ({**ours, **dict.fromkeys(links, address)} for address in ADDRESSES)
    elif table.name == "tasks":
        yield ours
        for id_, type_ in zip(TASKS[1:], TASK_TYPES, strict=True):
            yield {**ours, "id": id_, "workflow_id": str(id_), "type": type_, "status": "succeeded", "error": None}
    else:
        yield ours


def _insert(connection: psycopg.Connection, table: Table, number: int, given: dict[str, Any]) -> None:
    values = {column.name: _value(column, number, given) for column in table.c if _is_filled(column, given)}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )
    connection.execute(statement, [Jsonb(value) if isinstance(value, dict) else value for value in values.values()])


def _is_filled(column: Column[Any], given: dict[str, Any]) -> bool:
    if column.name in given:
        return given[column.name] is not None
    is_said = isinstance(column.type, Text | JSONB | ARRAY)
    return is_said or not (column.nullable or column.server_default is not None or column.identity is not None)


def _value(column: Column[Any], number: int, given: dict[str, Any]) -> Any:
    if column.name in given:
        value = given[column.name]
        return Jsonb(value) if isinstance(column.type, JSONB) else value
    if isinstance(column.type, JSONB):
        words = ("summary", "title", "text", "message", "step", "type", "reason", "detail", "error")
        return {
            **dict.fromkeys(words, HOSTILE),
            "percent": 40,
            "cited": _CITED,
            "url": ADDRESSES[0],
            HOSTILE: {"x": HOSTILE},
        }
    if isinstance(column.type, ARRAY):
        return [HOSTILE]
    if column.name in _REFERRED:
        return _REFERRED[column.name]
    for kind, value in _OF_TYPE:
        if isinstance(column.type, kind):
            return value
    return f"{HOSTILE}{number}"


_REFERRED = {"worker_id": WORKER, "user_id": _USER, "decision_id": DECISION, "notification_id": 1}
_OF_TYPE: tuple[tuple[type, Any], ...] = (
    (Uuid, TASKS[0]), (Boolean, False), (Integer, 1), (Float, 0.5), (DateTime, _NOW), (Date, date(2026, 1, 1)),
    (LargeBinary, b"x" * 32),
)  # fmt: skip
