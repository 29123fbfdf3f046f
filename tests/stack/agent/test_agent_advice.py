"""A model advises the agent on the real stack: what it changes is in the ledger, and without it rounds go on."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.agent.work import RoundReport
from contracts.model_name import ModelName
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.session import Database
from services.agent.round import hold_round
from tests.sandbox_server import Sandbox
from tests.stack.agent.agents import (
    MINE,
    SELDOM,
    SETTINGS,
    agent,
    budget,
    decisions,
    have_round,
    leave_nothing,
    policy,
    round_number,
    wait_for_round,
    watch,
)
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack
from tests.support.light import Light
from workers.core.activities.adviser import ModelAdviser

MODEL = "openai/sandbox-model"
#: One of the four tickers has its turn in each round.
ONE = [{"scope": "all", "unit": "tasks", "most": 1, "window": "hour"}]
PRICES = {"MODEL_PRICE_INPUT": "1", "MODEL_PRICE_OUTPUT": "2"}


@pytest.fixture(scope="module")
def stack(light: Light, sources: Sandbox) -> Iterator[RunningStack]:
    """Its core asks the sandbox's model."""
    environment = {**SETTINGS, **sources.environment(), **PRICES, "CLAWDBOT_AGENT_ADVISER": MODEL}
    with light(environment) as running:
        running.wait_until_ready()
        policy(running.api, SELDOM)
        # The first round of all has no advice. It comes by itself: one that is asked for as well would come later, and
        # see some of the tickers of a test.
        before = round_number(running)
        running.api.http.post("/agent/resume").raise_for_status()
        wait_for_round(running, before)
        yield running


