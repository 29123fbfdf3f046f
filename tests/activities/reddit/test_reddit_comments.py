"""`reddit_crawl` with comments, through the real PRAW."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.reddit_crawl import reddit_crawl
from activities.sources.reddit.threads import MOST_REQUESTS
from contracts.errors import BadSourceReply, RateLimited, SourceUnavailable, TaskError
from contracts.params.crawl import RedditCrawlParams
from contracts.records.rows import RedditComment, RedditPost
from contracts.tasks.results import RedditCrawlResult
from sandbox.reddit.comments import Comment, comments_of
from sandbox.reddit.posts import Post
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.sandbox_server import NOW, Sandbox

#: Enough for posts with long threads.
MANY: dict[str, Any] = {"date_range": {"last_days": 12}}


async def crawl(context: RecordingContext, **changes: Any) -> RedditCrawlResult:
    params = {"ticker": "NVDA", "subreddits": ["stocks"], "date_range": {"last_days": 3}, "comments": 40} | changes
    return await reddit_crawl(context, RedditCrawlParams.model_validate(params))


def posts(context: RecordingContext) -> list[RedditPost]:
    return [row for row in context.table.rows.values() if isinstance(row, RedditPost)]


def comments(context: RecordingContext) -> dict[str, RedditComment]:
    return {row.comment_id: row for row in context.table.rows.values() if isinstance(row, RedditComment)}


def post_of(sandbox: Sandbox, id_: str) -> Post:
    post = sandbox.posts.by_id(id_)
    assert post is not None
    return post


async def test_none_are_read_unless_asked_for(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)
    result = await crawl(context, comments=0)
    assert result.comments_collected == 0
    assert "comments_collected" not in context.counters
    assert comments(context) == {}
    assert not any("comments" in request["path"] for request in sandbox.requests("reddit"))


async def test_each_post_gets_its_comments_up_to_the_bound(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)

    result = await crawl(context, **MANY)

    rows = comments(context)
    kept = Counter(row.post_id for row in rows.values())
    assert len(posts(context)) > 10
    for row in posts(context):
        assert kept[row.reddit_id] == min(row.num_comments, 40), row
    assert max(kept.values()) == 40
    assert result.comments_collected == len(rows) == context.counters["comments_collected"]
    assert result.new == len(rows) + result.posts_collected
    assert any(step.startswith("comments (") for step in context.steps)
    assert result.requests == len(sandbox.requests("reddit"))


async def test_a_row_holds_what_reddit_says(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)
    await crawl(context, **MANY | {"comments": 200})

    rows = comments(context)
    real = {comment.id: comment for row in posts(context) for comment in comments_of(post_of(sandbox, row.reddit_id))}
    assert rows.keys() <= real.keys()
    assert {row.depth for row in rows.values()} > {0, 1, 2}
    for id_, row in rows.items():
        _assert_same(row, real[id_])


def _assert_same(row: RedditComment, comment: Comment) -> None:
    assert (row.post_id, row.parent_id, row.depth) == (comment.post.id, comment.parent, comment.depth)
    assert (row.score, row.subreddit, row.created_utc.timestamp()) == (comment.score, "stocks", comment.created)
    gone = comment.removed_by is not None
    assert row.raw["gone"] is gone
    assert (row.author, row.body) == ((None, "") if gone else (comment.author, comment.body))


async def test_deleted_and_removed_comments_keep_their_place_only(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)
    await crawl(context, **MANY)
    gone = [row for row in comments(context).values() if row.raw["gone"]]
    assert len(gone) > 3
    assert {(row.author, row.body) for row in gone} == {(None, "")}
    assert any(row.parent_id for row in gone)


async def test_what_reddit_leaves_out_is_asked_for_in_a_bounded_number_of_requests(sandbox: Sandbox) -> None:
    # A post that has more comments than come with it.
    biggest = max(sandbox.posts.of("stocks"), key=lambda post: post.comments if "NVDA" in post.tickers else 0)
    assert biggest.comments > 800
    day = datetime.fromtimestamp(biggest.created, UTC).date().isoformat()
    context = RecordingContext(NOW)

    await crawl(context, comments=1_000, date_range={"from": day, "to": day})

    rows = [row for row in comments(context).values() if row.post_id == biggest.id]
    more = [request for request in sandbox.requests("reddit") if request["path"].startswith("/api/morechildren")]
    print(f"\n{len(rows)} of {biggest.comments} comments in {1 + len(more)} requests")
    assert len(rows) > 800, "all but those too deep down"
    assert {request["method"] for request in more} == {"POST"}
    assert 1 < len(more) <= MOST_REQUESTS


def _thing(id_: str, parent: str, depth: int, answers: list[dict[str, Any]]) -> dict[str, Any]:
    data = {
        "id": id_, "link_id": "t3_p", "parent_id": parent, "subreddit": "stocks", "body": f"{id_} says", "depth": depth,
        "author": "[deleted]", "created_utc": NOW.timestamp(), "replies": {"data": {"children": answers}},
        # Hidden for the first hours.
        "score": None,
    }  # fmt: skip
    return {"kind": "t1", "data": data}


async def test_a_thread_that_goes_on_on_a_page_of_its_own_is_followed(sandbox: Sandbox) -> None:
    post = {"id": "p", "subreddit": "stocks", "title": "NVDA", "permalink": "/p", "num_comments": 3}
    post["created_utc"] = NOW.timestamp() - 60
    listing = {"data": {"children": [{"kind": "t3", "data": post}], "after": None}}
    continues = {"kind": "more", "data": {"id": "_", "parent_id": "t1_nine", "children": [], "count": 0}}
    advertisement = {"kind": "t1", "data": {"id": "ad"}}
    first = [_thing("nine", "t3_p", 9, [continues]), advertisement]
    # There, depths begin anew.
    second = [_thing("nine", "t3_p", 0, [_thing("ten", "t1_nine", 1, [])])]
    sandbox.fault("reddit", "reply", body=listing, path_contains="/r/stocks/")
    for things in (first, second):
        sandbox.fault("reddit", "reply", body=[{}, {"data": {"children": things}}], path_contains="/comments/", times=1)
    context = RecordingContext(NOW)

    result = await crawl(context)

    rows = comments(context)
    assert {id_: row.depth for id_, row in rows.items()} == {"nine": 9, "ten": 10}
    # Their author has gone, what was written has not.
    assert (rows["ten"].body, rows["ten"].author, rows["ten"].raw["gone"]) == ("ten says", None, False)
    assert (result.comments_collected, result.comments_cut, result.unreadable) == (2, 0, 1)
    assert sandbox.requests("reddit")[-1]["query"]["comment"] == "nine"


async def test_resumed_after_a_crash_at_any_post_it_finds_the_same(sandbox: Sandbox) -> None:
    reference = RecordingContext(NOW)
    task: dict[str, Any] = {"date_range": {"last_days": 1}, "subreddits": ["stocks", "options"]}
    clean = await crawl(reference, **task)
    steps = len(reference.checkpoints)
    assert steps > 8

    for step in range(1, steps + 1):
        table = Table()
        first = RecordingContext(NOW, table=table, crash_before_checkpoint=step)
        with pytest.raises(Crash):
            await crawl(first, **task)
        before = len(sandbox.requests("reddit"))
        result = await crawl(RecordingContext(NOW, table=table, cursor=first.cursor), **task)

        assert table.rows == reference.table.rows
        assert (result.posts_collected, result.comments_collected) == (clean.posts_collected, clean.comments_collected)
        # What was done before the crash is not asked for again: a token, and what is left.
        asked = len(sandbox.requests("reddit")) - before
        assert asked <= clean.requests - (step - 1) + 1


FAILURES: list[tuple[dict[str, Any], type[TaskError]]] = [
    ({"kind": "status", "status": 500}, SourceUnavailable),
    ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited),
    ({"kind": "garbage"}, BadSourceReply),
    ({"kind": "reset"}, SourceUnavailable),
]


@pytest.mark.parametrize(("fault", "error"), FAILURES)
async def test_after_a_failure_the_next_attempt_goes_on_with_the_same_post(
    sandbox: Sandbox, fault: dict[str, Any], error: type[TaskError]
) -> None:
    reference = RecordingContext(NOW)
    await crawl(reference)
    sandbox.fault("reddit", **fault, path_contains="/comments/", after=2, times=1)
    first = RecordingContext(NOW)
    with pytest.raises(error):
        await crawl(first)
    assert 0 < len(comments(first)) < len(comments(reference))

    await crawl(RecordingContext(NOW, table=first.table, cursor=first.cursor))

    assert first.table.rows == reference.table.rows


async def test_a_post_that_is_gone_meanwhile_has_no_comments(sandbox: Sandbox) -> None:
    reference = RecordingContext(NOW)
    await crawl(reference)
    sandbox.fault("reddit", "status", status=404, path_contains="/comments/", times=1)
    context = RecordingContext(NOW)
    result = await crawl(context)
    assert len(posts(context)) == len(posts(reference))
    missing = comments(reference).keys() - comments(context).keys()
    assert missing
    assert len({comments(reference)[id_].post_id for id_ in missing}) == 1
    assert result.comments_collected == len(comments(context))
