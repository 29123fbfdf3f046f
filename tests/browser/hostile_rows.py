"""What the rows with hostile text say where any word would not do: who they belong to, and what only we write."""

import uuid
from datetime import UTC, datetime
from typing import Any

from contracts.task_types import TASK_TYPES
from contracts.tasks.failures import GroupEvent

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}\'"‮'
SAFE = "https://example.com/<b>"
ADDRESSES = ("javascript:window.hacked=1", "data:text/html,<script>window.hacked=1</script>", "//evil.example", SAFE)

TICKER = "EVIL"
WORKER, DECISION = uuid.uuid4(), uuid.uuid4()
#: One that failed, and for each type one that succeeded: the page makes of a result what its type is.
TASKS = [uuid.uuid4(), *(uuid.uuid4() for _ in TASK_TYPES)]
#: Of the first article the address is a script, of the last one it is an address.
CITED = [HOSTILE, *(f"news_articles:{HOSTILE}{number}" for number in range(len(ADDRESSES)))]
NOW = datetime.now(UTC)
USER = uuid.uuid4()
TRIGGER = uuid.uuid4()
#: Written by a person.
_TRIGGER = {
    "source": {"kind": "plan", "name": HOSTILE}, "filter": f"payload == '{TICKER}'", "description": HOSTILE,
    "action": {"kind": "plan", "plan": {"name": HOSTILE, "steps": [{"id": HOSTILE}]}, "inputs": {HOSTILE: HOSTILE}},
}  # fmt: skip
PLAN, SCHEDULE, CAUSE = uuid.uuid4(), uuid.uuid4(), "e" * 32
_STEP: dict[str, Any] = {"task_type": "echo", "params": {"message": HOSTILE}, "when": HOSTILE}
_TASK = {"task_type": "echo", "params": {"message": HOSTILE, HOSTILE: HOSTILE}, "tags": [HOSTILE], "notes": HOSTILE}
_PLAN = {
    "name": HOSTILE, "description": HOSTILE, "inputs": {HOSTILE: HOSTILE}, "tags": [HOSTILE],
    "steps": [{"id": "draft", **_STEP}],
}  # fmt: skip
_FAILED = {"type": HOSTILE, "message": HOSTILE, "step": HOSTILE, "place": 0}
_SAID = {"approved": False, "by": HOSTILE, "comment": HOSTILE}


def _step(ordinal: int, step: str, status: str, parts: int | None) -> dict[str, Any]:
    definition = {**_STEP, "id": step, "needs": ["draft"] if ordinal else []}
    return {"plan_id": PLAN, "step": step, "ordinal": ordinal, "status": status, "parts": parts,
            "definition": definition, "error": None}  # fmt: skip


def _part(step: str, place: int, status: str) -> dict[str, Any]:
    return {"plan_id": PLAN, "step": step, "place": place, "status": status, "entry": {"item": HOSTILE},
            "task_id": TASKS[place], "error": None}  # fmt: skip


def _schedule(name: str, problem: str, action: dict[str, Any]) -> dict[str, Any]:
    definition = {"timing": {"every": "30d"}, "action": action, "description": HOSTILE}
    return {"id": SCHEDULE, "name": name, "definition": definition, "told_at": NOW, "other_runs": None,
            "problem": problem}  # fmt: skip


def _run(due_at: datetime, **made: Any) -> dict[str, Any]:
    return {"schedule_id": SCHEDULE, "due_at": due_at, "outcome": "failed", "task_ids": [], **made}


def _template(name: str, param: str, **what: Any) -> dict[str, Any]:
    return {"name": name, "version": 1, "fields": {"what": {"param": param, "description": HOSTILE}}, **what}


