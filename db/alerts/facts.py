"""Reads the facts for alert rules, from indexes and small tables, away from the tasks' own path."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.agent.policy import Policy
from contracts.alerts.facts import (
    Approvals,
    EndRate,
    Facts,
    Lag,
    Raised,
    SilentTask,
    Stale,
    Waiting,
    WorkerFact,
)
from contracts.alerts.rules import Rule, RuleKind
from db.alerts.ended import changed_pages, ended
from db.metrics.gauges import OVERDUE
from db.metrics.queries import outbox_depth
from db.workers.states import WAITING

#: More than the rules tell one by one; the rest of them is counted nowhere.
_MOST = 200

_RATES = text("""
SELECT type, count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
    count(*) FILTER (WHERE status = 'failed') AS failed
FROM tasks
WHERE completed_at > now() - make_interval(secs => :window) AND status IN ('succeeded', 'failed')
    AND deleted_at IS NULL AND (cardinality(CAST(:types AS text[])) = 0 OR type = ANY(CAST(:types AS text[])))
GROUP BY type ORDER BY type
""")

_OFFLINE = text("""
SELECT id, name, capabilities, status AS state, status_since AS since, last_seen_at, left_at IS NOT NULL AS stopped
FROM workers WHERE retired_at IS NULL AND status = 'offline'
""")

# Who comes back is told by the recovery of its being away.
_NEWCOMERS = text("""
SELECT DISTINCT w.id, w.name, w.capabilities, w.status AS state, w.status_since AS since, w.last_seen_at,
    false AS stopped
FROM workers w JOIN worker_events e ON e.worker_id = w.id AND e.type = 'online'
WHERE w.retired_at IS NULL AND e.created_at > LEAST(now() - make_interval(secs => :window), :looked)
    AND e.created_at > now() - interval '24 hours'
    AND NOT EXISTS (
        SELECT 1 FROM worker_events before WHERE before.worker_id = w.id AND before.id < e.id
            AND before.type IN ('online', 'offline')
    )
""")


_HELD = text("""
SELECT id, type, ticker, worker_name AS worker, COALESCE(last_heartbeat_at, claimed_at, updated_at) AS heard_at
FROM tasks
WHERE status IN ('claimed', 'running') AND deleted_at IS NULL
    AND COALESCE(last_heartbeat_at, claimed_at, updated_at) < now() - make_interval(secs => :seconds)
    AND (cardinality(CAST(:types AS text[])) = 0 OR type = ANY(CAST(:types AS text[])))
ORDER BY heard_at LIMIT :most
""").bindparams(most=_MOST)

_STALE = text("""
WITH wanted AS (
    SELECT w.ticker, s.source, s.hours, f.fresh_to
    FROM watched_tickers w
    CROSS JOIN unnest(CAST(:sources AS text[]), CAST(:hours AS float8[])) AS s (source, hours)
    JOIN LATERAL (
        SELECT CASE WHEN covered IS NULL THEN last_success_at ELSE fresh_to END AS fresh_to
        FROM ticker_data_freshness WHERE ticker = w.ticker AND data_source = s.source
    ) f ON true
    WHERE w.tracked AND (f.fresh_to IS NULL OR f.fresh_to < now() - s.hours * :factor * interval '1 hour')
)
SELECT source, hours AS target_hours, count(*) AS tickers,
    (array_agg(ticker ORDER BY fresh_to NULLS FIRST, ticker))[1:10] AS examples
FROM wanted GROUP BY source, hours ORDER BY source
""")

# Of all kinds, the newest of each.
_RAISED = text("""
SELECT kind, key, title, body, count FROM (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY raised_at DESC) AS place FROM alert_signals
    WHERE until IS NULL OR until > now()
) open WHERE place <= :most ORDER BY place
""").bindparams(most=_MOST)


_APPROVALS = text("""
WITH approvals AS (
    SELECT count(*) AS tasks, min(GREATEST(created_at, run_at)) AS oldest_at
    FROM tasks WHERE status = 'awaiting_approval' AND deleted_at IS NULL
), reviews AS (
    SELECT count(*) AS results, min(updated_at) AS oldest_at FROM plan_parts WHERE status = 'review'
)
SELECT tasks, results, LEAST(approvals.oldest_at, reviews.oldest_at) AS oldest_at FROM approvals, reviews
""")
# A new installation, and one that was just resumed, has its round soon.
_ROUND = text("""
SELECT GREATEST(last_round_at, paused_at)
    + make_interval(secs => 60 * CAST(COALESCE(policy ->> 'interval_minutes', :usual) AS float8)) AS due_at
