"""The text of an article as its page tells it to search engines: where readers get a teaser, it may be the whole."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from activities.sources.web.html_text import html_to_text

_SCRIPT = re.compile(r"<script\b[^>]*application/ld\+json[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|br|div|h[1-6]|li|ul|a|b|em|strong)\b[^<>]*>", re.IGNORECASE)
#: No more of them are read, nor deeper.
_MOST_SCRIPTS, _DEEPEST = 20, 6


def article_body(page: str, limit: int) -> str:
    """The body of the article that the page describes; empty if it describes none, or several."""
    found = set()
    for _, script in zip(range(_MOST_SCRIPTS), _SCRIPT.finditer(page), strict=False):
        try:
            found |= set(_bodies(json.loads(script[1], strict=False)))
        except (ValueError, RecursionError):
            continue
    return _plain(found.pop(), limit) if len(found) == 1 else ""


def _bodies(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _bodies(each, depth + 1)
    elif isinstance(value, dict):
        body = value.get("articleBody")
        if isinstance(body, str) and body.strip():
            yield body
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _bodies(value.get(name), depth + 1)


def _plain(body: str, limit: int) -> str:
    return html_to_text(body, limit) if _TAG.search(body) else html.unescape(body).strip()[:limit]
