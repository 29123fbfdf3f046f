"""What the rules are told of real rows, one question per kind. Every case is rolled back."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import Facts, Raised
from contracts.alerts.rules import Rule, RuleKind
from db.alerts.facts import Questions, facts_for
from db.alerts.groups import end, firing, note_seen
from db.alerts.raised_alerts import clear_raised, keep_raised
from tests.http.planned import Planned, echo
from tests.http.tasks.test_worker_states import rolled_back
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

TYPE = "facts_type"
_TASK = text("""
INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts,
    error, result, attempt, created_at, started_at, completed_at, claimed_at, last_heartbeat_at, worker_name,
    reconcile_after)
SELECT id, CAST(id AS text), :type, :type, '{}', 'NVDA', 50, 'human:test', :status, '{"max_attempts": 3}', '{}',
    CAST(:error AS jsonb), '{}', 2, now() - interval '1 hour', now() - interval '1 hour',
    CASE WHEN :status IN ('succeeded', 'failed') THEN now() - make_interval(secs => :ago) END,
    now() - make_interval(secs => :ago), now() - make_interval(secs => :ago), 'mac', NULL
FROM (SELECT gen_random_uuid() AS id) made
""")
RATE_LIMITED = '{"type": "RateLimited", "message": "slow down"}'


async def task(connection: AsyncConnection, status: str, ago: float = 5, error: str | None = None) -> None:
    await connection.execute(_TASK, {"type": TYPE, "status": status, "ago": ago, "error": error})


async def ask(connection: AsyncConnection, kind: RuleKind, **rule: Any) -> Facts:
    made = Rule(name="facts", kind=kind, **rule)
    return await facts_for(connection, made, Questions(datetime.now(UTC), {"reddit": 24, "sec": 48}))


def of_rule(name: str, kind: str) -> dict[str, str]:
    return {"rule": name, "kind": kind, "severity": "warning"}


def test_failures_are_counted_by_error_and_go_on_while_the_alert_lasts(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        for ago in (5, 10, 400):
            await task(connection, "failed", ago, RATE_LIMITED)
        await task(connection, "failed", 7, "{}")
        await task(connection, "succeeded", 30)
        rule = {"task_types": [TYPE], "window_seconds": 60}
        found = {each.error: each for each in (await ask(connection, RuleKind.TASK_FAILED, **rule)).ended}
        assert {error: each.tasks for error, each in found.items()} == {"RateLimited": 2, "Error": 1}
        limited = found["RateLimited"]
        assert (limited.message, limited.attempt, limited.max_attempts, limited.ticker) == ("slow down", 2, 3, "NVDA")
        # The alert about them began ten minutes ago: the old one counts as well.
        seen = {"fingerprint": f"facts:{TYPE}:RateLimited", "title": "t", "body": "", "recovered": "", "count": 1}
        await note_seen(connection, [{**seen, "task_id": None, **of_rule("facts", "task_failed")}])
        began = "UPDATE notifications SET first_seen_at = now() - interval '10 minutes' WHERE rule = 'facts'"
        await connection.execute(text(began))
        again = {each.error: each.tasks for each in (await ask(connection, RuleKind.TASK_FAILED, **rule)).ended}
        assert again == {"RateLimited": 3, "Error": 1}

    rolled_back(stack, look)


def test_rates_and_successes(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        for status in ("failed", "succeeded", "succeeded"):
            await task(connection, status, 5, "{}")
        await task(connection, "failed", 500, "{}")
        rule = {"task_types": [TYPE], "window_seconds": 60}
        [rate] = (await ask(connection, RuleKind.FAILURE_RATE, **rule)).rates
        assert (rate.type, rate.succeeded, rate.failed) == (TYPE, 2, 1)
        [done] = (await ask(connection, RuleKind.TASK_SUCCEEDED, **rule)).ended
        assert (done.tasks, done.error, done.rows) == (2, "", None)

    rolled_back(stack, look)


def test_a_result_that_a_person_looks_at_counts_once_it_is_approved(stack: Facade, api: Api) -> None:
    async def succeeded(connection: AsyncConnection) -> int:
        rule = {"task_types": ["echo"], "window_seconds": 60}
        return sum(each.tasks for each in (await ask(connection, RuleKind.TASK_SUCCEEDED, **rule)).ended)

    def now() -> int:
        return in_database(stack, succeeded)

    plan = Planned(stack, api, *(echo(step, needs_review=True) for step in ("right", "wrong")))
    before = now()
    plan.advance()
    for step in ("right", "wrong"):
        plan.end(step)
    assert now() == before
    # Its task was over long ago by then.
    stack.execute("UPDATE tasks SET completed_at = now() - interval '1 hour' WHERE id = %s", plan.task("right"))
    plan.say("steps/right/approve")
    plan.say("steps/wrong/reject", comment="no")
    assert now() == before + 1


def test_what_waits_and_what_is_stuck(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        await task(connection, "pending")
        await task(connection, "running", 400)
        await task(connection, "running", 20)
        waiting = {each.capability: each for each in (await ask(connection, RuleKind.QUEUE_STALLED)).waiting}
        assert (waiting[TYPE].tasks, waiting[TYPE].online) == (1, 0)
        [held] = (await ask(connection, RuleKind.TASK_STUCK, for_seconds=300, task_types=[TYPE])).silent_tasks
        assert (held.worker, held.ticker) == ("mac", "NVDA")
        assert datetime.now(UTC) - held.heard_at > timedelta(seconds=399)

    rolled_back(stack, look)


def test_workers_that_are_away_and_that_are_new(stack: Facade) -> None:
    name, id_, _ = stack.register(["echo"])

    async def look(connection: AsyncConnection) -> None:
        event = "INSERT INTO worker_events (worker_id, type) VALUES (:id, :type)"
        await connection.execute(text(event), {"id": id_, "type": "online"})
        new = (await ask(connection, RuleKind.WORKER_ONLINE)).workers
        assert [each.name for each in new if each.name == name] == [name]
        for type_ in ("offline", "online"):
            await connection.execute(text(event), {"id": id_, "type": type_})
        old = (await ask(connection, RuleKind.WORKER_ONLINE)).workers
        assert len([each for each in old if each.name == name]) == 1
        away = {each.name: each for each in (await ask(connection, RuleKind.WORKER_OFFLINE)).workers}
        assert (away[name].last_seen_at, away[name].stopped) == (None, False)

    rolled_back(stack, look)


def test_stale_sources_and_lag(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        watched = "INSERT INTO watched_tickers (ticker, added_by, changed_by) VALUES ('ZZFACT', 't', 't')"
        await connection.execute(text(watched))
        fresh = """INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at)
            VALUES ('ZZFACT', 'reddit', now() - interval '30 hours'), ('ZZFACT', 'sec', now() - interval '30 hours')"""
        await connection.execute(text(fresh))
        stale = {each.source: each for each in (await ask(connection, RuleKind.FRESHNESS_MISSED)).stale}
        assert "ZZFACT" in stale["reddit"].examples
        assert "sec" not in stale or "ZZFACT" not in stale["sec"].examples
        assert (await ask(connection, RuleKind.DRIFT)).lag.outbox_seconds >= 0

    rolled_back(stack, look)


def test_what_others_raise_until_they_say_that_it_is_over(stack: Facade) -> None:
    near, full = Raised("today", "90 % used", "b", 1), Raised("today", "used up", "b", 2)
    past = Raised("past", "long ago", "", 1, datetime.now(UTC) - timedelta(seconds=1))

    async def look(connection: AsyncConnection) -> None:
        for signals, seen in (([near], (near,)), ([full, past], (full,)), ([near], (near,)), ([past], ())):
            await keep_raised(connection, RuleKind.BUDGET_NEAR, signals)
            assert (await ask(connection, RuleKind.BUDGET_NEAR)).raised == seen
        assert (await ask(connection, RuleKind.AGENT_ESCALATION)).raised == ()
        await keep_raised(connection, RuleKind.AGENT_ESCALATION, [near, Raised("k" * 300, "t", "", 1)])
        await keep_raised(connection, RuleKind.BUDGET_NEAR, [])
        assert len((await ask(connection, RuleKind.AGENT_ESCALATION)).raised) == 2
        await clear_raised(connection, RuleKind.AGENT_ESCALATION, "k" * 300)
        assert (await ask(connection, RuleKind.AGENT_ESCALATION)).raised == (near,)

    rolled_back(stack, look)


def test_alerts_open_once_and_end_when_they_are_not_seen(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        rule = f"rule-{uuid.uuid4().hex[:8]}"
        signal: dict[str, Any] = {
            "fingerprint": f"{rule}:x",
            "title": "t",
            "body": "b",
            "recovered": "r",
            "task_id": None,
            "count": 3,
        }
        for count in (3, 2, 7):
            await note_seen(connection, [{**signal, "count": count, **of_rule(rule, "drift")}])
        assert [each.fingerprint for each in await firing(connection) if each.rule == rule] == [f"{rule}:x"]
        await end(connection, [f"{rule}:x", f"{rule}:unheard of"])
        assert rule not in {each.rule for each in await firing(connection)}
        rows = await connection.execute(
            text("SELECT state, count FROM notifications WHERE rule = :rule"), {"rule": rule}
        )
        assert rows.all() == [("recovered", 7)]

    rolled_back(stack, look)


def test_what_awaits_approval_and_an_agent_without_rounds(stack: Facade) -> None:
    async def look(connection: AsyncConnection) -> None:
        before = (await ask(connection, RuleKind.APPROVAL_WAITS)).approvals.tasks
        await task(connection, "awaiting_approval")
        assert (await ask(connection, RuleKind.APPROVAL_WAITS)).approvals.tasks == before + 1
        last = "UPDATE agent_state SET paused = %s, paused_at = NULL, policy = NULL, last_round_at = now()"
        for paused, due in (("true", False), ("false", True)):
            await connection.execute(text(last % paused))
            at = (await ask(connection, RuleKind.AGENT_SILENT)).round_due_at
            assert (at is not None) == due
        assert at is not None
        assert timedelta(minutes=14) < at - datetime.now(UTC) < timedelta(minutes=16)

    rolled_back(stack, look)
