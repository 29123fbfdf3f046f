"""Replies in X's shapes: a page of posts, problems, what is left of the allowance."""

import html
import math
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.x.posts import XPost

#: X allows an application 450 searches in a quarter of an hour.
ALLOWANCE, WINDOW_SECONDS = 450, 900
_PROBLEMS = "https://api.twitter.com/2/problems"
_NOT_ENROLLED = {
    "title": "Client Forbidden",
    "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a "
    "developer App that is attached to a Project.",
    "type": f"{_PROBLEMS}/client-forbidden",
    "reason": "client-not-enrolled",
    "client_id": "1",
    "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
}


def error(status: int, *, retry_after: float | None = None) -> Response:
    """X's problem. It has no Retry-After: the allowance says when there is more."""
    body: dict[str, Any] = {"title": HTTPStatus(status).phrase, "type": "about:blank", "status": status}
    body["detail"] = body["title"]
    if status == HTTPStatus.FORBIDDEN:
        body |= _NOT_ENROLLED
    headers = allowance()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers = allowance(0, WINDOW_SECONDS if retry_after is None else retry_after)
    return JSONResponse(body, status_code=status, headers=headers)


def invalid(parameter: str, value: str, message: str) -> Response:
    """A parameter that X does not take."""
    body = {
        "errors": [{"parameters": {parameter: [value]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{_PROBLEMS}/invalid-request",
    }
    return JSONResponse(body, status_code=400, headers=allowance())


def page(posts: Sequence[XPost], next_token: str | None, allowance: dict[str, str]) -> Response:
    """Posts with their authors. Without posts there is no `data` at all."""
    body: dict[str, Any] = {"meta": {"result_count": len(posts)}}
    if posts:
        body["data"] = [_tweet(post) for post in posts]
        body["meta"] |= {"newest_id": str(posts[0].id), "oldest_id": str(posts[-1].id)}
    if users := {post.author_id: post.username for post in posts if post.username}:
        body["includes"] = {"users": [_user(author_id, name) for author_id, name in users.items()]}
    if gone := sorted({post.author_id for post in posts if not post.username}):
        body["errors"] = [_not_found(author_id) for author_id in gone]
    if next_token:
        body["meta"]["next_token"] = next_token
    return JSONResponse(body, headers=allowance)


def allowance(remaining: int = ALLOWANCE - 1, seconds_to_reset: float = WINDOW_SECONDS) -> dict[str, str]:
    """How much a client may still ask."""
    return {
        "x-rate-limit-limit": str(ALLOWANCE),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(math.ceil(time.time() + seconds_to_reset)),
    }


def _tweet(post: XPost) -> dict[str, Any]:
    tweet: dict[str, Any] = {
        "id": str(post.id),
        # X escapes the text for HTML.
        "text": html.escape(post.text, quote=False),
        "created_at": post.created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": post.lang,
        "author_id": post.author_id,
        "edit_history_tweet_ids": [str(post.id)],
        "public_metrics": {
            "retweet_count": post.reposts,
            "reply_count": post.replies,
            "like_count": post.likes,
            "quote_count": post.quotes,
            "bookmark_count": 0,
            "impression_count": post.likes * 40,
        },
    }
    links = {"retweeted": post.retweet_of, "replied_to": post.reply_to}
    if referenced := [{"type": how, "id": str(id_)} for how, id_ in links.items() if id_]:
        tweet["referenced_tweets"] = referenced
    return tweet


def _user(author_id: str, username: str) -> dict[str, str]:
    return {"id": author_id, "name": username.replace("_", " ").title(), "username": username}


def _not_found(author_id: str) -> dict[str, str]:
    return {
        "value": author_id,
        "detail": f"Could not find user with author_id: [{author_id}].",
        "title": "Not Found Error",
        "resource_type": "user",
        "parameter": "author_id",
        "resource_id": author_id,
        "type": f"{_PROBLEMS}/resource-not-found",
    }
