"""The agent's part of a digest, of rows in the tables: the preview, the command, and what the schedule writes."""

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.stack.agent.agents import budget
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack, eventually

ROUND = """
INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over, refused)
VALUES (%s, %s, 1, 6, 1, 1, '{}', '[]', %s)
"""
DECISION = """
INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
    choice, outcome)
VALUES (%s, %s, %s, %s, 'DGX', 'sec', 'x', 'Because.', '{}', '[]', '{}', %s)
"""
RESERVATION = """
INSERT INTO agent_reservations (task_id, decision_id, at, source, task_type, tasks, calls, tokens, usd_micros, estimate)
VALUES (gen_random_uuid(), %s, %s, 'sec', 'x', 1, 40, 9, 1500000, '{}')
"""
NOTED = """
INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, first_seen_at, recovered_at, state, settled)
VALUES ('dgx', %s, 'dgx:' || %s, 'info', 'DGX', '', %s, %s, 'recovered', true)
"""
#: Rounds that nobody reaches.
FIRST = 2 * 10**12
#: A week in which nobody else did anything: since and until, with what is just inside and just outside.
SINCE, INSIDE, UNTIL = "2025-05-26T08:00:00Z", "2025-06-02T07:59:59Z", "2025-06-02T08:00:00Z"
BEFORE = "2025-05-26T07:59:59Z"
#: No task, as on the shared stack; and a dollar.
LIMITS = [
    {"scope": "all", "unit": "tasks", "most": 0, "window": "hour"},
    {"scope": "all", "unit": "usd_micros", "most": 1_000_000, "window": "day"},
]
ORDER = '{"period": "weekly", "until": "2025-06-02T08:20:00Z"}'


@pytest.fixture
def decided(stack: RunningStack) -> Iterator[psycopg.Connection[Any]]:
    stack.wait_until_ready()
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield connection
        connection.execute("DELETE FROM agent_rounds WHERE number >= %s", (FIRST,))
        connection.execute("DELETE FROM alert_signals WHERE key = 'dgx'")
        connection.execute("DELETE FROM notifications WHERE rule = 'dgx'")
        connection.execute("UPDATE agent_state SET budget = NULL")


def decide(
    connection: psycopg.Connection[Any], number: int, at: object, refused: str | None, *made: tuple[str, str]
) -> None:
    """A round, and its decisions as (kind, outcome); each but an escalation has a task of $1.50."""
    connection.execute(ROUND, (FIRST + number, at, refused))
    for kind, outcome in made:
        id_ = uuid.uuid4()
        connection.execute(DECISION, (id_, FIRST + number, at, kind, outcome))
        if kind != "escalate":
            connection.execute(RESERVATION, (id_, at))


def test_the_week_of_the_agent_is_counted_from_its_rows(stack: RunningStack, decided: psycopg.Connection[Any]) -> None:
    decide(decided, 1, SINCE, None, ("crawl", "succeeded"), ("crawl", "succeeded"), ("escalate", "told"))
    decide(decided, 2, INSIDE, "The budget cannot be read.", ("probe", "failed"))
    for number, at in ((3, BEFORE), (4, UNTIL)):
        decide(decided, number, at, None, ("retry", "succeeded"))
    for kind in ("task_failed", "worker_online"):
        decided.execute(NOTED, (kind, kind, INSIDE, UNTIL))
    stack.temporal_side.execute("Digest", "core:notify", ORDER)
    [told] = stack.rows("SELECT data, body FROM notifications WHERE fingerprint LIKE 'digest:weekly:2025-06-02%%'")
    agent = told["data"]["agent"]
    assert (agent["rounds"], agent["refused"], agent["tasks"], agent["calls"]) == (2, 1, 3, 120)
    assert (agent["tokens"], agent["usd"]) == (27, 4.5)
    assert {(each["kind"], each["outcome"]): each["count"] for each in agent["decisions"]} == {
        ("crawl", "succeeded"): 2, ("escalate", "told"): 1, ("probe", "failed"): 1,
    }  # fmt: skip
    assert told["data"]["alerts"] == 1, "a new worker is no alert"
    assert "2 rounds, 1 of them refused; 3 tasks created, $4.50" in told["body"]
    assert "Decisions: crawl 2 succeeded; escalate 1 told; probe 1 failed" in told["body"]


def test_the_preview_says_what_is_used_of_the_budget_and_what_waits_for_a_person(
    stack: RunningStack, api: Api, decided: psycopg.Connection[Any]
) -> None:
    budget(api, LIMITS)
    before = preview(api)
    assert before["agent"]["state"] == "paused"
    [(hour,)] = decided.execute("SELECT date_trunc('hour', now()) - interval '90 minutes'").fetchall()
    decide(decided, 5, hour, None, ("crawl", "pending"))
    decided.execute("INSERT INTO alert_signals (kind, key, title) VALUES ('agent_escalation', 'dgx', 'DGX fails.')")
    task = api.submit("echo", {"message": "may I?"}, needs_approval=True)
    api.wait_for(task, "awaiting_approval")
    after = preview(api)
    assert after["agent"]["rounds"] == before["agent"]["rounds"] + 1
    assert after["agent"]["usd"] == before["agent"]["usd"] + 1.5
    assert after["escalations_open"] == before["escalations_open"] + 1
    assert after["awaiting_approval"] == before["awaiting_approval"] + 1
    used, used_before = money(after), money(before)
    assert used["used"] == used_before["used"] + 1_500_000
    assert used["limit"]["most"] == 1_000_000

    said = clawdbot(stack, "digest").stdout
    assert f"${after['agent']['usd']:,.2f}" in said
    assert f"Budget now: {used['used'] // 10_000} % of usd=1/day" in said
    assert "Waiting for a person: " in said
    api.command(task, "cancel")
    api.wait_for(task, "cancelled")
    decided.execute("DELETE FROM alert_signals WHERE key = 'dgx'")
    eventually(lambda: preview(api)["escalations_open"] == before["escalations_open"], 30, "nothing is raised")
    assert preview(api)["awaiting_approval"] == before["awaiting_approval"]


def preview(api: Api) -> dict[str, Any]:
    return dict(api.http.get("/digests/preview").raise_for_status().json()["data"])


def money(data: dict[str, Any]) -> dict[str, Any]:
    [found] = [dict(each) for each in data["agent"]["budget"] if each["limit"]["unit"] == "usd_micros"]
    return found
