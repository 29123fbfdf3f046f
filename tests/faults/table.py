"""The task types and how each meets its source: one row per type, one per provider for those that ask a model."""

from datetime import date, datetime, timedelta
from typing import Any

from activities.api_update import idempotency_key
from activities.twitter_crawl import END_MARGIN
from contracts.errors import NotFound
from contracts.params.analysis import ApiUpdateParams
from contracts.records.rows import RecordKind
from tests.faults.case import Case, Point, Where
from tests.faults.material import EARLIER_PAGE, LONG_TEXT, POSTS
from tests.sandbox_server import Sandbox

#: The sandbox's company of that ticker, for EDGAR.
_NVIDIA = 1045810
_SUBREDDITS = ["stocks", "options"]


def _days(today: date, first: int, last: int = 0) -> dict[str, str]:
    """A range of whole days, so that a task submitted later sees the same."""
    return {"from": str(today - timedelta(days=first)), "to": str(today - timedelta(days=last))}


def _reddit(where: Where) -> dict[str, Any]:
    days = _days(where.today, 24, 2)
    return {"ticker": where.ticker, "subreddits": _SUBREDDITS, "date_range": days, "limit": 100_000}


def _reddit_has(sandbox: Sandbox, now: datetime) -> set[str]:
    first, end = (now - timedelta(days=24)).timestamp(), (now - timedelta(days=1)).timestamp()
    posts = [post for name in _SUBREDDITS for post in sandbox.posts.of(name) if first <= post.created < end]
    return {post.id for post in posts if "NVDA" in post.tickers}


def _x(where: Where) -> dict[str, Any]:
    return {"ticker": where.ticker, "date_range": _days(where.today, 6), "limit": 100_000}


def _x_has(sandbox: Sandbox, now: datetime) -> set[str]:
    posts = [post for post in sandbox.x_posts.all if now - timedelta(days=6) <= post.created < now - END_MARGIN]
    return {str(post.id) for post in posts if post.retweet_of is None and "$NVDA" in post.text}


def _news(where: Where) -> dict[str, Any]:
    return {"ticker": where.ticker, "sources": ["wire"], "date_range": _days(where.today, 30)}


def _news_has(sandbox: Sandbox, _: datetime) -> set[str]:
    return {f"{sandbox.url}{article.path}" for article in sandbox.articles.of("NVDA")}


def _sec(where: Where) -> dict[str, Any]:
    days = _days(where.today, 900)
    return {"ticker": where.ticker, "filing_types": ["8-K"], "date_range": days, "limit": 8}


def _sec_has(sandbox: Sandbox, _: datetime) -> set[str]:
    newest = [filing.accession for filing in sandbox.filings.of(_NVIDIA) if filing.form == "8-K"]
    return set(newest[:8])


def _sentiment(where: Where) -> dict[str, Any]:
    return {"ticker": where.ticker, "source": "social"}


def _summary(where: Where) -> dict[str, Any]:
    return {"ticker": where.ticker, "data_sources": ["social"], "window": _days(where.today, 30)}


def _llm(_: Where) -> dict[str, Any]:
    return {"operation": "extract_entities", "text": LONG_TEXT}


_CALL: dict[str, Any] = {"endpoint": "/prices/NVDA", "method": "PUT", "payload": {"price": 12}}


def _call(_: Where) -> dict[str, Any]:
    return _CALL


def _page(where: Where) -> dict[str, Any]:
    return {"url": f"{where.url}/news/page?version=2", "selector": ".price"}