#: Of these people see nothing, or what is in them is nobody's text.
INWARD = {
    "agent_commands", "agent_metrics_daily", "agent_reservations", "agent_state", "alert_failures", "attempt_limits",
    "bot_leases", "failure_changes", "idempotency_keys", "kept_away", "notification_reads", "outbox", "plan_ends",
    "plan_sessions", "record_revisions", "schedule_commands", "service_beats", "sessions", "sign_in_codes",
    "source_turns", "task_metrics_daily", "task_metrics_hourly", "telegram_codes", "telegram_links", "telegram_moves",
    "telegram_updates", "telegram_watches", "trigger_counts", "trigger_events", "trigger_made", "user_settings",
    "watch_marks", "workspace_costs",
}  # fmt: skip
#: Fields that only we fill, by table: what they say must be one of our words. A list: so many rows.
OURS: dict[str, dict[str, Any] | list[dict[str, Any]]] = {
    "users": {"id": USER, "role": "viewer"},
    "api_keys": {"id": "k" * 12, "kind": "user", "user_id": USER},
    "saved_views": {"user_id": USER, "page": "tasks"},
    "workers": {"id": WORKER, "status": "offline", "held": "paused", "slots": 1},
    "workspaces": {"name": "evil"},
    "workspace_members": {"user_id": USER, "workspace": "evil", "role": "viewer"},
    "invitations": {"expires_at": datetime(2036, 1, 1, tzinfo=UTC)},
    "tasks": {"id": TASKS[0], "status": "failed", "priority": 50, "follow_ups": [], "retry": {}, "timeouts": {},
              "approval": {"seconds": 60, "decision": _SAID}, "type": "echo", "params": {"message": HOSTILE},
              "ticker": TICKER, "plan_id": PLAN},
    "task_events": {"task_id": TASKS[0], "status": "failed"},
    "task_attempts": {"task_id": TASKS[0], "round": 0, "attempt": 1},
    "task_notes": {"task_id": TASKS[0]},
    "notifications": {"state": "firing", "severity": "critical", "task_id": TASKS[0]},
    "task_notifications": {"notification_id": 1, "state": "failed", "severity": "critical", "task_id": TASKS[0]},
    "news_articles": {"ticker": TICKER},
    "alert_rules": {"name": "evil", "origin": "api", "body": {"kind": "task_failed", "task_types": [HOSTILE]}},
    "bulk_actions": {"action": "cancel", "state": "done", "phase": "doing"},
    "metrics_moments": {"queues": {HOSTILE: [3, 1]}, "sources": {HOSTILE: [3, 1]}},
    "circuits": {"capability": "echo", "state": "open"},
    "queue_controls": {"capability": "echo", "rate_per_second": None},
    "agent_rounds": {"number": 1},
    "agent_decisions": {"id": DECISION, "round": 1, "options": [{"kind": HOSTILE, "reason": HOSTILE}]},
    "ticker_data_freshness": {"ticker": TICKER, "data_source": "reddit", "refusing": {
        HOSTILE: {"since": "2026-01-01T00:00:00Z", "times": 9, "why": HOSTILE}}},
    "watched_tickers": {"ticker": TICKER, "tracked": True},
    "triggers": {"id": TRIGGER, "name": "evil", "halted_at": NOW, "old_until": NOW, "watches": [], "address": None,
                 "definition": _TRIGGER},
    "plans": {"id": PLAN, "status": "failed", "steps": 3, "open_steps": 1, "document": _PLAN, "failure": _FAILED},
    "plan_steps": [_step(0, "draft", "review", 1), _step(1, "each", "failed", 2),
                   {**_step(2, "broken", "failed", None), "error": _FAILED}],
    "plan_parts": [_part("draft", 0, "review"), _part("each", 0, "succeeded"),
                   {**_part("each", 1, "failed"), "error": _FAILED}],
    "failure_groups": {"cause": CAUSE, "task_type": "echo", "state": "open", "open": 1, "workers": {HOSTILE: 3}},
    "failure_events": [{"cause": CAUSE, "type": event} for event in GroupEvent],
    "schedules": [_schedule("evil", "", {"task": _TASK, "tickers": [TICKER]}),
                  {**_schedule("evil-plan", HOSTILE, {"plan": _PLAN}), "id": uuid.uuid4()}],
    "schedule_runs": [_run(NOW, task_ids=[TASKS[0]]), _run(datetime(2026, 1, 1, tzinfo=UTC), plan_id=PLAN)],
    "task_templates": [_template("evil", "message", task=_TASK, plan=None),
                       _template("evil-plan", HOSTILE, task=None, plan=_PLAN)],
    # What somebody outside sends, who knows the secret: payload, headers, what they call it; and what we say to that.
    "trigger_deliveries": {"trigger_id": TRIGGER, "outcome": "failed", "task_ids": [], "plan_id": TASKS[0],
                           "headers": {"x-evil": HOSTILE, HOSTILE: HOSTILE}},
}  # fmt: skip
