"""What runs per task, per claim, per heartbeat, per request or per second, with values that find rows."""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.http.query_plans.every_statement import TASKS


def _id(of: str) -> str:
    """As `every_statement` makes them."""
    return str(uuid.UUID(hashlib.md5(of.encode(), usedforsecurity=False).hexdigest()))


_TASK, _WORKER = _id(f"task{TASKS - 2}"), _id("worker1")
_AT = "2026-01-01T00:00:00Z"
_LEASE = {"worker_id": _WORKER, "task_id": _id("task7"), "run_id": "r", "attempt": 1, "round": 0}
_RUN = {"task_id": _TASK, "workflow_id": _TASK, "run_id": _TASK, "round": 0, "id": _TASK}
_SEEN = {
    **_RUN,
    **dict.fromkeys(["progress", "cursor", "reason", "next_attempt_at", "error", "details", "look_in"]),
    **{"worker_id": _WORKER, "worker_name": "worker-1", "status": "claimed", "attempt_status": "claimed"},
    **{"event": "claimed", "state_order": 20, "attempt": 2, "claims": True, "runs": False, "waits": False},
}
_NEW = {
    **{"id": _id("new"), "workflow_id": "new", "type": "echo", "capability": "echo", "params": {}, "priority": 50},
    **{"tags": [], "created_by": "ada", "words": "echo", "status": "pending", "retry": {}, "timeouts": {}},
    **{"follow_ups": [], "created_at": _AT},
}
_OUTCOME = {"task_id": _TASK, "run_id": _TASK, "round": 0, "status": "succeeded", "result": {}, "by_worker": True}
_KEY = {"principal": "ada", "route": "tasks", "key": "7", "fingerprint": b"", "body": "{}"}
_EVENTS = {
    "above": 0,
    "following": "1000000",
    "open": [],
    "limit": 500,
    "task_ids": None,
    "until": None,
    "after": 59_000,
}
_STATES = {"deaf_lost": 3, "deaf_misses": 2, "gateway_seconds": 30, "online_seconds": 45}
_PRESENT = {"silent": 1, "polling": [], "vitals": None, "vitals_at": None, "leaving": False, "left": False}

