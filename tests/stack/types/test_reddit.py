"""Crawls of Reddit with comments, and over more than Reddit lists, on the real stack."""

from datetime import UTC, datetime
from typing import Any

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, eventually

#: Of no other test.
TICKER = "GOOGL"
CRAWL: dict[str, Any] = {
    "ticker": TICKER,
    "subreddits": ["options"],
    "date_range": {"from": "2026-02-10", "to": "2026-03-01"},
    "comments": 20,
}


def stored(stack: RunningStack) -> list[dict[str, Any]]:
    """The comments without what says which attempt fetched them when."""
    return stack.rows(
        "SELECT to_jsonb(c) - 'task_id' - 'attempt' - 'fetched_at' AS comment FROM reddit_comments c "
        "WHERE ticker = %s ORDER BY comment_id",
        TICKER,
    )


def test_a_killed_crawl_goes_on_with_the_comments_of_the_post_it_was_at(
    stack: RunningStack, api: Api, sources: Sandbox
) -> None:
    sources.reset()
    environment = sources.environment()
    with stack.worker("reddit_crawl", environment=environment):
        clean = api.wait_for(api.submit("reddit_crawl", CRAWL), "succeeded", seconds=60)
    rows, requests = stored(stack), len(sources.requests("reddit"))
    assert len(rows) == clean["result"]["comments_collected"] > 30
    assert clean["result"]["complete"] is True
    posts = stack.rows("SELECT reddit_id FROM reddit_posts_raw WHERE ticker = %s", TICKER)
    assert {row["comment"]["post_id"] for row in rows} <= {post["reddit_id"] for post in posts}
    page = api.http.get("/records/reddit_comments", params={"ticker": TICKER, "limit": 5}).json()["records"]
    times = [row["created_utc"] for row in page]
    assert (len(page), times) == (5, sorted(times, reverse=True))
    stack.rows("DELETE FROM reddit_comments WHERE ticker = %s RETURNING comment_id", TICKER)

    sources.reset()
    sources.fault("reddit", "delay", delay=0.3, path_contains="/comments/")
    with stack.worker("reddit_crawl", environment=environment) as first:
        id_ = api.submit("reddit_crawl", CRAWL, timeouts={"heartbeat_seconds": 3})
        eventually(lambda: len(stored(stack)) >= len(rows) / 3, 60, "a third of the comments is stored")
        first.kill()
    assert len(stored(stack)) < len(rows)
    with stack.worker("reddit_crawl", environment=environment):
        task = api.wait_for(id_, "succeeded", seconds=120)

    assert stored(stack) == rows
    assert task["result"]["comments_collected"] == len(rows)
    # It resumed: the second attempt did not fetch everything once more.
    assert len(sources.requests("reddit")) < 1.6 * requests


def test_a_crawl_says_how_far_back_it_reached_and_freshness_goes_no_further(
    stack: RunningStack, api: Api, sources: Sandbox
) -> None:
    sources.reset()
    sources.end_listings_after(210)
    # GME is of no other test.
    params = {"ticker": "GME", "date_range": {"from": "2026-01-05", "to": "2026-03-01"}}
    try:
        with stack.worker("reddit_crawl", environment=sources.environment()):
            result = api.wait_for(api.submit("reddit_crawl", params), "succeeded", seconds=60)["result"]
    finally:
        sources.reset()

    assert result["complete"] is False
    reached = datetime.fromisoformat(result["reached_back_to"])
    assert reached > datetime(2026, 1, 6, tzinfo=UTC)
    [(oldest, count)] = [
        (row["oldest"], row["count"])
        for row in stack.rows("SELECT min(created_utc) oldest, count(*) FROM reddit_posts_raw WHERE ticker = 'GME'")
    ]
    assert oldest < reached, "some older posts were found nevertheless"
    assert count == result["posts_collected"] > 210
    [fresh] = api.http.get("/freshness", params={"ticker": "GME"}).json()["freshness"]
    assert datetime.fromisoformat(fresh["covered_from"]) == reached
