"""What each kind of rule makes of the facts."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.rule_evaluation import MOST_GROUPS, signals_of, unknown_of
from contracts.alerts.facts import (
    Approvals,
    ChangedPage,
    EndedTasks,
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

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ID = uuid.UUID(int=7)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


FAILED = EndedTasks("reddit_crawl", "RateLimited", 1, ago(seconds=3), ID, "NVDA", "Rate limit exceeded", 2, 3, None, 4)
DONE = EndedTasks("reddit_crawl", "", 1, ago(seconds=3), ID, "NVDA", "", 1, 3, 847, 45)
GONE = WorkerFact(ID, "macbook-john", ["reddit", "ai_sentiment"], "offline", ago(minutes=1), ago(minutes=5), False)
WAITING = Waiting("reddit_crawl", 12, ago(minutes=3), 0)
PAGE = ChangedPage(ID, "https://example.com/prices", "Prices", 1, 3, 1)
SILENT = SilentTask(ID, "reddit_crawl", "NVDA", "mac", ago(minutes=10))
STALE = Stale("reddit", 14, ["NVDA", "AAPL"], 24)


KINDS: list[tuple[str, Facts, list[str]]] = [
    (
        "task_failed",
        Facts(ended=(FAILED,)),
        ["❌ reddit_crawl for $NVDA failed — Rate limit exceeded (retry 1/2, given up)"],
    ),
    (
        "task_failed",
        Facts(ended=(replace(FAILED, tasks=500),)),
        ["❌ 500 reddit_crawl tasks failed — RateLimited: Rate limit exceeded"],
    ),
    ("task_failed", Facts(ended=(replace(FAILED, last_at=ago(seconds=300)),)), []),
    (
        "task_failed",
        Facts(ended=(replace(FAILED, attempt=1),)),
        ["❌ reddit_crawl for $NVDA failed — Rate limit exceeded (not retried)"],
    ),
    (
        "attempt_failed",
        Facts(ended=(replace(FAILED, max_attempts=4),)),
        ["❌ reddit_crawl for $NVDA failed — Rate limit exceeded (retry 2/3)"],
    ),
    (
        "attempt_failed",
        Facts(ended=(replace(FAILED, tasks=12),)),
        ["❌ 12 attempts of reddit_crawl failed and are retried — RateLimited: Rate limit exceeded"],
    ),
    ("page_changed", Facts(pages=(PAGE,)), ["📄 Prices changed — +3 -1 lines"]),
    (
        "page_changed",
        Facts(pages=(replace(PAGE, title=None),)),
        ["📄 https://example.com/prices changed — +3 -1 lines"],
    ),
    ("core_gone", Facts(), []),
    ("task_succeeded", Facts(ended=(DONE,)), ["✅ reddit_crawl for $NVDA completed — 847 posts (45s)"]),
    ("failure_rate", Facts(rates=(EndRate("echo", 6, 4),)), []),
    ("failure_rate", Facts(rates=(EndRate("echo", 5, 5),)), ["❌ 50 % of echo failed: 5 of 10 in 5m"]),
    ("failure_rate", Facts(rates=(EndRate("echo", 0, 4),)), []),
    ("worker_offline", Facts(workers=(GONE,)), ['⚠️ ClawdBot "macbook-john" went offline (last seen 5m ago)']),
    ("worker_offline", Facts(workers=(replace(GONE, since=ago(seconds=29)),)), []),
    # It says that it stops, and may be back in a moment.
    ("worker_offline", Facts(workers=(replace(GONE, stopped=True),)), []),
    (
        "worker_offline",
        Facts(workers=(replace(GONE, stopped=True, since=ago(minutes=6)),)),
        ['⚠️ ClawdBot "macbook-john" went offline (last seen 5m ago)'],
    ),
    # It said so before our own break.
    (
        "worker_offline",
        Facts(workers=(replace(GONE, stopped=True, since=ago(hours=6)),), awake_since=ago(minutes=4)),
        [],
    ),
    # Everybody gets the time to come back.
    ("worker_offline", Facts(workers=(GONE,), awake_since=ago(seconds=44)), []),
    ("queue_stalled", Facts(waiting=(WAITING,), awake_since=ago(seconds=44)), []),
    ("task_stuck", Facts(silent_tasks=(SILENT,), awake_since=ago(seconds=29)), []),
    ("agent_silent", Facts(round_due_at=ago(hours=8), awake_since=ago(seconds=29)), []),
    ("drift", Facts(lag=Lag(29_000, 29_000), awake_since=ago(seconds=29)), []),
    ("worker_offline", Facts(workers=(replace(GONE, last_seen_at=None),)), []),
    ("worker_offline", Facts(workers=(replace(GONE, since=ago(days=2)),)), []),
    ("worker_online", Facts(workers=(GONE,)), ['🤖 ClawdBot "macbook-john" connected (reddit, ai_sentiment)']),
    ("queue_stalled", Facts(waiting=(WAITING,)), ["🔴 12 tasks pending, 0 workers online (reddit_crawl)"]),
    ("queue_stalled", Facts(waiting=(replace(WAITING, online=1),)), []),
    ("backlog", Facts(waiting=(WAITING,)), []),
    (
        "backlog",
        Facts(waiting=(replace(WAITING, online=1),)),
        ["⚠️ 12 tasks of reddit_crawl pending, the oldest for 3m"],
    ),
    (
        "approval_waits",
        Facts(approvals=Approvals(2, ago(minutes=10))),
        ["⚠️ 2 tasks awaiting approval, the oldest for 10m"],
    ),
    (
        "approval_waits",
        Facts(approvals=Approvals(0, ago(minutes=10), 1)),
        ["⚠️ 1 result awaiting a review, the oldest for 10m"],
    ),
    (
        "approval_waits",
        Facts(approvals=Approvals(1, ago(minutes=10), 3)),
        ["⚠️ 1 task awaiting approval and 3 results awaiting a review, the oldest for 10m"],
    ),
    ("approval_waits", Facts(approvals=Approvals(0, None)), []),
    (
        "agent_silent",
        Facts(round_due_at=ago(minutes=20)),
        ["🔴 The agent has had no round for 20m after it was due"],
    ),
    ("agent_silent", Facts(round_due_at=NOW + timedelta(minutes=1)), []),
    ("disk_low", Facts(disk_free=3 * 1024**3), []),
    ("disk_low", Facts(disk_free=None), []),
    ("disk_low", Facts(disk_free=2 * 1024**3 - 1), ["🔴 Only 2,047 MB are left on the disk of Postgres"]),
    ("queue_stalled", Facts(waiting=(replace(WAITING, oldest_at=ago(seconds=29)),)), []),
    (
        "task_stuck",
        Facts(silent_tasks=(SILENT,)),
        ["⚠️ reddit_crawl for $NVDA is stuck: nothing heard for 10m from mac"],
    ),
    ("freshness_missed", Facts(stale=(STALE,)), ["⚠️ reddit of 14 tickers is older than 24 h"]),
    ("budget_near", Facts(raised=(Raised("day", "90 % of today's budget", "", 1),)), ["90 % of today's budget"]),
    ("agent_escalation", Facts(raised=(Raised("x", "Look at NVDA", "", 1),)), ["Look at NVDA"]),
    ("symbol_trends", Facts(raised=(Raised("GME", "📈 GME trends", "", 1),)), ["📈 GME trends"]),
    (
        "trigger_halted",
        Facts(raised=(Raised("on-8k", "Trigger on-8k was paused", "", 1),)),
        ["Trigger on-8k was paused"],
    ),
    ("drift", Facts(lag=Lag(29, 29)), []),
    (
        "drift",
        Facts(lag=Lag(45, 130)),
        [
            "⚠️ Temporal has not taken a command for 45s",
            "⚠️ The mirror has not been compared with Temporal for 2m",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "facts", "titles"), KINDS)
def test_kind(kind: str, facts: Facts, titles: list[str]) -> None:
    found = signals_of(Rule(name="rule", kind=RuleKind(kind)), facts, NOW)
    assert sorted(each.title for each in found) == sorted(titles)
    assert len({each.fingerprint for each in found}) == len(found)


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _, _ in KINDS} == set(RuleKind)


def test_a_worker_that_was_told_stays_told_however_long_it_is_away() -> None:
    rule = Rule(name="away", kind=RuleKind.WORKER_OFFLINE)
    facts = Facts(workers=(replace(GONE, since=ago(days=30)),))
    assert len(signals_of(rule, facts, NOW, {f"away:{ID}"})) == 1


@pytest.mark.parametrize(
    ("rates", "lasts"),
    [
        ((), True),
        ((EndRate("echo", 0, 1),), True),
        ((EndRate("echo", 1, 1),), True),
        ((EndRate("echo", 1, 0),), False),
        ((EndRate("echo", 6, 4),), False),
    ],
)
def test_many_failures_are_over_by_successes_and_not_by_silence(rates: tuple[EndRate, ...], lasts: bool) -> None:
    rule = Rule(name="rate", kind=RuleKind.FAILURE_RATE)
    assert unknown_of(rule, Facts(rates=rates), {"rate:echo"}) == ({"rate:echo"} if lasts else set())
    assert unknown_of(Rule(name="rate", kind=RuleKind.DRIFT), Facts(), {"rate:mirror"}) == set()


def test_a_storm_of_different_errors_is_bounded() -> None:
    rule = Rule(name="failures", kind=RuleKind.TASK_FAILED)
    storm = Facts(ended=tuple(replace(FAILED, error=f"Error{n}", tasks=n + 1) for n in range(100)))
    found = signals_of(rule, storm, NOW, {"failures:reddit_crawl:Error0"})
    assert len(found) == MOST_GROUPS + 1
    assert found[0].fingerprint == "failures:reddit_crawl:Error0"
    assert sum(each.count for each in found) == sum(range(1, 101))
    assert found[-1].title == "⚠️ failures: 80 more"


def test_hostile_text_stays_on_one_short_line() -> None:
    rule = Rule(name="failures", kind=RuleKind.TASK_FAILED)
    hostile = replace(FAILED, message="\x1b[31m<b>\r\nSubject: x\n" + "A" * 5_000)
    [found] = signals_of(rule, Facts(ended=(hostile,)), NOW)
    assert found.title.isprintable() or "\n" not in found.title
    assert "\x1b" not in found.title
    assert len(found.title) < 250