FROM agent_state WHERE NOT paused AND last_round_at IS NOT NULL
""")


@dataclass(frozen=True)
class Questions:
    """What the rules of one look ask. What several of them ask is asked once."""

    #: When somebody last looked.
    looked: datetime
    #: Hours by source.
    targets: Mapping[str, float]
    _answers: dict[TextClause, Sequence[Any]] = field(default_factory=dict)

    async def once(self, connection: AsyncConnection, statement: TextClause) -> Sequence[Any]:
        """The rows of a statement that is the same for every rule."""
        if statement not in self._answers:
            self._answers[statement] = await _rows(connection, statement)
        return self._answers[statement]


async def facts_for(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    """What this rule needs."""
    return await _ASK[rule.kind](connection, rule, questions)


async def _rows(connection: AsyncConnection, statement: TextClause, **values: Any) -> Sequence[Any]:
    return (await connection.execute(statement, values)).mappings().all()


async def _rates(connection: AsyncConnection, rule: Rule, _: object) -> Facts:
    rows = await _rows(connection, _RATES, window=rule.window_seconds, types=rule.task_types)
    return Facts(rates=tuple(EndRate(**row) for row in rows))


async def _ended(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    return Facts(ended=await ended(connection, rule, questions.looked))


async def _changed_pages(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    return Facts(pages=await changed_pages(connection, rule, questions.looked))


async def _nothing(*_: object) -> Facts:
    """That core is gone the API notices (services/alerts/core_watch.py), and the disk core itself looks at."""
    return Facts()


async def _offline(connection: AsyncConnection, *_: object) -> Facts:
    return Facts(workers=tuple(WorkerFact(**row) for row in await _rows(connection, _OFFLINE)))


async def _newcomers(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    rows = await _rows(connection, _NEWCOMERS, window=rule.window_seconds, looked=questions.looked)
    return Facts(workers=tuple(WorkerFact(**row) for row in rows))


async def _waiting(connection: AsyncConnection, _: object, questions: Questions) -> Facts:
    return Facts(waiting=tuple(Waiting(**row) for row in await questions.once(connection, WAITING)))


async def _silent_tasks(connection: AsyncConnection, rule: Rule, _: object) -> Facts:
    rows = await _rows(connection, _HELD, seconds=rule.for_seconds, types=rule.task_types)
    return Facts(silent_tasks=tuple(SilentTask(**row) for row in rows))


async def _stale(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    sources, hours = list(questions.targets), list(questions.targets.values())
    rows = await _rows(connection, _STALE, sources=sources, hours=hours, factor=rule.limit)
    return Facts(stale=tuple(Stale(**row) for row in rows))


async def _raised(connection: AsyncConnection, rule: Rule, questions: Questions) -> Facts:
    rows = [row for row in await questions.once(connection, _RAISED) if row["kind"] == rule.kind.value]
    return Facts(raised=tuple(Raised(row["key"], row["title"], row["body"], row["count"]) for row in rows))


async def _lag(connection: AsyncConnection, *_: object) -> Facts:
    outbox = (await outbox_depth(connection))["oldest_seconds"] or 0.0
    return Facts(lag=Lag(outbox, (await connection.execute(OVERDUE)).scalar_one()))


async def _approvals(connection: AsyncConnection, *_: object) -> Facts:
    [row] = await _rows(connection, _APPROVALS)
    return Facts(approvals=Approvals(**row))


async def _round(connection: AsyncConnection, *_: object) -> Facts:
    usual = str(Policy().interval_minutes)
    return Facts(round_due_at=next((each["due_at"] for each in await _rows(connection, _ROUND, usual=usual)), None))


_Ask = Callable[[AsyncConnection, Rule, Questions], Awaitable[Facts]]
_ASK: dict[RuleKind, _Ask] = {
    RuleKind.TASK_SUCCEEDED: _ended,
    RuleKind.TASK_FAILED: _ended,
    RuleKind.ATTEMPT_FAILED: _ended,
    RuleKind.PAGE_CHANGED: _changed_pages,
    RuleKind.CORE_GONE: _nothing,
    RuleKind.DISK_LOW: _nothing,
    RuleKind.FAILURE_RATE: _rates,
    RuleKind.WORKER_ONLINE: _newcomers,
    RuleKind.WORKER_OFFLINE: _offline,
    RuleKind.QUEUE_STALLED: _waiting,
    RuleKind.BACKLOG: _waiting,
    RuleKind.APPROVAL_WAITS: _approvals,
    RuleKind.AGENT_SILENT: _round,
    RuleKind.TASK_STUCK: _silent_tasks,
    RuleKind.FRESHNESS_MISSED: _stale,
    RuleKind.BUDGET_NEAR: _raised,
    RuleKind.AGENT_ESCALATION: _raised,
    RuleKind.SYMBOL_TRENDS: _raised,
    RuleKind.TRIGGER_HALTED: _raised,
    RuleKind.DRIFT: _lag,
}