def _model_cases(provider: str) -> tuple[Case, ...]:
    """The three types that ask a model, with one provider."""
    environment = {"MODEL_PROVIDER": provider, "MODEL_REQUESTS_PER_MINUTE": "60000"}
    return (
        Case(
            "ai_sentiment", provider, RecordKind.SOCIAL_SENTIMENT, "post_id",
            params=_sentiment,
            wanted=lambda *_: {row["post_id"] for row in POSTS},
            # Two requests per page of a hundred posts.
            points=(Point(), Point(after=3)),
            spared=2,
            empty={"ticker": "ZZZZ"},
            portions=(3, lambda attempt: len(attempt.stores)),
            material={RecordKind.SOCIAL_POSTS: POSTS},
            environment=environment,
            # What was scored already is not read again, and so not counted again either.
        ),
        Case(
            "ai_summary", provider, RecordKind.AI_ANALYSES, "analysis_id",
            params=_summary,
            wanted=lambda *_: {"ai_summary:summary"},
            points=(Point(),),
            spared=0,
            empty={"ticker": "ZZZZ"},
            empty_ends=NotFound,
            portions=(2, lambda attempt: len(attempt.queries)),
            material={RecordKind.SOCIAL_POSTS: POSTS},
            environment=environment,
        ),
        Case(
            "llm_task", provider, RecordKind.AI_ANALYSES, "analysis_id",
            params=_llm,
            wanted=lambda *_: {"llm_task:extract_entities"},
            # The parts of a long text go one by one; what they gave is not kept between attempts.
            points=(Point(), Point(after=1)),
            spared=0,
            empty={"text": None, "record_ids": ["social_posts:gone"]},
            empty_ends=NotFound,
            portions=(2, lambda attempt: sum("part" in step for step in attempt.steps)),
            environment=environment,
        ),
    )  # fmt: skip


CASES = (
    Case(
        "reddit_crawl", "reddit", RecordKind.REDDIT_POSTS, "reddit_id",
        params=_reddit,
        wanted=_reddit_has,
        points=(Point("/access_token"), Point("/search", after=2)),
        spared=2,
        empty={"ticker": "ZZZZ"},
        limit=130,
        shared_by="subreddit",
    ),
    Case(
        "twitter_crawl", "x", RecordKind.SOCIAL_POSTS, "post_id",
        params=_x,
        wanted=_x_has,
        points=(Point(), Point(after=2)),
        spared=2,
        empty={"ticker": "ZZZZ"},
        limit=130,
    ),
    Case(
        "news_crawl", "news", RecordKind.NEWS_ARTICLES, "url",
        params=_news,
        wanted=_news_has,
        points=(
            Point("/feeds/", asks_again=True),
            # What is no robots.txt forbids nothing, as its standard has it.
            Point("/robots.txt", broken="reset", asks_again=True, leaves_long_waits=False),
            # Any bytes are a page, but not a page that breaks off. A site that wants to be left alone is passed by.
            Point("/articles/", after=5, broken="reset", asks_again=True, leaves_long_waits=False),
        ),
        # A batch of five, one of which robots.txt keeps for people.
        spared=4,
        empty={"ticker": "ZZZZ"},
        portions=(2, lambda attempt: len(attempt.stores)),
    ),
    Case(
        "sec_filing_crawl", "sec", RecordKind.SEC_FILINGS, "accession_number",
        params=_sec,
        wanted=_sec_has,
        points=(
            Point("/company_tickers.json"),
            Point("/submissions/"),
            # Any bytes are a document, but not a document that breaks off.
            Point("/Archives/", after=6, broken="reset"),
        ),
        spared=5,
        empty={"filing_types": ["20-F"]},
        limit=6,
    ),
    *_model_cases("openai"),
    *_model_cases("anthropic"),
    Case(
        "api_update", "internal", RecordKind.API_UPDATES, "request_id",
        params=_call,
        wanted=lambda *_: {idempotency_key("api_update", ApiUpdateParams(**_CALL))},
        # Whatever a 200 says is kept and not judged, so only an answer that breaks off is a bad one.
        points=(Point("/prices", broken="reset"),),
        spared=0,
        empty={"endpoint": "/silent"},
        # The log says that it was asked.
        empty_rows=1,
    ),
    Case(
        "web_monitor", "news", RecordKind.WEB_SNAPSHOTS, "url",
        params=_page,
        wanted=lambda sandbox, _: {f"{sandbox.url}/news/page?version=2"},
        points=(Point("/page"),),
        spared=0,
        empty={"selector": "#nothing"},
        empty_ends=NotFound,
        material={RecordKind.WEB_SNAPSHOTS: [EARLIER_PAGE]},
    ),
)  # fmt: skip
