"""`reddit_crawl` against the sandbox's Reddit, through the real PRAW."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from activities.reddit_crawl import reddit_crawl
from contracts.errors import (
    BadSourceReply,
    CredentialsMissing,
    CredentialsRefused,
    InvalidParams,
    NotFound,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from contracts.params.crawl import RedditCrawlParams
from contracts.records.rows import RedditPost
from contracts.tasks.results import RedditCrawlResult
from sandbox.reddit.posts import BANNED, PRIVATE, Post
from sandbox.reddit.tokens import REFUSED_CLIENT_ID
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW, Sandbox, running_sandbox


def params(**changes: Any) -> RedditCrawlParams:
    return RedditCrawlParams.model_validate(
        {"ticker": "NVDA", "subreddits": ["stocks"], "date_range": {"last_days": 12}} | changes
    )


async def crawl(context: RecordingContext | None = None, **changes: Any) -> tuple[RedditCrawlResult, RecordingContext]:
    context = context or RecordingContext(NOW)
    return await reddit_crawl(context, params(**changes)), context


def expected(sandbox: Sandbox, ticker: str = "NVDA", *names: str, days: int = 12) -> set[str]:
    since = (NOW - timedelta(days=days)).timestamp()
    return {
        post.id
        for name in (names or ("stocks",))
        for post in sandbox.posts.of(name)
        if ticker in post.tickers and post.created >= since
    }


def stored(context: RecordingContext) -> dict[str, RedditPost]:
    rows = context.table.rows.values()
    return {row.reddit_id: row for row in rows if isinstance(row, RedditPost)}


async def test_keeps_exactly_the_posts_that_mention_the_ticker_in_the_range(sandbox: Sandbox) -> None:
    names = ["stocks", "r/Investing", "STOCKS"]

    result, context = await crawl(subreddits=names, date_range={"last_days": 40})

    wanted = expected(sandbox, "NVDA", "stocks", "investing", days=40)
    assert set(stored(context)) == wanted
    assert result.posts_collected == result.new == len(wanted)
    assert result.duplicates == 0
    assert sum(result.per_subreddit.values()) == len(wanted)
    assert set(result.per_subreddit) == {"stocks", "Investing"}
    assert result.date_range_actual.from_ == date(2026, 1, 21)
    assert result.date_range_actual.to == date(2026, 3, 1)


@pytest.mark.parametrize("ticker", ["F", "META", "BRK.B"])
async def test_a_ticker_that_is_also_a_word_or_a_share_class(sandbox: Sandbox, ticker: str) -> None:
    _, context = await crawl(ticker=ticker)

    assert set(stored(context)) == expected(sandbox, ticker.replace(".", "-"))


async def test_a_row_holds_what_reddit_says(sandbox: Sandbox) -> None:
    _, context = await crawl()

    rows = stored(context)
    for post in sandbox.posts.of("stocks"):
        if post.id in rows and not post.removed_by:
            _assert_same(rows[post.id], post)


def _assert_same(row: RedditPost, post: Post) -> None:
    assert row.title == post.title
    assert row.body == post.body.replace("\x00", "")[:20_000]
    assert (row.author, row.score, row.num_comments) == (post.author, post.score, post.comments)
    assert row.created_utc.timestamp() == post.created
    assert row.raw["gone"] is False
    assert ("crosspost_parent" in row.raw) == (post.crosspost_of is not None)


async def test_deleted_and_removed_posts_are_kept_without_author(sandbox: Sandbox) -> None:
    _, context = await crawl(date_range={"last_days": 60})

    rows = stored(context)
    gone = [post for post in sandbox.posts.of("stocks") if post.removed_by and "NVDA" in post.tickers]
    assert {post.removed_by for post in gone} == {"deleted", "moderator"}
    for post in gone:
        row = rows[post.id]
        assert (row.author, row.body) == (None, "")
        assert row.raw["gone"] is True
        assert row.raw["removed_by_category"] == post.removed_by


async def test_long_bodies_are_whole_and_nul_is_dropped(sandbox: Sandbox) -> None:
    _, context = await crawl(subreddits=["stocks", "options"], date_range={"last_days": 60})

    bodies = [row.body for row in stored(context).values()]
    assert max(map(len, bodies)) > 20_000
    assert not any("\x00" in body for body in bodies)
    everything = [*sandbox.posts.of("stocks"), *sandbox.posts.of("options")]
    assert any("\x00" in post.body and "NVDA" in post.tickers for post in everything)


async def test_one_page_is_one_request_one_delivery_one_checkpoint(sandbox: Sandbox) -> None:
    result, context = await crawl(date_range={"last_days": 40})

    pages = [entry for entry in sandbox.requests("reddit") if entry["path"].endswith("/search")]
    assert len(pages) > 3
    assert result.pages == len(context.stores) == len(context.checkpoints) == len(pages)
    assert {entry["query"]["include_over_18"] for entry in pages} == {"on"}
    assert result.requests == len(pages) + 1  # and one for the token
    assert context.steps[:2] == ["r/stocks page 1", "r/stocks page 2"]
    assert context.percents == sorted(context.percents)
    assert context.percents[-1] == 100
    assert context.counters["posts_collected"] == result.posts_collected
    assert "clawdbot" in pages[0]["user_agent"]


async def test_stops_at_the_start_of_the_range(sandbox: Sandbox) -> None:
    await crawl(date_range={"last_days": 2})

    assert len(sandbox.requests("reddit")) == 2


async def test_stops_at_the_limit(sandbox: Sandbox) -> None:
    result, context = await crawl(limit=150, subreddits=["stocks", "options"], date_range={"last_days": 60})

    assert result.posts_collected == len(stored(context)) == 150
    # Shared fairly: of each subreddit the newest.
    assert result.per_subreddit == {"stocks": 75, "options": 75}
    for name in ("stocks", "options"):
        newest = sorted(expected(sandbox, "NVDA", name, days=60), reverse=True)[:75]
        assert set(newest) <= set(stored(context))
    assert not result.complete


async def test_nothing_found() -> None:
    result, context = await crawl(ticker="ZZZZ")

    assert result.posts_collected == 0
    assert result.date_range_actual.from_ is None
    assert context.stores == []
    assert context.percents == [100]


async def test_gives_up_after_five_waits_in_a_row(sandbox: Sandbox) -> None:
    sandbox.fault("reddit", "status", status=429, retry_after=0)

    with pytest.raises(RateLimited):
        await crawl()

    assert len(sandbox.requests("reddit")) == 6


async def test_a_used_up_allowance_is_not_slept_on_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sandbox(reddit_quota=2) as scarce:
        for variable, value in scarce.environment().items():
            monkeypatch.setenv(variable, value)
        context = RecordingContext(NOW)

        with pytest.raises(RateLimited) as caught:
            await crawl(context, date_range={"last_days": 60})

        assert 60 < (caught.value.retry_after or 0) <= 600
        assert all(entry["status"] == 200 for entry in scarce.requests("reddit"))
        assert len(context.checkpoints) >= 1


FAILURES: list[tuple[dict[str, Any], type[TaskError], str]] = [
    ({"kind": "status", "status": 401}, CredentialsRefused, "REDDIT_CLIENT_SECRET"),
    ({"kind": "status", "status": 401, "path_contains": "/r/"}, CredentialsRefused, "REDDIT_CLIENT_SECRET"),
    ({"kind": "status", "status": 403, "path_contains": "/r/"}, CredentialsRefused, "REDDIT_USER_AGENT"),
    ({"kind": "status", "status": 500}, SourceUnavailable, "500"),
    ({"kind": "status", "status": 503, "path_contains": "/r/"}, SourceUnavailable, "503"),
    ({"kind": "status", "status": 418}, BadSourceReply, "read"),
    ({"kind": "garbage", "path_contains": "/r/"}, BadSourceReply, "read"),
    ({"kind": "garbage"}, BadSourceReply, "read"),
    ({"kind": "reset"}, SourceUnavailable, "connection"),
    ({"kind": "hang"}, SourceUnavailable, "within 0.2 s"),
]


@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_failures_are_told_apart_and_never_retried_inside(
    sandbox: Sandbox,
    break_source: Callable[..., None],
    fault: dict[str, Any],
    error: type[TaskError],
    says: str,
) -> None:
    break_source("reddit", **fault)

    with pytest.raises(error, match=says) as caught:
        await crawl()

    assert "sandbox-secret" not in str(caught.value)
    failed = [e for e in sandbox.requests("reddit") if fault.get("path_contains", "") in e["path"]]
    # A refused token is the exception: the crawl logs in once more before it believes it.
    assert len(failed) == (2 if fault.get("status") == 401 and "path_contains" in fault else 1)


async def test_an_expired_token_is_renewed(sandbox: Sandbox) -> None:
    sandbox.fault("reddit", "status", status=401, times=1, after=1, path_contains="/search")

    _, context = await crawl(date_range={"last_days": 40})

    assert set(stored(context)) == expected(sandbox, days=40)
    assert [entry["path"] for entry in sandbox.requests("reddit")].count("/api/v1/access_token") == 2


@pytest.mark.parametrize(
    ("name", "says"), [("nosuchsub", "no subreddit"), (BANNED, "no subreddit"), (PRIVATE, "private")]
)
async def test_a_subreddit_that_cannot_be_read(name: str, says: str) -> None:
    with pytest.raises(NotFound, match=says):
        await crawl(subreddits=[name])


@pytest.mark.parametrize("name", ["../sec", "a/b", "stocks?x=1", "r/"])
async def test_a_name_that_is_no_subreddit(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(InvalidParams):
        await crawl(subreddits=[name])

    assert sandbox.requests("reddit") == []


async def test_refused_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDDIT_CLIENT_ID", REFUSED_CLIENT_ID)

    with pytest.raises(CredentialsRefused, match="REDDIT_CLIENT_ID"):
        await crawl()


@pytest.mark.parametrize("variable", ["REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"])
async def test_missing_credentials(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, " ")

    with pytest.raises(CredentialsMissing, match=f"^{variable} is not set"):
        await crawl()


async def test_a_cursor_of_another_shape_starts_over(sandbox: Sandbox) -> None:
    _, context = await crawl(RecordingContext(NOW, cursor={"subreddit": "the second"}))

    assert set(stored(context)) == expected(sandbox)


@pytest.mark.parametrize("closed", [PRIVATE, BANNED, "nosuchsub"])
async def test_one_closed_subreddit_of_several_is_named_and_the_others_are_read(sandbox: Sandbox, closed: str) -> None:
    result, context = await crawl(subreddits=["stocks", closed, "investing"])

    assert set(stored(context)) == expected(sandbox, "NVDA", "stocks", "investing")
    assert list(result.unreadable_subreddits) == [closed]
    assert f"r/{closed}" in result.unreadable_subreddits[closed]
    assert not result.complete


@pytest.mark.parametrize("status", [403, 451])
async def test_a_subreddit_that_is_refused_without_a_reason_is_named_too(sandbox: Sandbox, status: int) -> None:
    sandbox.fault("reddit", "status", status=status, path_contains="/r/options/")

    result, context = await crawl(subreddits=["stocks", "options"])

    assert set(stored(context)) == expected(sandbox)
    assert list(result.unreadable_subreddits) == ["options"]


async def test_where_none_can_be_read_the_task_fails(sandbox: Sandbox) -> None:
    with pytest.raises(NotFound, match="private"):
        await crawl(subreddits=["nosuchsub", PRIVATE])


def reddit_says(sandbox: Sandbox, *posts: dict[str, Any]) -> None:
    """Of posts, what they differ in."""
    created = (NOW - timedelta(days=1)).timestamp()
    usual = {"subreddit": "stocks", "title": "t", "permalink": "/p", "created_utc": created, "author": "one"}
    children = [{"kind": "t3", "data": usual | post} for post in posts]
    sandbox.fault("reddit", "reply", body={"data": {"children": children, "after": None}}, path_contains="/r/")


async def test_what_is_left_out_is_counted(sandbox: Sandbox) -> None:
    reddit_says(
        sandbox,
        {"id": "1", "title": "NVDA", "score": None},
        {"id": "2", "title": "nvda calls"},
        {"id": "3", "title": "No word of it: xnvda"},
        {"id": "4", "subreddit": None, "title": "Promoted: NVDA"},
    )

    result, context = await crawl()

    rows = stored(context)
    assert (set(rows), rows["1"].score) == ({"1", "2"}, 0)
    # The listing and its probe both sent the advertisement; what is not about it counts once.
    assert (result.posts_collected, result.not_about_ticker) == (2, 1)
    assert result.unreadable > 0


async def test_a_crosspost_and_a_poll_bring_the_text_that_stands_elsewhere(sandbox: Sandbox) -> None:
    parent = {"id": "0", "subreddit": "options", "title": "Look at NVDA", "selftext": "the whole story"}
    reddit_says(
        sandbox,
        {"id": "1", "title": "this", "crosspost_parent": "t3_0", "crosspost_parent_list": [parent]},
        {"id": "2", "title": "Which one?", "poll_data": {"options": [{"text": "NVDA"}, {"text": "AMD"}]}},
        {"id": "5", "title": "My year", "gallery_data": {"items": [{"caption": "bought NVDA"}, {"media_id": "x"}]}},
        {"id": "3", "title": "NVDA", "selftext": "still here", "author": "[deleted]"},
        # Reddit writes null for what it does not tell.
        {"id": "4", "title": "NVDA", "selftext": None, "is_self": None, "crosspost_parent_list": None, "url": None},
        {
            "id": "6",
            "title": "Read this",
            "selftext_html": '&lt;div class="md"&gt;&lt;p&gt;I like NVDA &amp;amp; AMD&lt;/p&gt;&lt;/div&gt;',
            "url": "/r/options/comments/0/look/",
            "hide_score": True,
        },
    )

    _, context = await crawl()

    rows = stored(context)
    assert rows["1"].body == "the whole story"
    assert rows["1"].raw["crosspost"] == {"id": "0", "subreddit": "options", "title": "Look at NVDA"}
    assert rows["2"].body == "- NVDA\n- AMD"
    assert rows["5"].body == "bought NVDA"
    assert rows["4"].body == ""
    assert rows["6"].body == "I like NVDA & AMD"
    assert (rows["6"].url, rows["6"].raw["score_hidden"]) == ("https://www.reddit.com/r/options/comments/0/look/", True)
    # Only the author has gone.
    assert (rows["3"].body, rows["3"].author, rows["3"].raw["gone"]) == ("still here", None, False)


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        ({"selftext": "[ Removed by Reddit ]"}, False),
        ({"selftext": "[removed by moderator]"}, False),
        ({"selftext": "[ Removed by Reddit on account of violating the [content policy](/help/policy). ]"}, False),
        ({"selftext": "[ Removed by reddit in response to a copyright notice. ]"}, True),
        ({"title": "[deleted by user] NVDA", "selftext": "[deleted]"}, True),
        ({"title": "[deleted by user]", "selftext": "NVDA was my story"}, True),
    ],
)
async def test_a_mark_in_place_of_a_text_is_no_text(sandbox: Sandbox, said: dict[str, str], taken_back: bool) -> None:
    reddit_says(sandbox, {"id": "1", "title": "NVDA", "author": "someone"} | said)

    _, context = await crawl()

    [row] = stored(context).values()
    assert (row.body, row.author) == (said["selftext"] if "NVDA" in said["selftext"] else "", None)
    assert (row.raw["gone"], row.raw.get("taken_back", False)) == (True, taken_back)


async def test_the_best_are_those_with_the_highest_score_of_all_subreddits(sandbox: Sandbox) -> None:
    names = ["stocks", PRIVATE, "options", "investing"]

    result, context = await crawl(order="best", limit=20, subreddits=names, date_range={"last_days": 20})

    wanted = expected(sandbox, "NVDA", "stocks", "options", "investing", days=20)
    everything = [post for name in ("stocks", "options", "investing") for post in sandbox.posts.of(name)]
    best = sorted((post for post in everything if post.id in wanted), key=lambda post: (-post.score, post.id))[:20]
    assert set(stored(context)) == {post.id for post in best}
    assert sum(result.per_subreddit.values()) == result.posts_collected == 20
    assert list(result.unreadable_subreddits) == [PRIVATE]

    resumed, _ = await crawl(RecordingContext(NOW, cursor=context.cursor), order="best", limit=20, subreddits=names)
    assert resumed == result


@pytest.mark.parametrize("subreddits", [["all"], ["Popular"], ["stocks", "all"]])
@pytest.mark.parametrize("order", ["best", "newest"])
async def test_posts_of_r_all_name_their_own_subreddit(sandbox: Sandbox, subreddits: list[str], order: str) -> None:
    result, context = await crawl(order=order, limit=30, subreddits=subreddits)

    rows = stored(context)
    assert len({row.subreddit for row in rows.values()}) > 1
    assert result.posts_collected == result.new == len(rows) == 30
    assert list(result.per_subreddit) == subreddits
    assert sum(result.per_subreddit.values()) == 30
