"""`reddit_crawl` over ranges that are longer than Reddit's listings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.reddit_crawl import reddit_crawl
from activities.sources.reddit.listings import listings
from activities.sources.seen_ids import Seen
from contracts.params.crawl import RedditCrawlParams
from contracts.records.rows import RedditPost
from contracts.tasks.results import RedditCrawlResult
from contracts.tasks.work import HEARTBEAT_LIMIT
from sandbox.reddit.posts import Post
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.sandbox_server import NOW, Sandbox

#: Of some 530 posts on NVDA in sixty days.
SHORT = 210
RANGE: dict[str, Any] = {"date_range": {"last_days": 50}}


async def crawl(context: RecordingContext, **changes: Any) -> RedditCrawlResult:
    params = {"ticker": "NVDA", "subreddits": ["stocks"]} | RANGE | changes
    return await reddit_crawl(context, RedditCrawlParams.model_validate(params))


def stored(context: RecordingContext) -> set[str]:
    return {row.reddit_id for row in context.table.rows.values() if isinstance(row, RedditPost)}


def wanted(sandbox: Sandbox, days: int = 50, subreddit: str = "stocks") -> list[Post]:
    """Newest first."""
    since = (NOW - timedelta(days=days)).timestamp()
    return [post for post in sandbox.posts.of(subreddit) if "NVDA" in post.tickers and post.created >= since]


async def test_older_posts_are_found_by_what_makes_them_stand_out(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    context = RecordingContext(NOW)

    result = await crawl(context)

    everything = wanted(sandbox)
    found = stored(context)
    assert result.reached_back_to is not None
    assert not result.complete
    seen_all = {post.id for post in everything if post.created >= result.reached_back_to.timestamp()}
    below = [post for post in everything if post.id not in seen_all]
    assert seen_all <= found <= {post.id for post in everything}
    assert len(seen_all) <= SHORT < len(found)
    for order in (lambda post: post.score, lambda post: post.comments):
        best = sorted(below, key=order, reverse=True)[:60]
        assert {post.id for post in best} <= found
    assert result.posts_collected == result.new == len(found)
    assert sum(result.per_subreddit.values()) == len(found)
    share = len(found - seen_all) / len(below)
    print(f"\n{len(seen_all)} posts by time; of {len(below)} older ones {share:.0%} in {result.requests} requests")
    assert share > 0.7


async def test_a_listing_that_ended_by_itself_is_complete(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)

    result = await crawl(context, date_range={"from": "2020-01-01"})

    assert stored(context) == {post.id for post in wanted(sandbox, 60)}
    assert len(stored(context)) > 500, "so many that Reddit might have cut them off"
    assert (result.complete, result.reached_back_to) == (True, None)
    asked = {(request["query"].get("sort"), request["query"].get("t")) for request in searches(sandbox)}
    assert asked == {("new", "all"), ("top", "all")}


def searches(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [request for request in sandbox.requests("reddit") if "/r/" in request["path"]]


async def test_a_range_inside_the_first_listing_needs_no_other(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    context = RecordingContext(NOW)
    result = await crawl(context, date_range={"last_days": 12})
    assert stored(context) == {post.id for post in wanted(sandbox, 12)}
    assert (result.complete, result.reached_back_to) == (True, None)
    assert {request["query"]["sort"] for request in searches(sandbox)} == {"new"}


async def test_the_list_of_all_posts_may_go_further_than_the_search(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(3_800, search=SHORT)
    context = RecordingContext(NOW)

    result = await crawl(context)

    assert stored(context) == {post.id for post in wanted(sandbox)}
    assert result.posts_collected == len(stored(context)) > 2 * SHORT
    assert (result.complete, result.reached_back_to) == (True, None)
    assert {request["query"].get("sort") for request in searches(sandbox)} == {"new", "top", None}


async def test_the_limit_is_kept_and_told(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    context = RecordingContext(NOW)

    result = await crawl(context, limit=250)

    assert result.posts_collected == len(stored(context)) == 250
    assert not result.complete

    inside = await crawl(RecordingContext(NOW), limit=50, subreddits=["stocks", "options"])
    fiftieth = datetime.fromtimestamp(wanted(sandbox)[49].created, UTC)
    assert not inside.complete
    # Half of the limit is the second subreddit's.
    assert inside.per_subreddit == {"stocks": 25, "options": 25}
    assert inside.reached_back_to
    assert fiftieth < inside.reached_back_to < NOW
    alone = await crawl(RecordingContext(NOW), limit=50)
    assert (alone.complete, alone.reached_back_to) == (False, fiftieth)


async def test_a_range_that_lies_beyond_the_end_of_the_listing(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    context = RecordingContext(NOW)

    result = await crawl(context, date_range={"from": "2026-01-10", "to": "2026-01-24"})

    start, end = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 1, 25, tzinfo=UTC)
    inside = {post.id for post in wanted(sandbox, 60) if start.timestamp() <= post.created < end.timestamp()}
    assert (result.complete, result.reached_back_to) == (False, end)
    assert stored(context) <= inside
    assert len(stored(context)) > len(inside) / 2


async def test_several_subreddits_tell_the_nearest_end(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    names = ["stocks", "options"]
    each = [await crawl(RecordingContext(NOW), subreddits=[name]) for name in names]

    both = await crawl(RecordingContext(NOW), subreddits=names)

    assert both.posts_collected == sum(result.posts_collected for result in each)
    assert both.reached_back_to == max(result.reached_back_to for result in each if result.reached_back_to)


async def test_resumed_after_a_crash_at_any_page_it_finds_the_same(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    reference = RecordingContext(NOW)
    clean = await crawl(reference)
    assert clean.pages > 15

    # Every third page meets every listing.
    for page in range(1, clean.pages + 1, 3):
        table = Table()
        first = RecordingContext(NOW, table=table, crash_before_checkpoint=page)
        with pytest.raises(Crash):
            await crawl(first)
        result = await crawl(RecordingContext(NOW, table=table, cursor=first.cursor))

        assert table.rows.keys() == reference.table.rows.keys()
        counted = {"posts_collected", "per_subreddit", "pages", "complete", "reached_back_to", "date_range_actual"}
        assert result.model_dump(include=counted) == clean.model_dump(include=counted)


async def test_the_cursor_always_fits_a_heartbeat(sandbox: Sandbox) -> None:
    sandbox.end_listings_after(SHORT)
    context = RecordingContext(NOW)
    await crawl(context, limit=10_000, subreddits=["stocks", "options", "investing", "wallstreetbets", "StockMarket"])
    sizes = [len(str(cursor)) for cursor in context.checkpoints]
    print(f"\nthe largest cursor has {max(sizes)} characters")
    assert 4_000 < max(sizes) < HEARTBEAT_LIMIT // 2 - 2_000


def test_only_periods_that_can_show_something_new_are_asked_for() -> None:
    def periods(reached: float, start: float) -> list[str]:
        some = listings(NOW - timedelta(days=reached), NOW - timedelta(days=start), NOW)
        return list(dict.fromkeys(each.period for each in some[3:]))

    assert periods(reached=5, start=25) == ["week", "month"]
    assert periods(reached=10, start=25) == ["month"]
    assert periods(reached=10, start=30.5) == ["month", "year"]
    assert periods(reached=40, start=9_000) == ["year", "all"]
    assert periods(reached=0.01, start=0.5) == ["hour", "day", "week"]


def test_what_was_seen_is_never_forgotten_and_rarely_mistaken() -> None:
    known, others = [f"a{n:x}" for n in range(1_000)], [f"b{n:x}" for n in range(10_000)]
    seen = Seen(Seen().add(*known).text)
    assert all(id_ in seen for id_ in known)
    assert sum(id_ in seen for id_ in others) < 30
    assert Seen().text == ""
    assert len(seen.text) == 4_000


async def test_what_one_subreddit_leaves_of_the_limit_the_others_get(sandbox: Sandbox) -> None:
    days = 9
    there = {name: wanted(sandbox, days, name) for name in ("stocks", "options", "investing")}
    # The one that has most is read first, when nobody has left anything yet.
    names = sorted(there, key=lambda name: -len(there[name]))
    total = sum(map(len, there.values()))
    assert len(there[names[0]]) > total // 3 + 3, "else an equal share would be enough for each"
    few: dict[str, Any] = {"subreddits": names, "date_range": {"last_days": days}}

    reference = RecordingContext(NOW)
    all_of_it = await crawl(reference, limit=total + 3, **few)
    short = await crawl(context := RecordingContext(NOW), limit=total - 1, **few)

    assert all_of_it.per_subreddit == {name: len(posts) for name, posts in there.items()}
    assert (all_of_it.complete, all_of_it.posts_collected, len(stored(reference))) == (True, total, total)
    assert (short.complete, short.posts_collected, len(stored(context))) == (False, total - 1, total - 1)
    assert short.reached_back_to
    assert short.reached_back_to < NOW - timedelta(days=days - 2)
    for page in range(1, all_of_it.pages + 1, 3):
        first = RecordingContext(NOW, crash_before_checkpoint=page)
        with pytest.raises(Crash):
            await crawl(first, limit=total + 3, **few)
        again = await crawl(RecordingContext(NOW, table=first.table, cursor=first.cursor), limit=total + 3, **few)
        assert again.per_subreddit == all_of_it.per_subreddit
        assert first.table.rows.keys() == reference.table.rows.keys()
