"""`news_crawl` against the sandbox's news site."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities.news_crawl import BATCH, _Place, news_crawl
from activities.sources.web.canonical import canonical_url, digest
from activities.sources.web.feeds import FeedCache
from activities.sources.web.guarded_http import GuardedHttp
from contracts.errors import BadSourceReply, InvalidParams, NotFound, RateLimited, SourceUnavailable, TaskError
from contracts.params.crawl import NewsCrawlParams
from contracts.records.rows import NewsArticle
from contracts.tasks.results import NewsCrawlResult
from sandbox.news.articles import COPIED, PRIVATE, SHARED, Article
from sandbox.news.pages import CRAWL_DELAY
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.sandbox_server import NOW, Sandbox, seconds_between


async def crawl(context: RecordingContext | None = None, **changes: Any) -> tuple[NewsCrawlResult, RecordingContext]:
    context = context or RecordingContext(NOW)
    params = {"ticker": "NVDA", "sources": ["wire"], "date_range": {"last_days": 30}} | changes
    return await news_crawl(context, NewsCrawlParams.model_validate(params)), context


def stored(context: RecordingContext) -> dict[str, NewsArticle]:
    rows = context.table.rows.values()
    return {row.url: row for row in rows if isinstance(row, NewsArticle)}


def urls(sandbox: Sandbox, articles: list[Article]) -> set[str]:
    return {f"{sandbox.url}{article.path}" for article in articles}


def fetched(sandbox: Sandbox, part: str) -> list[dict[str, Any]]:
    return [request for request in sandbox.requests("news") if part in request["path"]]


async def test_keeps_what_the_site_has(sandbox: Sandbox) -> None:
    result, context = await crawl()

    articles = sandbox.articles.of("NVDA")
    rows = stored(context)
    assert set(rows) == urls(sandbox, articles)
    for article in articles:
        _assert_same(rows[f"{sandbox.url}{article.path}"], article)
    assert result.articles_collected == result.new == result.articles_read == len(articles)
    assert result.per_source == {"wire": len(articles)}
    assert result.requests == len(sandbox.requests("news"))
    days = [article.published.date() for article in articles]
    assert (result.date_range_actual.from_, result.date_range_actual.to) == (min(days), max(days))
    assert context.percents == sorted(context.percents)
    assert context.percents[-1] == 100
    assert context.counters["articles_collected"] == len(articles)
    assert {request["user_agent"] for request in sandbox.requests("news")} == {"clawdbot/0.1 (task worker)"}


def _assert_same(row: NewsArticle, article: Article) -> None:
    assert (row.ticker, row.source, row.title) == ("NVDA", "wire", article.title)
    assert (row.author, row.published) == (article.author, article.published)
    assert (row.article_id, row.content_hash) == (digest(row.url), digest(row.text))
    assert article.paragraphs[0] in row.text
    if article.private:
        return
    assert article.paragraphs[-1] in row.text
    for noise in ("toaster", "newsletter", "Sign in", "tracked", "<p>"):
        assert noise not in row.text


async def test_a_page_that_robots_must_not_read_is_kept_as_the_feed_tells_it(sandbox: Sandbox) -> None:
    result, context = await crawl()

    private = sandbox.articles.of("NVDA")[PRIVATE]
    row = stored(context)[f"{sandbox.url}{private.path}"]
    assert (row.text, row.raw) == (private.paragraphs[0], {"text_from": "feed"})
    assert result.kept_from_robots == 1
    assert fetched(sandbox, "/private/") == []
    assert len(fetched(sandbox, "/robots.txt")) == 1


async def test_without_robots_txt_everything_may_be_read(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=404, path_contains="/robots.txt")
    result, _ = await crawl()
    assert result.kept_from_robots == 0
    assert len(fetched(sandbox, "/private/")) == 1


async def test_while_robots_txt_cannot_be_had_nothing_is_read(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=500, path_contains="/robots.txt")
    with pytest.raises(SourceUnavailable, match="500"):
        await crawl()
    assert fetched(sandbox, "/articles/") == []


async def test_the_delay_that_robots_txt_asks_for_is_kept(sandbox: Sandbox) -> None:
    await crawl()
    pages = fetched(sandbox, "/articles/")
    assert seconds_between(pages[0], pages[-1]) >= 0.9 * CRAWL_DELAY * (len(pages) - 1)


async def test_the_date_range_is_held(sandbox: Sandbox) -> None:
    _, context = await crawl(date_range={"last_days": 7})

    recent = [a for a in sandbox.articles.of("NVDA") if a.published >= NOW - timedelta(days=7)]
    assert set(stored(context)) == urls(sandbox, recent)
    assert 0 < len(recent) < len(sandbox.articles.of("NVDA"))


async def test_of_a_general_feed_only_what_mentions_the_ticker(sandbox: Sandbox) -> None:
    result, context = await crawl(sources=["market"])

    wanted = [a for a in sandbox.articles.general if "(NVDA)" in a.title]
    assert set(stored(context)) == urls(sandbox, wanted)
    assert len(wanted) == 2
    assert result.articles_read == len(sandbox.articles.general)


async def test_copies_are_kept_once(sandbox: Sandbox) -> None:
    result, context = await crawl(sources=[])

    articles = sandbox.articles.of("NVDA")
    assert set(stored(context)) == urls(sandbox, articles)
    assert result.articles_collected == result.new == len(articles)
    assert result.copies == 2
    assert len(fetched(sandbox, articles[SHARED].path)) == 1
    assert len(fetched(sandbox, f"{articles[COPIED].path}-syndicated")) == 1


async def test_the_address_of_a_feed_is_a_source_too(sandbox: Sandbox) -> None:
    result, _ = await crawl(sources=[f"{sandbox.url}/news/feeds/{{ticker}}.xml"])

    assert result.per_source == {"127.0.0.1": len(sandbox.articles.of("NVDA"))}


async def test_nothing_found(sandbox: Sandbox) -> None:
    result, context = await crawl(ticker="ZZZZ")

    assert (result.articles_collected, result.sources_read) == (0, 1)
    assert context.stores == []


async def test_an_unknown_source(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidParams, match=r"'tea_leaves'.*google_news, market, .*wire, yahoo_finance"):
        await crawl(sources=["wire", "tea_leaves"])
    assert sandbox.requests("news") == []


@pytest.mark.parametrize("feed", ["AMD.xml", "market.atom"])
async def test_an_unchanged_feed_is_not_sent_again(sandbox: Sandbox, feed: str) -> None:
    feeds, url = FeedCache(), f"{sandbox.url}/news/feeds/{feed}"
    async with GuardedHttp.from_environment("tests") as http:
        first = await feeds.get(http, url)
        second = await feeds.get(http, url)

    assert second == first
    assert [request["status"] for request in fetched(sandbox, feed)] == [200, 304]


async def test_a_second_crawl_asks_whether_the_feed_changed(sandbox: Sandbox) -> None:
    clean, first = await crawl(ticker="TSLA", date_range={"last_days": 3})
    again, second = await crawl(RecordingContext(NOW, table=first.table), ticker="TSLA", date_range={"last_days": 3})

    assert fetched(sandbox, "/TSLA.xml")[-1]["status"] == 304
    assert (again.new, again.duplicates) == (0, clean.new)
    assert second.table.rows == first.table.rows


FAILURES: list[tuple[dict[str, Any], type[TaskError], str]] = [
    ({"kind": "status", "status": 404}, NotFound, "404"),
    ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited, "slow down"),
    ({"kind": "status", "status": 500}, SourceUnavailable, "500"),
    ({"kind": "garbage"}, BadSourceReply, "not a feed"),
    ({"kind": "reset"}, SourceUnavailable, "connection"),
    ({"kind": "hang"}, SourceUnavailable, "within 0.2 s"),
]


@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_when_no_source_can_be_read_the_task_fails_and_can_begin_again(
    sandbox: Sandbox,
    break_source: Callable[..., None],
    fault: dict[str, Any],
    error: type[TaskError],
    says: str,
) -> None:
    break_source("news", path_contains="/feeds/", **fault)
    context = RecordingContext(NOW)

    with pytest.raises(error, match=says) as caught:
        await crawl(context)

    assert caught.value.retry_after == fault.get("retry_after")
    # Where another request may help, the attempt itself sends one more.
    assert len(fetched(sandbox, "/feeds/")) == (1 if error in (NotFound, RateLimited) else 2)
    sandbox.reset()
    result, _ = await crawl(RecordingContext(NOW, table=context.table, cursor=context.cursor))
    assert result.articles_collected == len(sandbox.articles.of("NVDA"))


async def test_a_source_that_fails_is_named_while_others_work(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=500, path_contains="/NVDA.xml")

    result, _ = await crawl(sources=[])

    assert (result.sources_read, result.sources_failed) == (1, 1)
    assert result.articles_collected == 2
    assert result.failures == ["wire: 127.0.0.1 answered with an error of its own (500)."]
    assert result.sources_refused == {}, "it is down"


async def test_a_source_that_refuses_for_good_is_named_as_such(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=403, path_contains="/NVDA.xml")

    result, _ = await crawl(sources=[])

    assert (result.sources_read, result.sources_failed) == (1, 1)
    assert result.sources_refused == {"wire": "127.0.0.1 refuses to give the page to a program (403)."}


async def test_an_article_that_fails_is_named_while_others_work(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=500, path_contains="/nvda-2")

    result, context = await crawl()

    assert (result.articles_failed, result.articles_collected) == (1, len(sandbox.articles.of("NVDA")))
    assert "/news/articles/nvda-2" in result.failures[0]
    [(_, row)] = [each for each in stored(context).items() if each[0].endswith("/nvda-2")]
    assert row.raw["text_from"] == "feed"


async def test_when_no_article_can_be_read_the_task_fails_and_can_begin_again(sandbox: Sandbox) -> None:
    sandbox.fault("news", "status", status=503, path_contains="/articles/")
    context = RecordingContext(NOW)

    with pytest.raises(SourceUnavailable, match="503"):
        await crawl(context, date_range={"last_days": 3})

    assert context.checkpoints == [] or context.checkpoints[-1]["last"] is None


async def test_resumed_in_either_of_two_sources_it_knows_the_copies() -> None:
    clean, reference = await crawl(sources=[])
    of_first = 2 + clean.articles_collected // BATCH
    assert clean.copies
    assert len(reference.checkpoints) > of_first + 1

    for number in (of_first - 1, of_first + 1):
        table = Table()
        first = RecordingContext(NOW, table=table, crash_before_checkpoint=number)
        with pytest.raises(Crash):
            await crawl(first, sources=[])
        result, _ = await crawl(RecordingContext(NOW, table=table, cursor=first.cursor), sources=[])

        assert table.rows == reference.table.rows
        for name in ("articles_collected", "articles_read", "copies", "per_source", "sources_read"):
            assert getattr(result, name) == getattr(clean, name), (number, name)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://A.Example/x?utm_source=rss&id=7&fbclid=1#top", "https://a.example/x?id=7"),
        ("HTTP://a.example:80", "http://a.example/"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("http://[::1]:81/", "http://[::1]:81/"),
    ],
)
def test_canonical_addresses(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


def test_the_cursor_stays_small() -> None:
    names = [f"source-number-{n:010}" for n in range(100)]
    place = _Place(source=99, last=(NOW.isoformat(), "f" * 16), seen=["f" * 10] * 200)
    place.result.per_source = dict.fromkeys(names, 10_000)
    place.result.failures = ["x" * 140] * 8

    assert len(json.dumps(place.model_dump(mode="json"))) <= 8 * 1024
