"""RSS and Atom: fetching a feed only if it has changed, and what its entries say."""

import calendar
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

import feedparser

from activities.context import in_thread
from activities.sources.text import storable
from activities.sources.web.canonical import absolute, canonical_url, digest
from activities.sources.web.guarded_http import GuardedHttp, Reply
from activities.sources.web.html_text import html_to_text
from contracts.errors import BadSourceReply

_MOST_FEEDS = 200
_SUMMARY_LIMIT = 20_000


@dataclass(frozen=True)
class Entry:
    """One item of a feed."""

    #: Canonical, as far as the address itself tells.
    url: str
    title: str
    summary: str
    author: str | None
    published: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Orders entries by time, and among the same time in a way that does not change."""
        return self.published.isoformat(), digest(self.url)[:16]


class FeedCache:
    """The last reply per feed, so that an unchanged feed is not sent again. Lives as long as the worker."""

    def __init__(self, most: int = _MOST_FEEDS) -> None:
        self._most = most
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    async def get(self, http: GuardedHttp, url: str) -> Reply:
        """The feed as it is now.

        Raises:
            TaskError: it cannot be had.
        """
        known = self._replies.get(url)
        reply = await http.get(url, _conditions(known))
        if reply.status == HTTPStatus.NOT_MODIFIED and known is not None:
            self._replies.move_to_end(url)
            return known
        reply.refuse_failure()
        self._keep(url, reply)
        return reply

    def _keep(self, url: str, reply: Reply) -> None:
        self._replies.pop(url, None)
        if _conditions(reply):
            self._replies[url] = reply
        while len(self._replies) > self._most:
            self._replies.popitem(last=False)


FEEDS = FeedCache()


def _conditions(known: Reply | None) -> dict[str, str]:
    if known is None:
        return {}
    found = {"If-None-Match": known.headers.get("etag"), "If-Modified-Since": known.headers.get("last-modified")}
    return {name: value for name, value in found.items() if value}


async def entries_of(reply: Reply) -> list[Entry]:
    """The dated entries of a feed, each address once, the newest first. Feeds with mistakes give what is readable.

    Raises:
        BadSourceReply: nothing of it is.
    """
    feed = await in_thread(lambda: _parsed(reply))
    if not feed.entries and (feed.bozo or not feed.version):
        raise _unreadable()
    found = [entry for item in feed.entries if (entry := _entry(item, reply.url))]
    distinct = {entry.url: entry for entry in reversed(found)}
    return sorted(distinct.values(), key=lambda entry: entry.key, reverse=True)


def _parsed(reply: Reply) -> Any:
    headers = {"content-type": reply.headers.get("content-type", "application/xml"), "content-location": reply.url}
    # A stream: bytes and text would be taken for the name of a file first.
    try:
        return feedparser.parse(BytesIO(reply.body), response_headers=headers)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise _unreadable() from None


def _unreadable() -> BadSourceReply:
    return BadSourceReply("The reply is not a feed that can be read.")


def _entry(item: Any, base: str) -> Entry | None:
    moment = _moment(item)
    link = absolute(base, str(item.get("link", "")))
    if moment is None or link is None:
        return None
    author = str(item.get("author", "")).strip()
    return Entry(
        url=canonical_url(link),
        title=_plain(item.get("title", ""), 500),
        summary=_plain(item.get("summary", ""), _SUMMARY_LIMIT),
        author=storable(author, 200) or None,
        published=moment,
    )


def _moment(item: Any) -> datetime | None:
    parsed = item.get("published_parsed") or item.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _plain(html: object, limit: int) -> str:
    return storable(html_to_text(str(html), limit), limit)
