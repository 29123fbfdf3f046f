"""What X refuses, limits and charges."""

import time
from typing import Any

import pytest

from contracts.errors import (
    BadSourceReply,
    CredentialsMissing,
    CredentialsRefused,
    InvalidParams,
    QuotaUsedUp,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from contracts.tasks.results import XCost
from sandbox.x.routes import REFUSED
from tests.activities.recording_context import RecordingContext
from tests.activities.x.searching import DAYS, answers, crawl, four_days, ids, stored, x_post
from tests.sandbox_server import NOW, Sandbox, running_sandbox


async def test_what_is_left_of_the_allowance_is_spread_over_the_rest_of_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_sandbox(x_quota=2, x_window=1.0) as scarce:
        for variable, value in scarce.environment().items():
            monkeypatch.setenv(variable, value)

        result, context = await crawl(**DAYS)

        requests = scarce.requests("x")
        assert len(requests) > 2, "more than one window allows"
        assert {request["status"] for request in requests} == {200}, "no request was refused"
        assert result.requests == len(requests)
        assert ids(four_days(scarce)) == sorted(stored(context), key=int, reverse=True)
        assert any(step.startswith("rate limited by X, going on in") for step in context.steps)


async def test_a_used_up_allowance_is_left_to_temporal_before_x_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sandbox(x_quota=2, x_window=900) as scarce:
        for variable, value in scarce.environment().items():
            monkeypatch.setenv(variable, value)
        context = RecordingContext(NOW)

        with pytest.raises(RateLimited) as caught:
            await crawl(context, **DAYS)

        assert 60 < (caught.value.retry_after or 0) <= 901
        assert {request["status"] for request in scarce.requests("x")} == {200}
        assert len(context.checkpoints) == len(scarce.requests("x")) >= 1


FAILURES: list[tuple[dict[str, Any], type[TaskError], str]] = [
    ({"kind": "status", "status": 401}, CredentialsRefused, "X_BEARER_TOKEN"),
    ({"kind": "status", "status": 403}, CredentialsRefused, "X_BEARER_TOKEN.*client-not-enrolled"),
    ({"kind": "status", "status": 402}, QuotaUsedUp, "buy credit"),
    ({"kind": "status", "status": 418}, BadSourceReply, "418"),
    ({"kind": "status", "status": 500}, SourceUnavailable, "500"),
    ({"kind": "status", "status": 503}, SourceUnavailable, "503"),
    ({"kind": "garbage"}, BadSourceReply, "could not be read"),
    ({"kind": "reset"}, SourceUnavailable, "connection"),
    ({"kind": "hang"}, SourceUnavailable, "within 0.2 s"),
]


@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_a_failure_is_told_and_the_next_attempt_goes_on(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], error: type[TaskError], says: str
) -> None:
    if fault["kind"] == "hang":
        monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "0.2")
    sandbox.fault("x", **fault, after=2, times=1)
    first = RecordingContext(NOW)

    with pytest.raises(error, match=says) as caught:
        await crawl(first, **DAYS)
    assert "sandbox-x-token" not in str(caught.value)
    assert len(sandbox.requests("x")) == 3
    assert first.stores == [100, 100]

    monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "15")
    result, second = await crawl(RecordingContext(NOW, table=first.table, cursor=first.cursor), **DAYS)
    assert list(stored(second)) == ids(four_days(sandbox))
    assert result.posts_collected == result.new == len(four_days(sandbox))


async def test_a_query_that_x_does_not_take(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidParams, match=r"no viable alternative at input 'bad:thing'") as caught:
        await crawl(query="$NVDA bad:thing")

    assert type(caught.value) is InvalidParams
    assert len(sandbox.requests("x")) == 1


async def test_missing_and_refused_credentials(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_BEARER_TOKEN")
    with pytest.raises(CredentialsMissing, match=r"^X_BEARER_TOKEN is not set"):
        await crawl()
    assert sandbox.requests("x") == []

    monkeypatch.setenv("X_BEARER_TOKEN", REFUSED)
    with pytest.raises(CredentialsRefused, match="X_BEARER_TOKEN"):
        await crawl()


async def test_what_x_sends_costs_whether_it_is_kept_or_not(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(sandbox, *(x_post(id_, "$NVDA") for id_ in range(1, 11)), originals=[{"id": "90", "text": "before"}])

    result, _ = await crawl(limit=1)
    assert result.posts_collected == 1
    assert result.cost == XCost(posts=11, users=2, usd=0.075)

    monkeypatch.setenv("X_PRICE_POST_USD", "0")
    monkeypatch.setenv("X_PRICE_USER_USD", "0")
    assert (await crawl(limit=1))[0].cost == XCost(posts=11, users=2, usd=0)


async def test_a_cap_of_the_month_is_final_and_named(sandbox: Sandbox) -> None:
    body = {
        "account_id": 1, "product_name": "standard-basic", "title": "UsageCapExceeded", "period": "Monthly",
        "scope": "Product", "detail": "Usage cap exceeded: Monthly product cap",
        "type": "https://api.twitter.com/2/problems/usage-capped",
    }  # fmt: skip
    sandbox.fault("x", "reply", status=429, body=body)

    with pytest.raises(QuotaUsedUp, match=r"used up \(monthly\).*Monthly product cap") as caught:
        await crawl()

    assert not caught.value.retryable
    assert len(sandbox.requests("x")) == 1


@pytest.mark.parametrize("who", ["user", "app"])
async def test_of_two_allowances_the_one_that_is_used_up_says_how_long(sandbox: Sandbox, who: str) -> None:
    """The quarter of an hour is over soon, the day is not: asking again before is refused again."""
    day, soon = int(time.time() + 40_000), int(time.time() + 60)
    headers = {f"x-{who}-limit-24hour-remaining": "0", f"x-{who}-limit-24hour-reset": str(day)}
    headers |= {"x-rate-limit-remaining": "5", "x-rate-limit-reset": str(soon)}
    sandbox.fault("x", "reply", status=429, headers=headers, body={"title": "Too Many Requests"})

    with pytest.raises(RateLimited) as caught:
        await crawl()

    assert 39_000 < (caught.value.retry_after or 0) <= 40_000
    assert len(sandbox.requests("x")) == 1


async def test_errors_instead_of_posts_are_told_in_x_s_words(sandbox: Sandbox) -> None:
    sandbox.fault("x", "reply", body={"errors": [{"title": "Service Unavailable", "detail": "Try the archive."}]})

    with pytest.raises(BadSourceReply, match=r"X says: Try the archive\."):
        await crawl()
