"""Replies in Reddit's shapes: listings, errors."""

import math
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

#: Reddit's allowance is renewed every ten minutes.
WINDOW_SECONDS = 600.0
_CHALLENGE = 'Bearer realm="reddit", error="invalid_token"'


def error(status: int, *, retry_after: float | None = None, reason: str | None = None) -> Response:
    """Reddit's JSON error, with the headers it sends along."""
    body: dict[str, Any] = {"message": HTTPStatus(status).phrase, "error": status}
    if reason:
        body = {"reason": reason, **body}
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = _CHALLENGE
    if retry_after is not None:
        headers["retry-after"] = f"{retry_after:g}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers |= allowance(used=1000, remaining=0, reset=retry_after or 0)
    return JSONResponse(body, status_code=status, headers=headers)


def allowance(*, used: int, remaining: float, reset: float) -> dict[str, str]:
    """The three headers by which Reddit tells a client how much it may still ask."""
    return {
        "x-ratelimit-used": str(used),
        "x-ratelimit-remaining": f"{float(remaining)}",
        "x-ratelimit-reset": str(math.ceil(reset)),
    }


def unknown_subreddit(name: str) -> Response:
    """Reddit does not say 404 for a name nobody took: it offers to search for it."""
    return Response(status_code=302, headers={"location": f"/subreddits/search?q={name}"})


def listing(children: list[dict[str, Any]], *, after: str | None, before: str | None) -> dict[str, Any]:
    """A page of things."""
    return {
        "kind": "Listing",
        "data": {
            "after": after,
            "dist": len(children),
            "modhash": None,
            "geo_filter": "",
            "children": children,
            "before": before,
        },
    }