HOT: dict[str, dict[str, Any]] = {
    "db.tasks.submission._INSERT": {"rows": json.dumps([_NEW]), "as_children": False},
    "services.tasks.idempotency._TAKE": {**_KEY, "key": "new"},
    "services.tasks.idempotency._KEEP": _KEY,
    "services.tasks.idempotency._FIND": _KEY,
    "db.tasks.outbox.take": {"limit": 100, "lease": 5},
    "db.tasks.outbox._PUT": {"task_id": _TASK, "command": "start", "payload": "{}"},
    "db.tasks.outbox._DONE": {"ids": "{7,8,9}"},
    "db.tasks.outbox._AGAIN": {"seconds": 1, "error": "why", "id": 7},
    "db.tasks.mirror.attempt": _SEEN,
    "db.tasks.mirror.beat": {**_SEEN, "state_order": 0, "tell": True},
    "db.tasks.mirror.outcomes": {"outcomes": json.dumps([_OUTCOME]), "correct": False, "collecting": []},
    "db.tasks.mirror.status": _SEEN,
    "db.tasks.mirror.note_run": _RUN,
    "db.tasks.mirror.adopt": _RUN,
    "db.tasks.mirror.say_paused": _SEEN,
    "db.tasks.mirror.drop_follow_ups": {"task_id": _TASK},
    "db.tasks.comparison.differ": {"seen": json.dumps([{"workflow_id": _TASK, "run_id": "r"}] * 100)},
    "db.tasks.event_places._NOW": {},
    "db.tasks.event_places.since": _EVENTS,
    "db.tasks.event_places.behind": {**_EVENTS, "until": "1000000:1000000:"},
    "workers.core.mirror.reconciler._DUE": {"limit": 50},
    "workers.core.mirror.reconciler._ROW": _RUN,
    "workers.core.mirror.reconciler._BEFORE": _RUN,
    "db.workers.bot_leases._REMEMBER": {**_LEASE, "token": b"", "heartbeat_timeout": 10, "beat": "{}"},
    "db.workers.bot_leases._FIND": _LEASE,
    "db.workers.bot_leases._BEAT": {**_LEASE, "beat": "{}"},
    "db.workers.bot_leases._REPORTED": {**_LEASE, "fingerprint": b""},
    "db.workers.bot_leases._ACKNOWLEDGED": _LEASE,
    "db.workers.bot_leases._ENDED": _LEASE,
    "db.workers.bot_leases.waiting": {},
    "db.workers.own_queues._ELSEWHERE": {"most": 10_000},
    "db.workers.own_queues._UNDER_WAY": {},
    "db.workers.own_queues._MOVE": {"ids": [_TASK]},
    "db.workers.own_queues._OWN": {},
    "db.workers.own_queues._SERVES": {},
    "db.workers.own_queues._PROBED": {"capability": "reddit_crawl", "queues": ["reddit_crawl", "x"], "turn": 15},
    "db.workers.roster._PRESENT": {**_PRESENT, "id": _WORKER, "canaries": False},
    "db.workers.roster.CHANGES": _STATES,
    "db.workers.roster._DUE": {"limit": 10, "lease": 5},
    "db.workers.circuits.note_probes": {},
    "db.workers.retry_on_another_worker._NOW": {},
    "gateway.paused_workers._PAUSED": {},
    "db.plans.sessions.held": {"task": _TASK, "worker": _WORKER},
    "db.triggers.triggers.list": {"workspace": None},
    "db.triggers.triggers.find_by_address": {"address": "a"},
    "db.triggers.deliveries.find_by_key": {"trigger_id": _id("trigger7"), "key": "d6"},
    "db.triggers.deliveries.list": {"trigger_id": _id("trigger7"), "before": 40_000, "limit": 50},
    "db.triggers.events.is_watched": {"event": "record.sec_filings", "subject": _TASK},
    "db.triggers.events.workspace": {"id": _TASK},
    "db.triggers.events.oldest": {"limit": 50},
    "db.triggers.events.depth": {"id": _TASK},
    "db.people.keys._FIND": {"id": "k"},
    "db.people.keys._USED": {"id": "k", "address": None},
    "db.people.sessions.find": {"secret_hash": b""},
    "db.people.sessions.acted": {"id": _TASK, "idle": "1 hour"},
    "db.alerts.groups._FIRING": {},
    "db.alerts.groups._UNSETTLED": {},
    "db.alerts.failing.forget": {"looked": datetime.now(UTC), "most": 200},
    "db.alerts.failing.lapse": {"said": ""},
    "db.alerts.failing.unresolved": {},
    "db.alerts.core_silence._SILENCE": {},
    "db.alerts.core_silence._UNSENT": {"most": 100},
    "db.alerts.deliveries._WAITING": {"limit": 10},
    "db.agent.budget._SUMS": {"day_ago": _AT, "hour_ago": _AT},
    "db.agent.rollup._COUNT": {"days": ["2020-01-01"]},
    "db.workspaces.workspaces.used": {"name": "w1", "most_open": 100, "most_new": 100, "cost": True},
    "services.tasks.waiting._AHEAD": {"ids": [_TASK]},
    "services.tasks.pause_reasons._LAST_CLAIM": {"span": 60, "capability": "reddit_crawl"},
    **{f"db.retention.{name}": {"days": 400, "most": 200} for name in ("tasks", "deleted_tasks", "progress", "agent")},
    **{
        f"db.retention.{name}": {"days": 400, "most": 200}
        for name in ("audit", "idempotency_keys", "plans", "schedules", "triggers")
    },
    **{
        f"db.retention.{name}": {"most": 200}
        for name in (
            *("bot_leases", "sessions", "failure_groups", "trigger_counts", "schedule_events", "metrics_moments"),
            "workspace_costs",
        )
    },
}