@pytest.fixture(autouse=True)
def scarce(stack: RunningStack, api: Api, sources: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four tickers, one task, an agent that waits to be asked; and this process may ask models, too."""
    sources.reset()
    for name, value in {**sources.environment(), **PRICES}.items():
        monkeypatch.setenv(name, value)
    policy(api, {**SELDOM, "sources_off": ["sec"]})
    budget(api, ONE)
    api.http.post("/agent/resume").raise_for_status()
    watch(api, "NVDA", "AAPL", "AMD", "MSFT")
    yield
    leave_nothing(stack, api)


def test_what_a_model_changed_is_in_the_ledger_with_its_reason_and_its_cost(
    stack: RunningStack, api: Api, sources: Sandbox
) -> None:
    number = have_round(stack, api)
    [crawl] = decisions(api, kind="crawl")
    assert (crawl["ticker"], crawl["round"]) == ("MSFT", number)
    assert crawl["reason"].startswith("Never collected")
    assert crawl["reason"].endswith(f"Moved from place 4 to 1 by {MODEL}: MSFT waits too long.")
    detail = api.http.get(f"/agent/decisions/{crawl['id']}").json()
    assert detail["choice"]["advice"] == {"before": 4, "after": 1, "by": MODEL, "reason": "MSFT waits too long"}

    [asked] = decisions(api, kind="advice")
    assert (asked["outcome"], asked["round"], asked["tasks"]) == ("advised", number, [])
    said = api.http.get(f"/agent/decisions/{asked['id']}").json()["choice"]
    assert [each["ticker"] for each in said["order"]] == ["MSFT", "AMD", "AAPL", "NVDA"]
    found = agent(api)
    assert found["last_round"]["advice"] == asked["reason"] == f"{MODEL} was asked about 4 needs and named 4."
    assert found["last_round"]["not_chosen"] == {"budget": 3, "not_due": 0, "off": 4}

    # Its real cost stands in the place of what was reserved, in its own budget.
    [request] = sources.requests("openai")
    assert request["user_agent"].startswith("AsyncOpenAI/Python")
    [reserved] = stack.rows("SELECT * FROM agent_reservations WHERE source = 'adviser'")
    assert 0 < reserved["tokens"] < reserved["estimate"]["tokens"]
    assert 0 < reserved["usd_micros"] < reserved["estimate"]["usd_micros"]
    used = {(each["limit"]["scope"], each["limit"]["unit"]): each["used"] for each in found["budget"]}
    assert used == {
        ("all", "tasks"): 1,
        ("adviser", "tokens"): reserved["tokens"],
        ("adviser", "usd_micros"): reserved["usd_micros"],
    }
    assert found["open_tasks"] == 1
    assert f"{MODEL} was asked about 4 needs" in clawdbot(stack, "agent", "status").stdout
    refused = api.http.post(f"/agent/decisions/{asked['id']}/undo")
    assert refused.json()["detail"] == "This decision has no task; there is nothing to undo."


def test_a_model_that_fails_costs_a_note_and_no_round(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.fault("openai", "status", status=500)
    have_round(stack, api)
    [crawl] = decisions(api, kind="crawl")
    assert crawl["ticker"] == "NVDA"
    assert "Moved" not in crawl["reason"]
    [asked] = decisions(api, kind="advice")
    assert asked["outcome"] == "no advice"
    note = "No advice: openai answered with an error of its own (500)."
    assert agent(api)["last_round"]["advice"] == asked["reason"] == note
    # Nobody knows what that took, so it counts as reserved.
    [reserved] = stack.rows("SELECT * FROM agent_reservations WHERE source = 'adviser'")
    assert reserved["tokens"] == reserved["estimate"]["tokens"]


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("model", "fault", "first", "note"),
    [
        ("sandbox-model", None, "MSFT", "was asked about 4 needs and named 4."),
        ("hostile", None, "MSFT", "was asked about 4 needs and named 4."),
        ("broken", None, "NVDA", "does not fit the structure."),
        ("sandbox-model", {"kind": "hang"}, "NVDA", "did not answer within 2 s."),
        ("sandbox-model", {"kind": "garbage"}, "NVDA", "could not be read."),
    ],
)
def test_whatever_it_says_the_round_is_one_that_fits(
    stack: RunningStack,
    api: Api,
    sources: Sandbox,
    provider: str,
    model: str,
    fault: dict[str, Any] | None,
    first: str,
    note: str,
) -> None:
    if fault:
        sources.fault(provider, **fault)
    adviser = ModelAdviser(ModelName(provider, model), timeout=2)
    number = round_number(stack) + 1
    report = ask(stack, number, adviser)
    assert report.tasks == 1
    assert [row["ticker"] for row in stack.rows(MINE)] == [first]
    last = agent(api)["last_round"]
    assert last["number"] == number
    assert last["advice"].endswith(note)
    # Repeated, it is the same round, and nobody is asked again.
    assert ask(stack, number, adviser) == report
    assert len(sources.requests(provider)) == 1


def test_no_advice_without_a_budget_for_it(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    budget(api, [*ONE, {"scope": "adviser", "unit": "tokens", "most": 2_000, "window": "day"}])
    have_round(stack, api)
    assert [row["ticker"] for row in stack.rows(MINE)] == ["NVDA"]
    note = agent(api)["last_round"]["advice"]
    assert note.startswith("No advice: The budget of 2,000 tokens per day (adviser) has 2,000 left; ")
    assert sources.requests("openai") == []
    assert decisions(api, kind="advice") == []


def test_no_advice_for_an_unknown_price(
    stack: RunningStack, api: Api, sources: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODEL_PRICE_INPUT")
    ask(stack, round_number(stack) + 1, ModelAdviser(ModelName("openai", "sandbox-model")))
    assert "the price of openai/sandbox-model is not known" in agent(api)["last_round"]["advice"]
    assert sources.requests("openai") == []


def test_nobody_is_asked_if_everything_fits(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    budget(api, [{**ONE[0], "most": 4}])
    have_round(stack, api)
    assert len(stack.rows(MINE)) == 4
    assert agent(api)["last_round"]["advice"] is None
    assert sources.requests("openai") == []


def ask(stack: RunningStack, number: int, adviser: ModelAdviser) -> RoundReport:
    """Have that round in this process, as core does."""

    async def held() -> RoundReport:
        engine = make_engine(stack.database_url, process="tests")
        try:
            return await hold_round(Database(engine, 30), settings_of(stack), number, adviser=adviser)
        finally:
            await engine.dispose()

    return asyncio.run(held())


def settings_of(stack: RunningStack) -> ServerSettings:
    values = {"database_url": stack.database_url, "jwt_secret": "x" * 32, "lease_secret": "x", "agent_adviser": MODEL}
    return ServerSettings.model_validate({**values, "freshness_targets": SETTINGS["CLAWDBOT_FRESHNESS_TARGETS"]})
