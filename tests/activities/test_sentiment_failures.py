"""How asking a model for `ai_sentiment` may fail, and what that has cost."""

from typing import Any

import pytest

from activities.models.settings import ModelSettings
from contracts.errors import (
    CredentialsMissing,
    CredentialsRefused,
    QuotaUsedUp,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from llm.chat import BadModelReply
from llm.refusals import refusal
from tests.activities.models import ONLINE, use
from tests.activities.scoring import THREE, context_with, openai_says, score
from tests.sandbox_server import Sandbox


@pytest.mark.parametrize("code", ["insufficient_quota", "billing_hard_limit_reached"])
async def test_an_account_without_credit_is_final(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, code: str) -> None:
    use(monkeypatch, "openai")
    error = {"message": "Please check your plan and billing details.", "type": code, "code": code}
    sandbox.fault("openai", "reply", status=429, body={"error": error})

    with pytest.raises(QuotaUsedUp, match="out of credit") as caught:
        await score(context_with(THREE))

    assert not caught.value.retryable
    assert len(sandbox.requests("openai")) == 1


_GEMINI = "You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: {}"
REFUSALS: list[tuple[str, str, float | None]] = [
    (_GEMINI.format("requests, limit: 15. Please retry in 38.5s."), "RateLimited", 38.5),
    (_GEMINI.format("requests, limit: 0. Please retry in 38.5s."), "QuotaUsedUp", None),
    (_GEMINI.format("GenerateRequestsPerDayPerProject, limit: 50. Please retry in 38.5s."), "QuotaUsedUp", None),
    ("You exceeded your current quota, please check your plan.", "QuotaUsedUp", None),
    ("Rate limit reached for gpt-5 on tokens per min (TPM). Please try again in 9.816s.", "RateLimited", 9.816),
    ("Rate limit reached on tokens per day (TPD). Please try again in 1h2m3s.", "RateLimited", 3723.0),
    ("Rate limit reached. Please try again in 880ms.", "RateLimited", None),
    ("Request too large for gpt-5 on tokens per min (TPM): Limit 30000, Requested 36055.", "RequestRefused", None),
]


@pytest.mark.parametrize(("said", "error", "wait"), REFUSALS)
def test_whether_waiting_helps_is_read_in_the_sentence(said: str, error: str, wait: float | None) -> None:
    found = refusal("openai", 429, None, said)
    assert (type(found).__name__, found.retry_after) == (error, wait)


async def test_what_a_failed_attempt_paid_is_counted_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai", "gpt-4o-mini")
    openai_says(sandbox, "no answer at all", times=2)
    first = context_with(THREE)
    with pytest.raises(BadModelReply):
        await score(first)

    result = await score(context_with(THREE, table=first.table, cursor=first.cursor))

    assert (result.posts_scored, result.cost.calls) == (3, 3)
    assert result.cost.input_tokens > 200


async def test_an_unknown_price_is_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "openai")
    assert (await score(context_with(THREE))).cost.usd is None
    # Of all that its provider lists, dated names included.
    for provider, model in (
        ("openai", "gpt-4o-mini"),
        ("openai", "gpt-4.1-nano"),
        ("anthropic", "claude-haiku-4-5-20251001"),
    ):
        use(monkeypatch, provider, model)
        assert (await score(context_with(THREE))).cost.usd


@pytest.mark.parametrize(
    ("model", "tokens", "dollars"),
    [
        # The tokens of a long request are dearer, all of them; those of many short ones are not.
        ("claude-sonnet-4-5", 10_000, 0.03 + 0.015), ("claude-sonnet-4-5", 300_000, 1.8 + 0.0225),
        ("gpt-4o-mini", 10_000, 0.0015 + 0.0006), ("gpt-4o-mini", 0, 0.0006),
    ],
)  # fmt: skip
def test_a_short_request_is_not_paid_as_a_long_one(model: str, tokens: int, dollars: float) -> None:
    assert ModelSettings.from_environment().usd(model, tokens, 1_000) == pytest.approx(dollars)


FAILURES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "status", "status": 401}, "CredentialsRefused", "_API_KEY"),
    ({"kind": "status", "status": 403}, "CredentialsRefused", "_API_KEY"),
    ({"kind": "status", "status": 404}, "NotFound", "_MODEL"),
    ({"kind": "status", "status": 400}, "RequestRefused", "MODEL_CONTEXT_CHARS"),
    ({"kind": "status", "status": 429, "retry_after": 300}, "RateLimited", "slow down"),
    ({"kind": "status", "status": 500}, "SourceUnavailable", "500"),
    ({"kind": "status", "status": 503}, "SourceUnavailable", "503"),
    ({"kind": "garbage"}, "BadModelReply", "could not be read"),
    ({"kind": "reset"}, "SourceUnavailable", "connection"),
    ({"kind": "hang"}, "SourceUnavailable", "within 0.3 s"),
]
RETRYABLE = {RateLimited.__name__, SourceUnavailable.__name__, "BadModelReply"}


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_failures_are_told_apart_and_never_retried_inside(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str, fault: dict[str, Any], error: str, says: str
) -> None:
    use(monkeypatch, provider)
    if fault["kind"] == "hang":
        monkeypatch.setenv("MODEL_TIMEOUT_SECONDS", "0.3")
    sandbox.fault(provider, **fault)

    with pytest.raises(TaskError, match=says) as caught:
        await score(context_with(THREE))

    assert type(caught.value).__name__ == error
    assert caught.value.retryable == (error in RETRYABLE)
    assert caught.value.retry_after == fault.get("retry_after")
    assert len(sandbox.requests(provider)) == 1
    assert "sandbox-key" not in str(caught.value)


@pytest.mark.parametrize("provider", ONLINE)
async def test_keys(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider)
    variable = f"{provider.upper()}_API_KEY"
    monkeypatch.setenv(variable, "refused")
    with pytest.raises(CredentialsRefused, match=variable):
        await score(context_with(THREE))
    monkeypatch.delenv(variable)
    with pytest.raises(CredentialsMissing, match=variable):
        await score(context_with(THREE))


async def test_settings_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_PROVIDER", "oracle")
    with pytest.raises(CredentialsMissing, match="offline, openai, anthropic"):
        await score(context_with(THREE))
    monkeypatch.setenv("MODEL_PROVIDER", "offline")
    monkeypatch.setenv("MODEL_CONTEXT_CHARS", "many")
    with pytest.raises(CredentialsMissing, match="MODEL_CONTEXT_CHARS"):
        await score(context_with(THREE))
