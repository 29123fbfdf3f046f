"""What the agent does about failures, on the real stack: smaller, elsewhere, peace for a sick source, one probe."""

from typing import Any

from contracts.errors import BadSourceReply, CredentialsRefused, SourceUnavailable
from tests.sandbox_server import Sandbox
from tests.stack.agent.agents import (
    MINE,
    PLENTY,
    SELDOM,
    budget,
    check_ledger,
    clean,
    decisions,
    have_round,
    policy,
    stack,
    start,
    watch,
)
from tests.stack.harness import Api, RunningStack

__all__ = ["clean", "stack"]

TICKERS = ("NVDA", "AAPL", "TSLA")
ONLY_REDDIT: dict[str, Any] = {**SELDOM, "sources_off": ["sec"]}
#: Three that are refused are no sick source yet.
STURDY: dict[str, Any] = {**ONLY_REDDIT, "sick_after_tickers": 10}
SEARCH = "/search"


def fail(api: Api, ticker: str) -> dict[str, Any]:
    """A person's crawl of it that fails."""
    return api.wait_for(api.submit("reddit_crawl", {"ticker": ticker}, retry={"max_attempts": 1}), "failed", seconds=60)


def test_what_failed_is_tried_again_smaller(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, "NVDA")
    policy(api, ONLY_REDDIT)
    budget(api, PLENTY)
    with stack.worker("reddit_crawl", environment=sources.environment()):
        sources.fault("reddit", "garbage", path_contains=SEARCH)
        failed = fail(api, "NVDA")
        assert failed["error"]["type"] == BadSourceReply.__name__
        sources.reset()
        start(stack, api)
        [retry] = decisions(api)
        done = api.wait_for(retry["tasks"][0]["id"], "succeeded", seconds=60)
    assert (retry["kind"], retry["ticker"]) == ("retry", "NVDA")
    assert done["params"]["limit"] == failed["params"]["limit"] // 4
    detail = api.http.get(f"/agent/decisions/{retry['id']}").json()
    assert (detail["choice"]["strategy"], failed["id"] in str(detail["choice"])) == ("smaller", True)
    check_ledger(stack)


def test_a_sick_source_is_left_in_peace_and_probed_by_one_task(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, *TICKERS)
    policy(api, ONLY_REDDIT)
    budget(api, PLENTY)
    with stack.worker("reddit_crawl", environment=sources.environment()):
        sources.fault("reddit", "status", status=503, path_contains=SEARCH)
        assert {fail(api, each)["error"]["type"] for each in TICKERS} == {SourceUnavailable.__name__}
        start(stack, api)
        assert stack.rows(MINE) == [], "all three are due, and none is asked for"

        policy(api, {**ONLY_REDDIT, "probe_after_minutes": 1 / 600, "longest_probe_minutes": 1 / 600})
        have_round(stack, api)
        [probe] = decisions(api)
        assert probe["kind"] == "probe"
        have_round(stack, api)
        assert len(stack.rows(MINE)) == 1, "one probe at a time"
        sources.reset()
        api.wait_for(probe["tasks"][0]["id"], "succeeded", seconds=90)
        have_round(stack, api)
        rest = [each for each in decisions(api) if each["id"] != probe["id"]]
        assert {each["ticker"] for each in rest} == {*TICKERS} - {probe["ticker"]}
        for each in rest:
            api.wait_for(each["tasks"][0]["id"], "succeeded", seconds=60)
    check_ledger(stack)


def fail_by_credentials(api: Api, sources: Sandbox) -> None:
    """The source refuses the worker, whoever is asked for; afterwards it would not."""
    sources.fault("reddit", "status", status=401, path_contains="access_token")
    assert {fail(api, each)["error"]["type"] for each in TICKERS} == {CredentialsRefused.__name__}
    sources.reset()


def test_what_one_worker_failed_another_one_does(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, *TICKERS)
    policy(api, STURDY)
    budget(api, PLENTY)
    with stack.worker("reddit_crawl", environment=sources.environment(), concurrency=4) as failed:
        fail_by_credentials(api, sources)
        with stack.worker("reddit_crawl", environment=sources.environment(), concurrency=1) as other:
            start(stack, api)
            retries = decisions(api)
            assert {each["kind"] for each in retries} == {"retry"}
            done = [api.wait_for(each["tasks"][0]["id"], "succeeded", seconds=60) for each in retries]
            # The one to avoid has four slots free, and the other one does them one after the other.
            assert [each["worker"] for each in done] == [other.name] * len(TICKERS)
        # It is kept from nothing once they are over.
        crawl = api.wait_for(api.submit("reddit_crawl", {"ticker": "AMD"}), "succeeded", seconds=60)
        assert crawl["worker"] == failed.name
    detail = api.http.get(f"/agent/decisions/{retries[0]['id']}").json()
    assert detail["choice"]["avoid_worker_id"] == failed.id
    check_ledger(stack)


def test_where_there_is_no_other_worker_the_same_one_does_it(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, *TICKERS)
    policy(api, STURDY)
    budget(api, PLENTY)
    with stack.worker("reddit_crawl", environment=sources.environment()) as alone:
        fail_by_credentials(api, sources)
        start(stack, api)
        retries = decisions(api)
        assert [each["kind"] for each in retries] == ["retry"] * len(TICKERS)
        done = [api.wait_for(each["tasks"][0]["id"], "succeeded", seconds=30) for each in retries]
    assert {each["worker"] for each in done} == {alone.name}
    check_ledger(stack)
