"""`reddit_crawl` against a Reddit whose listings and threads never end."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from activities.reddit_crawl import reddit_crawl
from activities.sources.reddit.threads import MOST_REQUESTS
from contracts.params.crawl import RedditCrawlParams
from sandbox.reddit import replies
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW
from tests.serving import serving

PAGES = 4
COMMENTS = "POST /api/morechildren"


class Endless:
    """Every page has an hour's post, and another page behind it; every comment has more behind it."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._numbers = itertools.count(1)

    async def answer(self, request: Request) -> JSONResponse:
        path = request.url.path.rstrip("/")
        self.asked[f"{request.method} {path}"] += 1
        if path.endswith("access_token"):
            return JSONResponse({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        if path.endswith("morechildren"):
            number = next(self._numbers)
            more = {"kind": "more", "data": {"children": [f"c{number + 1}"], "count": 1}}
            return JSONResponse({"json": {"errors": [], "data": {"things": [_comment(number), more]}}})
        if "/comments/" in path:
            more = {"kind": "more", "data": {"children": ["c0"], "count": 1}}
            return JSONResponse([{}, replies.listing([more], after=None, before=None)])
        return JSONResponse(replies.listing([_post()], after="t3_p", before=None))


def _post() -> dict[str, Any]:
    data = {
        "id": "p", "subreddit": "stocks", "title": "NVDA", "permalink": "/p", "author": "a", "num_comments": 9,
        "created_utc": NOW.timestamp() - 3_600,
    }  # fmt: skip
    return {"kind": "t3", "data": data}


def _comment(number: int) -> dict[str, Any]:
    data = {
        "id": f"c{number}", "link_id": "t3_p", "parent_id": "t3_p", "subreddit": "stocks", "body": "yes",
        "author": "a", "created_utc": NOW.timestamp(), "replies": "",
    }  # fmt: skip
    return {"kind": "t1", "data": data}


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endless]:
    reddit = Endless()
    monkeypatch.setattr("activities.reddit_crawl.MOST_PAGES", PAGES)
    with serving(Starlette(routes=[Route("/{path:path}", reddit.answer, methods=["GET", "POST"])])) as url:
        monkeypatch.setenv("REDDIT_URL", url)
        monkeypatch.setenv("REDDIT_OAUTH_URL", url)
        yield reddit


async def test_listings_and_threads_without_an_end_end_the_crawl_nevertheless(endless: Endless) -> None:
    context = RecordingContext(NOW)
    params = {"ticker": "NVDA", "subreddits": ["stocks"], "comments": 1_000, "date_range": {"last_days": 25}}

    result = await reddit_crawl(context, RedditCrawlParams.model_validate(params))

    assert not result.complete
    assert endless.asked["GET /r/stocks/new"] == PAGES
    # By time, the probe, and three orders in each of day, week and month.
    assert endless.asked["GET /r/stocks/search"] == (2 + 9) * PAGES
    threads = endless.asked["GET /comments/p"]
    assert endless.asked[COMMENTS] == MOST_REQUESTS * threads
    assert result.comments_collected == MOST_REQUESTS * threads
