"""The sandbox's Reddit as PRAW sees it, with PRAW's own listings and objects."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import praw
import prawcore
import pytest
import requests

from sandbox.reddit.posts import BANNED, PRIVATE, SUBREDDITS
from sandbox.reddit.tokens import REFUSED_CLIENT_ID
from tests.sandbox_server import Sandbox


def application(sandbox: Sandbox, session: requests.Session, **changes: Any) -> praw.Reddit:
    settings: dict[str, Any] = {
        "client_id": "somebody",
        "client_secret": "something",
        "user_agent": "python:sandbox-test:1 (by u/nobody)",
        "reddit_url": sandbox.url,
        "oauth_url": sandbox.url,
        "check_for_updates": False,
        "requestor_kwargs": {"session": session},
    }
    return praw.Reddit(**settings | changes)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    # PRAW leaves its connections open; ours are closed here.
    with requests.Session() as session:
        yield session


@pytest.fixture
def reddit(sandbox: Sandbox, session: requests.Session) -> praw.Reddit:
    return application(sandbox, session)


def test_new_pages_through_everything(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    found = [post.id for post in reddit.subreddit("stocks").new(limit=250)]

    assert found == [post.id for post in sandbox.posts.of("stocks")][:250]
    pages = [entry["query"] for entry in sandbox.requests("reddit") if entry["path"].endswith("/new")]
    assert [page.get("after") for page in pages] == [None, f"t3_{found[99]}", f"t3_{found[199]}"]


def test_search_finds_whole_words(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    posts = list(reddit.subreddit("wallstreetbets").search("AMD", sort="new", time_filter="week", limit=None))

    assert {post.subreddit.display_name for post in posts} == {"wallstreetbets"}
    since = sandbox.posts.now - 7 * 86_400
    expected = [p.id for p in sandbox.posts.of("wallstreetbets") if "AMD" in p.tickers and p.created >= since]
    assert [post.id for post in posts] == expected


def test_submissions_have_the_usual_fields(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = next(iter(reddit.subreddit("options").new(limit=1)))
    original = sandbox.posts.of("options")[0]

    assert (post.title, post.selftext, post.score) == (original.title, original.body, original.score)
    assert str(post.author) == original.author
    assert post.fullname == original.fullname
    assert post.created_utc == original.created


def test_before_leads_back(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    newest = sandbox.posts.of("stocks")

    page = reddit.get("r/stocks/new", params={"before": newest[30].fullname, "limit": 10})

    assert [post.id for post in page] == [post.id for post in newest[20:30]]


def test_every_ticker_has_several_pages_everywhere(sandbox: Sandbox) -> None:
    for name in SUBREDDITS:
        posts = sandbox.posts.of(name)
        for ticker in ("NVDA", "GME", "BRK-B", "F"):
            assert sum(ticker in post.tickers for post in posts) >= 200
        assert any(post.crosspost_of for post in posts)
        assert any(len(post.tickers) > 1 for post in posts)
        assert any(not post.tickers for post in posts)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("nosuchsub", prawcore.exceptions.Redirect),
        (BANNED, prawcore.exceptions.NotFound),
        (PRIVATE, prawcore.exceptions.Forbidden),
    ],
)
def test_closed_subreddits(reddit: praw.Reddit, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        list(reddit.subreddit(name).new(limit=1))


def test_about(reddit: praw.Reddit) -> None:
    assert reddit.subreddit("stocks").subscribers == 100_000


def test_rate_limit_headers(reddit: praw.Reddit) -> None:
    list(reddit.subreddit("stocks").new(limit=1))

    limits = reddit.auth.limits
    assert isinstance(limits["remaining"], int)
    assert limits["remaining"] > 1_000
    assert limits["used"]


def test_refused_credentials(sandbox: Sandbox, session: requests.Session) -> None:
    reddit = application(sandbox, session, client_id=REFUSED_CLIENT_ID)

    with pytest.raises(prawcore.exceptions.ResponseException, match="401"):
        list(reddit.subreddit("stocks").new(limit=1))


def test_a_forged_token_is_refused(sandbox: Sandbox) -> None:
    headers = {"User-Agent": "python:sandbox-test:1", "Authorization": "bearer c29tZWJvZHk=.forged"}
    reply = sandbox.http.get("/r/stocks/new", headers=headers)

    assert reply.status_code == 401
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]
    assert reply.json() == {"message": "Unauthorized", "error": 401}


@pytest.mark.parametrize("agent", ["", "python-requests/2.32.3"])
def test_a_client_that_does_not_say_who_it_is_is_slowed_down(sandbox: Sandbox, agent: str) -> None:
    reply = sandbox.http.post("/api/v1/access_token", headers={"User-Agent": agent})

    assert reply.status_code == 429
    assert reply.headers["x-ratelimit-remaining"] == "0.0"


async def test_same_request_same_bytes(sandbox: Sandbox) -> None:
    auth = httpx.BasicAuth("somebody", "something")
    headers = {"User-Agent": "python:sandbox-test:1"}
    grant = {"grant_type": "client_credentials"}
    async with httpx.AsyncClient(base_url=sandbox.url, headers=headers) as client:
        tokens = [await client.post("/api/v1/access_token", data=grant, auth=auth) for _ in range(2)]
        client.headers["Authorization"] = f"bearer {tokens[0].json()['access_token']}"
        path = "/r/stocks/search?q=NVDA&restrict_sr=on&sort=new&limit=100"
        pages = await asyncio.gather(client.get(path), client.get(path))

    assert tokens[0].content == tokens[1].content
    assert pages[0].content == pages[1].content
    assert pages[0].json()["data"]["dist"] == 100
