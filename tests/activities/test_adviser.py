"""The model that advises the agent, with the providers' own libraries against the sandbox's models."""

import json
import subprocess
import sys
from typing import Any

import pytest

from agent.advice import question, reordered, understood
from agent.needs import Candidate, Need
from agent.scoring import rank
from contracts.agent.ranking import RankingWeights
from contracts.model_name import ModelName, parse_model_name
from services.agent.adviser import NoAdvice, Tokens
from tests.activities.models import ONLINE
from tests.sandbox_server import Sandbox
from workers.core.activities.adviser import ModelAdviser

#: What core has without the extra `adviser`: nothing of these is in `server`.
ONLY_OF_WORKERS = ("openai", "anthropic", "praw", "feedparser", "lxml", "cssselect", "trafilatura")


def needs() -> list[Need]:
    watched = {"AAPL": 30, "AMD": 20, "NVDA": 10}
    return rank([Candidate(each, "reddit", None, 24, watchers=n) for each, n in watched.items()], RankingWeights())


def adviser(provider: str, model: str = "sandbox-model", timeout: float = 5) -> ModelAdviser:
    return ModelAdviser(ModelName(provider, model), timeout)


@pytest.mark.parametrize("provider", ONLINE)
async def test_it_is_shown_the_needs_and_answers_with_an_order(sandbox: Sandbox, provider: str) -> None:
    data = question(needs())
    asked = adviser(provider)
    most = asked.at_most(data)
    answer = await asked.ask(data)
    advised = understood(answer.text, needs(), asked.name)
    assert [each.candidate.ticker for each in reordered(needs(), advised)] == ["NVDA", "AMD", "AAPL"]
    assert advised.order["NVDA", "reddit"] == "NVDA waits too long"
    assert 0 < answer.tokens.sent <= most.sent
    assert 0 < answer.tokens.answered <= most.answered
    [sent] = sandbox.requests(provider)
    assert sent["path"].endswith(("/chat/completions", "/messages"))
    body = sandbox.prompts()[-1]
    assert body.get("max_completion_tokens", body.get("max_tokens")) == most.answered
    assert json.dumps(body["messages"][-1]["content"]) == json.dumps(data)


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"kind": "hang"}, "did not answer within 2 s"),
        ({"kind": "delay", "delay": 30}, "did not answer within 2 s"),
        ({"kind": "status", "status": 500}, "answered with an error of its own"),
        ({"kind": "status", "status": 429}, "asked core to slow down"),
        ({"kind": "reset"}, "failed|could not be read"),
        ({"kind": "garbage"}, "could not be read"),
    ],
)
async def test_a_model_that_fails_gives_no_advice(
    sandbox: Sandbox, provider: str, fault: dict[str, Any], sentence: str
) -> None:
    sandbox.fault(provider, **fault)
    with pytest.raises(NoAdvice, match=sentence):
        await adviser(provider, timeout=2).ask(question(needs()))
    # Once: a round does not wait for another try.
    assert len(sandbox.requests(provider)) == 1


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize("model", ["broken", "clumsy"])
async def test_an_answer_that_does_not_fit_is_not_understood(provider: str, model: str) -> None:
    answer = await adviser(provider, model).ask(question(needs()))
    with pytest.raises(ValueError, match="validation error"):
        understood(answer.text, needs(), model)


@pytest.mark.parametrize("provider", ONLINE)
async def test_a_hostile_answer_is_an_order_and_short_reasons(provider: str) -> None:
    answer = await adviser(provider, "hostile").ask(question(needs()))
    advised = understood(answer.text, needs(), "hostile")
    assert [place[0] for place in advised.order] == ["NVDA", "AMD", "AAPL"]
    assert all(reason.isprintable() and len(reason) <= 160 for reason in advised.order.values())


@pytest.mark.parametrize("provider", ONLINE)
async def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, provider: str
) -> None:
    variable = f"{provider.upper()}_API_KEY"
    monkeypatch.setenv(variable, "refused")
    with pytest.raises(NoAdvice, match=f"refuses core's key.*Check {variable}"):
        await adviser(provider).ask(question(needs()))
    monkeypatch.delenv(variable)
    with pytest.raises(NoAdvice, match=f"{variable} is not set for core"):
        adviser(provider).at_most("")
    monkeypatch.setitem(sys.modules, provider, None)
    with pytest.raises(NoAdvice, match=r"Install clawdbot\[adviser\]"):
        adviser(provider).at_most("")
    # At the start of core, too.
    assert f"The agent goes without advice: core has no library for {provider}" in caplog.text


@pytest.mark.processes
def test_core_starts_without_the_libraries_of_models() -> None:
    blocked = "; ".join(f"sys.modules[{each!r}] = None" for each in ONLY_OF_WORKERS)
    code = (
        f"import sys; {blocked}; import workers.core.main; from workers.core.activities.adviser import ModelAdviser; "
        "from contracts.model_name import parse_model_name; ModelAdviser(parse_model_name('openai/some'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "core has no library for openai" in done.stderr


def test_prices_are_rounded_up_and_may_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert adviser("openai", "gpt-4.1-mini").usd_micros(Tokens(1_001, 10)) == 417
    assert adviser("openai").usd_micros(Tokens(1, 1)) is None
    monkeypatch.setenv("MODEL_PRICE_INPUT", "0")
    monkeypatch.setenv("MODEL_PRICE_OUTPUT", "0")
    assert adviser("openai").usd_micros(Tokens(1, 1)) == 0
    monkeypatch.setenv("MODEL_PRICE_OUTPUT", "cheap")
    with pytest.raises(NoAdvice, match="MODEL_PRICE_OUTPUT on core must be a number"):
        adviser("openai").usd_micros(Tokens(1, 1))


def test_the_setting_names_a_provider_and_a_model() -> None:
    assert parse_model_name("") is None
    assert parse_model_name("anthropic/claude-haiku-4-5") == ("anthropic", "claude-haiku-4-5")
    assert parse_model_name("openai/meta/llama-3") == ("openai", "meta/llama-3")
    for wrong in ("openai", "openai/", "gpt-4.1", "x/gpt", "openai/a b"):
        with pytest.raises(ValueError, match="must be like openai"):
            parse_model_name(wrong)
