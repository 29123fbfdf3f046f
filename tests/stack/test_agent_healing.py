"""What the agent does about failures, on the real stack: a smaller range, peace for a sick source, one probe."""

from typing import Any

from contracts.errors import BadSourceReply, SourceUnavailable
from tests.sandbox_server import Sandbox
from tests.stack.agents import (
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
