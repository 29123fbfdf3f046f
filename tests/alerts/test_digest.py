"""The words of a digest, line by line."""

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.digest import body, title
from contracts.agent.budget import parse_limit
from contracts.agent.views import BudgetUseView
from contracts.alerts.digests import AgentDigest, Decided, DigestData, Named
from contracts.alerts.messages import Period

PLAIN = DigestData(
    period=Period.DAILY,
    since=datetime(2026, 3, 1, 7, tzinfo=UTC),
    until=datetime(2026, 3, 2, 7, tzinfo=UTC),
    created=1_300, succeeded=1_200, failed=3, cancelled=1, rejected=0,
    top_tickers=[Named(name="NVDA", count=40)], top_errors=[],
    open_tasks=5, workers_online=2, workers=3, stale_sources=0, alerts=1, alerts_firing=0,
)  # fmt: skip


def use(limit: str, used: int) -> BudgetUseView:
    parsed = parse_limit(limit)
    return BudgetUseView(limit=parsed, used=used, left=max(parsed.most - used, 0))


def agent(**changed: Any) -> AgentDigest:
    usual = {
        "state": "running", "rounds": 96, "refused": 0, "decisions": [], "tasks": 41, "calls": 900, "tokens": 0,
        "usd": 0.125, "budget": [],
    }  # fmt: skip
    return AgentDigest.model_validate({**usual, **changed})


def lines(**changed: Any) -> list[str]:
    return body(PLAIN.model_copy(update=changed), "Europe/Berlin").splitlines()


def test_the_title_and_the_first_lines() -> None:
    assert title(PLAIN) == "📊 Daily: 1,204 tasks, 1,200✅ 3❌ — Top: NVDA(40)"
    assert lines()[0] == "Sun 01 Mar 08:00 to Mon 02 Mar 08:00 (Europe/Berlin)"


def test_what_goes_wrong_when_nobody_types() -> None:
    failures = [Named(name="reddit_crawl: Reddit did not answer\nat all", count=300)]
    triggers = [Named(name="on-filings", count=1)]
    told = lines(missed_schedules=[Named(name="mornings", count=2)], failed_triggers=triggers, new_failures=failures)
    assert "Schedules that missed runs: mornings (2)" in told
    assert "Triggers that failed: on-filings (1)" in told
    assert "New groups of failures: reddit_crawl: Reddit did not answer at all (300)" in told
    assert not [each for each in lines() if each.startswith(("Schedules", "Triggers", "New"))]


def test_a_digest_of_before_has_no_agent() -> None:
    since = {"agent", "escalations_open", "awaiting_approval", "missed_schedules", "failed_triggers", "new_failures"}
    old = PLAIN.model_dump(mode="json", exclude=since)
    read = DigestData.model_validate(old)
    assert not [each for each in body(read, "UTC").splitlines() if each.startswith(("Agent", "Waiting"))]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ["Agent: running; 96 rounds; 41 tasks created, $0.12"]),
        (
            {"state": "paused", "rounds": 0, "tasks": 0, "usd": 0},
            ["Agent: paused; 0 rounds; 0 tasks created, $0.00"],
        ),
        (
            {
                "refused": 2,
                "decisions": [
                    Decided(kind="crawl", outcome="failed", count=1),
                    Decided(kind="crawl", outcome="succeeded", count=1_040),
                    Decided(kind="escalate", outcome="told", count=2),
                ],
            },
            [
                "Agent: running; 96 rounds, 2 of them refused; 41 tasks created, $0.12",
                "Decisions: crawl 1 failed, 1,040 succeeded; escalate 2 told",
            ],
        ),
        (
            {
                "budget": [
                    use("usd=1/day", 125_000), use("tasks=60/hour", 48), use("reddit:calls=100/hour", 79),
                    use("tokens=0/day", 0), use("usd=0/hour", 0),
                ]
            },
            [
                "Agent: running; 96 rounds; 41 tasks created, $0.12",
                "Budget now: 12 % of usd=1/day, 80 % of tasks=60/hour, 0 % of usd=0/hour",
            ],
        ),
    ],
)  # fmt: skip
def test_what_the_agent_did(changed: dict[str, Any], said: list[str]) -> None:
    assert lines(agent=agent(**changed))[-len(said) :] == said


@pytest.mark.parametrize(
    ("escalations", "approvals", "said"),
    [
        (1, 0, "Waiting for a person: 1 open escalation"),
        (0, 1, "Waiting for a person: 1 task to approve"),
        (2, 1_003, "Waiting for a person: 2 open escalations and 1,003 tasks to approve"),
    ],
)
def test_what_waits_for_a_person(escalations: int, approvals: int, said: str) -> None:
    assert lines(escalations_open=escalations, awaiting_approval=approvals)[-1] == said
