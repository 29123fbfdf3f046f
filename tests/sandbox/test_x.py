"""The sandbox's X: shapes, paging, who is let in."""

from typing import Any

import httpx
import pytest

from sandbox.x.posts import XPosts
from sandbox.x.routes import REFUSED
from tests.sandbox_server import SEED, TODAY, Sandbox


def search(sandbox: Sandbox, authorization: str = "Bearer any", **params: str) -> httpx.Response:
    query = {"query": "$NVDA", "max_results": "100"} | params
    return sandbox.http.get("/x/2/tweets/search/recent", params=query, headers={"Authorization": authorization})


def pages(sandbox: Sandbox, **params: str) -> list[dict[str, Any]]:
    found = [search(sandbox, **params).raise_for_status().json()]
    while token := found[-1]["meta"].get("next_token"):
        found.append(search(sandbox, next_token=token, **params).raise_for_status().json())
    return found


def test_the_same_seed_and_day_make_the_same_posts(sandbox: Sandbox) -> None:
    assert XPosts(SEED, TODAY).all == sandbox.x_posts.all
    assert XPosts(SEED + 1, TODAY).all != sandbox.x_posts.all
    assert len({post.id for post in sandbox.x_posts.all}) == len(sandbox.x_posts.all)


def test_pages_hold_every_post_once_newest_first(sandbox: Sandbox) -> None:
    found = pages(sandbox)

    ids = [int(tweet["id"]) for page in found for tweet in page["data"]]
    assert len(ids) > 500
    assert ids == sorted(set(ids), reverse=True)
    for page in found:
        assert page["meta"]["result_count"] == len(page["data"])
        assert (page["meta"]["newest_id"], page["meta"]["oldest_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])


def test_authors_who_are_gone_are_missing(sandbox: Sandbox) -> None:
    page = next(page for page in pages(sandbox) if "errors" in page)

    authors = {tweet["author_id"] for tweet in page["data"]}
    gone = authors - {user["id"] for user in page["includes"]["users"]}
    assert gone == {error["resource_id"] for error in page["errors"]}


def test_queries(sandbox: Sandbox) -> None:
    everything = sum(page["meta"]["result_count"] for page in pages(sandbox))
    own = [tweet for page in pages(sandbox, query="$NVDA -is:retweet") for tweet in page["data"]]

    assert 0 < len(own) < everything
    assert all("retweeted" not in [r["type"] for r in tweet.get("referenced_tweets", [])] for tweet in own)
    assert search(sandbox, query="$ZZZZ").json() == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("query", "bad:thing"),
        ("query", ""),
        ("max_results", "9"),
        ("next_token", "forgotten"),
        ("start_time", "2026-02-22T23:59:59Z"),
        ("end_time", "yesterday"),
    ],
)
def test_what_it_does_not_take_is_named(sandbox: Sandbox, parameter: str, value: str) -> None:
    reply = search(sandbox, **{parameter: value})

    assert reply.status_code == 400
    assert reply.json()["title"] == "Invalid Request"
    assert reply.json()["errors"][0]["parameters"] == {parameter: [value]}


@pytest.mark.parametrize("authorization", ["", f"Bearer {REFUSED}"])
def test_without_a_good_token(sandbox: Sandbox, authorization: str) -> None:
    reply = search(sandbox, authorization)

    assert (reply.status_code, reply.json()["title"], reply.json()["status"]) == (401, "Unauthorized", 401)


def test_a_429_says_when_there_is_more(sandbox: Sandbox) -> None:
    sandbox.fault("x", "status", status=429, times=1)

    refused, allowed = search(sandbox).headers, search(sandbox).headers

    assert refused["x-rate-limit-remaining"] == "0"
    assert int(allowed["x-rate-limit-remaining"]) > 0
    assert int(refused["x-rate-limit-reset"]) > 1_700_000_000
