"""What the agent would collect next, after a real crawl and with settings from the environment."""

from contracts.agent.ranking import RankingWeights
from tests.http.records.ranked import TARGETS, needs, put, ranking
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack


def test_settings_are_followed(stack: RunningStack, api: Api) -> None:
    stack.wait_until_ready()
    put(api, "RKNEW")
    answer = ranking(api, ticker="RKNEW")
    assert answer["targets"] == TARGETS
    assert answer["weights"] == RankingWeights(cost=1.5).model_dump()
    assert {each["source"]: each["target_hours"] for each in answer["ranking"]} == TARGETS
    api.http.delete("/tickers/RKNEW")


def test_a_real_crawl_changes_the_ranking(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    # No other test of this stack crawls it: what covers now would make it fresh.
    crawl = {"ticker": "META", "subreddits": ["stocks"], "date_range": {"from": "2026-02-01", "to": "2026-02-20"}}
    put(api, "META", watchers=5)
    waiting = api.submit("reddit_crawl", crawl)
    assert needs(api, ticker="META")["META", "reddit"]["in_hand"]
    assert not needs(api, ticker="META")["META", "news"]["in_hand"]
    with stack.worker("reddit_crawl", environment=sources.environment()):
        done = api.wait_for(waiting, "succeeded", seconds=60)
    found = needs(api, ticker="meta")["META", "reddit"]
    # One subreddit of a time long ago is no coverage of now: it stays due, and its yield is known.
    assert (found["in_hand"], found["due"]) == (False, True), found
    assert done["result"]["new"] > 0
    assert f"{done['result']['new']:,} new rows per run" in found["why"]
    api.http.delete("/tickers/META")
