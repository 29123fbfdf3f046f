"""`twitter_crawl` against the sandbox's X: which posts, page by page, and from where it goes on."""

import html
from datetime import timedelta
from typing import Any

import pytest

from activities.twitter_crawl import END_MARGIN
from contracts.records.rows import SocialPost
from sandbox.x.posts import XPost
from tests.activities.recording_context import RecordingContext, Table
from tests.activities.x.searching import DAYS, WEEK, crawl, expected, four_days, ids, stored
from tests.sandbox_server import NOW, Sandbox


async def test_a_clean_run_stores_what_x_has(sandbox: Sandbox) -> None:
    result, context = await crawl()

    wanted = expected(sandbox)
    assert list(stored(context)) == ids(wanted)
    assert result.posts_collected == result.new == len(wanted) > 300
    assert result.duplicates == 0
    assert result.pages == result.requests == len(sandbox.requests("x")) == -(-len(wanted) // 100)
    days = [post.created.date() for post in wanted]
    assert (result.date_range_actual.from_, result.date_range_actual.to) == (min(days), max(days))
    assert result.left_out is None
    assert context.percents == sorted(context.percents)
    assert context.percents[-1] == 100
    assert context.counters["posts_collected"] == len(wanted)
    for post in wanted:
        _assert_same(stored(context)[str(post.id)], post)
    assert {row.author is None for row in stored(context).values()} == {True, False}


def _assert_same(row: SocialPost, post: XPost) -> None:
    assert (row.ticker, row.network, row.url) == ("NVDA", "x", f"https://x.com/i/web/status/{post.id}")
    assert (row.author_id, row.author, row.lang) == (post.author_id, post.username, post.lang)
    assert row.text == post.text.replace("\x00", "") == html.unescape(row.text)
    assert (row.likes, row.reposts, row.replies, row.quotes) == (post.likes, post.reposts, post.replies, post.quotes)
    assert row.created_utc == post.created
    answered = [{"type": "replied_to", "id": str(post.reply_to)}] if post.reply_to else None
    assert row.raw.get("referenced_tweets") == answered


async def test_x_is_asked_as_documented(sandbox: Sandbox) -> None:
    await crawl(limit=1, query="gpus $NVDA lang:en")

    [request] = sandbox.requests("x")
    assert (request["path"], request["authorized"]) == ("/x/2/tweets/search/recent", True)
    assert request["query"] == {
        "query": "gpus $NVDA lang:en",
        "max_results": "10",
        "start_time": "2026-02-23T00:00:30Z",
        "end_time": "2026-03-01T23:59:45Z",
        "tweet.fields": "created_at,lang,public_metrics,author_id,referenced_tweets,note_tweet,article,entities",
        "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
        "user.fields": "username",
    }


@pytest.mark.parametrize("ticker", ["BRK.B", "BRK-B"])
async def test_a_share_class_follows_a_dot_at_x(sandbox: Sandbox, ticker: str) -> None:
    _, context = await crawl(ticker=ticker)

    assert sandbox.requests("x")[0]["query"]["query"] == "$BRK.B -is:retweet"
    assert {row.ticker for row in stored(context).values()} == {"BRK.B"}


async def test_what_x_cannot_search_is_left_out_and_said(sandbox: Sandbox) -> None:
    result, context = await crawl(date_range={"last_days": 30})

    assert list(stored(context)) == ids(expected(sandbox))
    assert result.left_out == "X searches 7 days back: posts before 2026-02-23 00:00 UTC were left out."
    assert result.left_out in context.steps


async def test_a_range_before_all_of_that_asks_nothing(sandbox: Sandbox) -> None:
    result, _ = await crawl(date_range={"from": "2026-01-01", "to": "2026-01-31"})

    assert (result.posts_collected, result.pages) == (0, 0)
    assert result.left_out
    assert sandbox.requests("x") == []


async def test_nothing_found() -> None:
    result, context = await crawl(ticker="ZZZZ")

    assert (result.posts_collected, result.pages, result.date_range_actual.to) == (0, 1, None)
    assert context.stores == []
    assert context.percents == [100]


async def test_pages_up_to_the_limit(sandbox: Sandbox) -> None:
    result, context = await crawl(**DAYS | {"limit": 205})

    assert list(stored(context)) == ids(four_days(sandbox)[:205])
    assert result.posts_collected == 205
    assert context.stores == [100, 100, 5]
    assert [request["query"]["max_results"] for request in sandbox.requests("x")] == ["100", "100", "10"]


async def test_resumed_at_the_end_it_asks_nothing(sandbox: Sandbox) -> None:
    clean, first = await crawl(**DAYS)
    asked = len(sandbox.requests("x"))

    result, _ = await crawl(RecordingContext(NOW, cursor=first.cursor), **DAYS)

    assert result == clean
    assert len(sandbox.requests("x")) == asked


async def test_a_token_that_x_forgot_is_done_without(sandbox: Sandbox) -> None:
    clean, reference = await crawl(**DAYS)
    cursor = reference.checkpoints[1] | {"next_token": "forgotten"}
    table = Table()
    table.store(list(reference.table.rows.values())[:200])
    sandbox.reset()

    result, second = await crawl(RecordingContext(NOW, table=table, cursor=cursor), **DAYS)

    assert table.rows == reference.table.rows
    assert (result.posts_collected, result.duplicates) == (clean.posts_collected, 0)
    assert [request["status"] for request in sandbox.requests("x")][:2] == [400, 200]
    assert "X does not take the place where it stood, searching on below the oldest post" in second.steps


async def test_a_start_that_x_no_longer_reaches_is_done_without(sandbox: Sandbox) -> None:
    yesterday = NOW - timedelta(days=1)

    result, context = await crawl(RecordingContext(yesterday))

    assert list(stored(context)) == ids(expected(sandbox, WEEK, yesterday - END_MARGIN))
    assert result.left_out == (
        "X searches 7 days back from each request: not all since 2026-02-22 00:00 UTC was found."
    )


@pytest.mark.parametrize("cursor", [{"result": 3}, {"oldest": "yesterday"}, {"subreddit": 2, "after": "t3_x"}])
async def test_a_cursor_of_another_shape_starts_from_the_beginning(sandbox: Sandbox, cursor: dict[str, Any]) -> None:
    _, context = await crawl(RecordingContext(NOW, cursor=cursor), **DAYS)

    assert list(stored(context)) == ids(four_days(sandbox))
