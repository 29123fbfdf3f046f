"""Crawls of the sandbox's X, and what X may be made to answer."""

import html
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.twitter_crawl import END_MARGIN, START_MARGIN, twitter_crawl
from contracts.params.crawl import TwitterCrawlParams
from contracts.records.rows import SocialPost
from contracts.tasks.results import TwitterCrawlResult
from sandbox.x.posts import XPost
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW, Sandbox

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


LONG = "$NVDA " + "0123456789 " * 64 + "the end & more."


def x_post(id_: int, text: str, **more: Any) -> dict[str, Any]:
    created = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"id": str(id_), "text": text, "created_at": created, "author_id": "1", "public_metrics": {}} | more


def cut(text: str) -> str:
    return html.escape(text[:275], quote=False) + "\u2026 https://t.co/abc"


def note(text: str) -> dict[str, Any]:
    return {"note_tweet": {"text": html.escape(text, quote=False)}}


def answers(sandbox: Sandbox, *posts: dict[str, Any], originals: Sequence[dict[str, Any]] = (), more: str = "") -> None:
    """``more``: the token of the page that follows."""
    users = [{"id": "1", "username": "one"}, {"id": "2", "username": "two"}]
    meta = {"result_count": len(posts)} | ({"next_token": more} if more else {})
    body = {"data": posts, "includes": {"users": users, "tweets": originals}, "meta": meta}
    sandbox.fault("x", "reply", body=body, times=1 if more else None)
