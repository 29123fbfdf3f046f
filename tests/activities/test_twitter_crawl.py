"""`twitter_crawl` against the sandbox's X."""

import html
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.twitter_crawl import END_MARGIN, START_MARGIN, twitter_crawl
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
from contracts.params.crawl import TwitterCrawlParams
from contracts.records.rows import SocialPost
from contracts.tasks.results import TwitterCrawlResult, XCost
from sandbox.x.posts import XPost
from sandbox.x.routes import REFUSED
from tests.activities.recording_context import RecordingContext, Table
from tests.sandbox_server import NOW, Sandbox, running_sandbox

WEEK = NOW - timedelta(days=7)
#: Four days: several pages.
DAYS: dict[str, Any] = {"date_range": {"from": "2026-02-25", "to": "2026-02-28"}, "limit": 10_000}


async def crawl(context: RecordingContext | None = None, **changes: Any) -> tuple[TwitterCrawlResult, RecordingContext]:
    context = context or RecordingContext(NOW)
    params = {"ticker": "NVDA", "limit": 10_000} | changes
    return await twitter_crawl(context, TwitterCrawlParams.model_validate(params)), context


def expected(sandbox: Sandbox, start: datetime = WEEK + START_MARGIN, end: datetime = NOW - END_MARGIN) -> list[XPost]:
    """NVIDIA's posts that are no retweets, newest first."""
    posts = [post for post in sandbox.x_posts.all if start <= post.created < end]
    return [post for post in posts if post.retweet_of is None and "$NVDA" in post.text]


def four_days(sandbox: Sandbox) -> list[XPost]:
    return expected(sandbox, datetime(2026, 2, 25, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


def stored(context: RecordingContext) -> dict[str, SocialPost]:
    return {row.post_id: row for row in context.table.rows.values() if isinstance(row, SocialPost)}


def ids(posts: Sequence[XPost]) -> list[str]:
    return [str(post.id) for post in posts]


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


LONG = "$NVDA " + "0123456789 " * 64 + "the end & more."


def x_post(id_: int, text: str, **more: Any) -> dict[str, Any]:
    created = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"id": str(id_), "text": text, "created_at": created, "author_id": "1", "public_metrics": {}} | more


def cut(text: str) -> str:
    return html.escape(text[:275], quote=False) + "\u2026 https://t.co/abc"


def note(text: str) -> dict[str, Any]:
    return {"note_tweet": {"text": html.escape(text, quote=False)}}


def answers(sandbox: Sandbox, *posts: dict[str, Any], originals: Sequence[dict[str, Any]] = ()) -> None:
    users = [{"id": "1", "username": "one"}, {"id": "2", "username": "two"}]
    body = {"data": posts, "includes": {"users": users, "tweets": originals}, "meta": {"result_count": len(posts)}}
    sandbox.fault("x", "reply", body=body)


async def test_a_long_post_a_repost_and_a_quote_are_stored_whole(sandbox: Sandbox) -> None:
    answers(
        sandbox,
        x_post(1, cut(LONG), **note(LONG)),
        x_post(2, "RT @two: " + cut(LONG), referenced_tweets=[{"type": "retweeted", "id": "9"}]),
        x_post(3, "Look at $NVDA", referenced_tweets=[{"type": "quoted", "id": "9"}]),
        x_post(4, "RT @two: " + cut(LONG), referenced_tweets=[{"type": "retweeted", "id": "8"}]),
        originals=[{"id": "9", "text": cut(LONG), "author_id": "2", **note(LONG)}],
    )

    _, context = await crawl(query="$NVDA")

    rows = stored(context)
    assert rows["1"].text == LONG
    assert rows["2"].text == f"RT @two: {LONG}"
    assert rows["3"].text == "Look at $NVDA"
    assert rows["3"].raw["quoted"] == {"id": "9", "author": "two", "text": LONG}
    # Its original is gone: what is there is a part, and says so.
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"4"}


async def test_links_are_as_their_author_wrote_them(sandbox: Sandbox) -> None:
    own, wall = "https://a.example/nvda?a=1&copy=2", "https://t.co/"
    link = {"url": f"{wall}abc", "expanded_url": own}
    picture = {"url": f"{wall}pic", "expanded_url": "https://x.com/one/status/1/photo/1", "media_key": "3_1"}
    answers(
        sandbox,
        x_post(1, f"$NVDA {wall}abc {wall}abcd &amp; {wall}pic", entities={"urls": [link, picture, None]}),
        x_post(2, cut(LONG), note_tweet={"text": f"{LONG} {wall}abc", "entities": {"urls": [link]}}),
        x_post(3, cut(LONG), entities={"urls": [{"url": f"{wall}abc", "expanded_url": "https://x.com/i/status/3"}]}),
        x_post(4, f"$NVDA {wall}abc", entities=["odd"], edit_history_tweet_ids=["2", "4"]),
        x_post(5, "$NVDA", edit_history_tweet_ids=["5"]),
    )

    rows = stored((await crawl(query="$NVDA"))[1])

    assert rows["1"].text == f"$NVDA {own} {wall}abcd & {wall}pic"
    assert rows["2"].text == f"{LONG} {own}"
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"3"}
    assert rows["4"].text == f"$NVDA {wall}abc"
    # What is left of its earlier words is another row.
    assert (rows["4"].raw, rows["5"].raw) == ({"edited_from": ["2"]}, {})


async def test_a_post_that_is_an_article_is_stored_whole(sandbox: Sandbox) -> None:
    link, whole = "https://t.co/X2iu8WdIb8", {"title": "Why $NVDA", "plain_text": LONG}
    answers(
        sandbox,
        x_post(1, link, article=whole),
        x_post(2, link, article={"title": "Why $NVDA"}),
        x_post(3, "$NVDA", article="nobody knows"),
        x_post(4, "Read it", referenced_tweets=[{"type": "quoted", "id": "9"}]),
        originals=[{"id": "9", "text": link, "author_id": "2", "article": whole}],
    )
    rows = stored((await crawl(query="$NVDA"))[1])
    assert [rows[id_].text for id_ in "123"] == [f"Why $NVDA\n\n{LONG}\n\n{link}", f"Why $NVDA\n\n{link}", "$NVDA"]
    assert rows["4"].raw["quoted"]["text"] == rows["1"].text
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"2"}


async def test_one_post_without_a_time_does_not_take_the_others_with_it(sandbox: Sandbox) -> None:
    posts = [x_post(id_, f"$NVDA {id_}") for id_ in range(1, 11)]
    del posts[4]["created_at"]
    answers(sandbox, *posts)

    result, context = await crawl()

    assert len(stored(context)) == result.posts_collected == 9
    assert result.posts_unreadable == 1


async def test_a_null_says_nothing(sandbox: Sandbox) -> None:
    metrics = {"like_count": None, "retweet_count": 3}
    post = x_post(1, "$NVDA", public_metrics=metrics, lang=None, referenced_tweets=None, note_tweet=None)
    page = {"data": [post], "includes": {"users": [{"id": "1", "username": None}]}, "meta": {"next_token": None}}
    sandbox.fault("x", "reply", body={**page, "errors": None})

    _, context = await crawl()

    [row] = stored(context).values()
    assert (row.author, row.author_id, row.likes, row.reposts, row.raw) == (None, "1", 0, 3, {})


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
