"""What people are told of the agent's rounds: once, as long as it lasts, and that it is over."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.receivers import Receiver, running_receiver
from tests.sandbox_server import Sandbox
from tests.stack.agent.agents import (
    PLENTY,
    SELDOM,
    SETTINGS,
    agent,
    budget,
    decisions,
    have_round,
    leave_nothing,
    policy,
    start,
    watch,
)
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack, eventually
from tests.support.light import Light

HOOK = "/hook"
SECONDS = 60
BUDGET, ESCALATION = "budget_near", "agent_escalation"
LIMIT = {"scope": "all", "unit": "tasks", "most": 5, "window": "hour"}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def stack(light: Light, receiver: Receiver) -> Iterator[RunningStack]:
    """One of its own: the agent looks at the whole watchlist."""
    channels = f"{{hook: 'json://{receiver.address}{HOOK}'}}"
    environment = {**SETTINGS, "CLAWDBOT_CHANNELS": channels, "CLAWDBOT_ENVIRONMENT": "test"}
    with light(environment) as running:
        running.wait_until_ready()
        eventually(lambda: len(rules(running.api)) > 5, SECONDS, "the rules are there")
        for each in rules(running.api):
            if each["kind"] not in (BUDGET, ESCALATION):
                body = {"kind": each["kind"], "enabled": False}
                running.api.http.put(f"/alerts/rules/{each['name']}", json=body).raise_for_status()
        yield running


@pytest.fixture(autouse=True)
def clean(stack: RunningStack, api: Api, receiver: Receiver) -> Iterator[None]:
    yield
    leave_nothing(stack, api)
    eventually(lambda: not firing(api, BUDGET) + firing(api, ESCALATION), SECONDS, "no alert lasts")
    stack.execute("DELETE FROM notifications")
    receiver.got.clear()


def rules(api: Api) -> list[dict[str, Any]]:
    return [dict(each["rule"]) for each in api.http.get("/alerts/rules").json()["rules"]]


def firing(api: Api, kind: str) -> list[dict[str, Any]]:
    return [each for each in told(api, kind) if each["state"] == "firing"]


def told(api: Api, kind: str) -> list[dict[str, Any]]:
    found = api.http.get("/notifications", params={"kind": kind}).raise_for_status().json()["notifications"]
    return [dict(each) for each in found]


def signals(stack: RunningStack, kind: str) -> list[dict[str, Any]]:
    return stack.rows("SELECT key, title, body, count FROM alert_signals WHERE kind = %s ORDER BY key", kind)


def titles(receiver: Receiver) -> list[str]:
    return [each["title"] for each in receiver.at(HOOK)]


def given_up(stack: RunningStack, api: Api, sources: Sandbox, ticker: str = "ZZZZ") -> dict[str, Any]:
    """A ticker that does not exist was tried, and a person told: the decision."""
    sources.reset()
    watch(api, ticker)
    policy(api, {**SELDOM, "sources_off": ["reddit"]})
    budget(api, PLENTY)
    with stack.worker("sec_filing_crawl", environment=sources.environment()):
        start(stack, api)
        [crawl] = decisions(api)
        api.wait_for(crawl["tasks"][0]["id"], "failed", seconds=SECONDS)
    have_round(stack, api)
    [decision] = decisions(api, kind="escalate")
    return decision


def test_an_escalation_is_one_notification_until_its_ticker_succeeds(
    stack: RunningStack, api: Api, sources: Sandbox, receiver: Receiver
) -> None:
    decision = given_up(stack, api, sources)
    eventually(lambda: titles(receiver), SECONDS, "it is sent")
    for _ in range(3):
        have_round(stack, api)
    [signal] = signals(stack, ESCALATION)
    assert signal["count"] == 1
    assert decision["reason"] in signal["body"]
    [alert] = told(api, ESCALATION)
    assert (alert["state"], alert["count"]) == ("firing", 1)
    assert alert["title"].startswith("⚠️ sec of ZZZZ fails since")
    assert len(titles(receiver)) == 1

    # Somebody collected it by other means.
    stack.execute(
        "INSERT INTO ticker_data_freshness (ticker, data_source, last_success_at) VALUES ('ZZZZ', 'sec', now()) "
        "ON CONFLICT (ticker, data_source) DO UPDATE SET last_success_at = now()"
    )
    have_round(stack, api)
    assert signals(stack, ESCALATION) == []
    eventually(lambda: len(titles(receiver)) == 2, SECONDS, "it is told to be over")
    assert titles(receiver)[1].startswith("✅ Over: sec of ZZZZ")
    [alert] = told(api, ESCALATION)
    assert alert["state"] == "recovered"


def test_undoing_an_escalation_ends_its_alert_for_good(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    decision = given_up(stack, api, sources, "YYYY")
    assert len(signals(stack, ESCALATION)) == 1
    said = clawdbot(stack, "agent", "undo", decision["id"])
    assert (said.returncode, said.stdout) == (0, "Undone; it created no task.\n")
    assert signals(stack, ESCALATION) == []
    for _ in range(2):
        have_round(stack, api)
    assert signals(stack, ESCALATION) == []
    [after] = decisions(api, kind="escalate")
    assert (after["id"], after["undone_by"]) == (decision["id"], "human:admin")
    again = api.http.post(f"/agent/decisions/{decision['id']}/undo")
    assert (again.status_code, again.json()["cancelled"], again.json()["over"]) == (200, [], [])


def test_a_limit_is_told_from_eighty_percent_on_and_when_something_waits(
    stack: RunningStack, api: Api, receiver: Receiver
) -> None:
    policy(api, {**SELDOM, "sources_off": ["sec"]})
    budget(api, [LIMIT])
    watch(api, "TA", "TB", "TC")
    start(stack, api)
    assert signals(stack, BUDGET) == []
    watch(api, "TA", "TB", "TC", "TD")
    have_round(stack, api)
    [near] = signals(stack, BUDGET)
    assert (near["title"], near["count"]) == ("⚠️ The agent has used 80 % of its budget tasks=5/hour", 1)
    eventually(lambda: titles(receiver), SECONDS, "it is sent")
    have_round(stack, api)
    assert [each["count"] for each in signals(stack, BUDGET)] == [1]

    watch(api, "TA", "TB", "TC", "TD", "TE", "TF", "TG")
    have_round(stack, api)
    [full] = signals(stack, BUDGET)
    assert (full["title"], full["count"]) == ("🔴 The agent's budget tasks=5/hour is used up", 2)
    assert "2 needs wait for it" in full["body"]
    eventually(lambda: told(api, BUDGET)[0]["count"] == 2, SECONDS, "it got worse")
    assert len(told(api, BUDGET)) == 1

    budget(api, PLENTY)
    have_round(stack, api)
    assert signals(stack, BUDGET) == []
    eventually(lambda: titles(receiver)[-1].startswith("✅ Over: "), SECONDS, "it is told to be over")
    assert len([each for each in titles(receiver) if each.startswith("⚠️")]) == 1


def test_a_budget_that_cannot_be_read_is_told(stack: RunningStack, api: Api) -> None:
    policy(api, SELDOM)
    stack.execute("""UPDATE agent_state SET budget = '[{"unit": "tasks"}]'""")
    start(stack, api)
    assert agent(api)["trouble"]
    [signal] = signals(stack, BUDGET)
    assert "cannot be read, so nothing is created" in signal["title"]
    budget(api, PLENTY)
    have_round(stack, api)
    assert signals(stack, BUDGET) == []


def test_a_round_that_is_not_committed_raises_nothing(stack: RunningStack, api: Api) -> None:
    """Raised in the transaction of the decisions: no signal without its round, and no round without its signal."""
    policy(api, {**SELDOM, "sources_off": ["sec"]})
    budget(api, [{**LIMIT, "most": 1}])
    watch(api, "TA", "TB")
    start(stack, api)
    [signal] = stack.rows("SELECT xmin::text FROM alert_signals WHERE kind = %s", BUDGET)
    [round_] = stack.rows("SELECT xmin::text FROM agent_rounds ORDER BY number DESC LIMIT 1")
    assert signal == round_
