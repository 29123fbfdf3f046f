"""The entries of a feed: each story once, under the identity that its author gave it, at the time that is written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urldefrag

from activities.context import in_thread
from activities.sources.text import storable
from activities.sources.web.canonical import absolute, canonical_url, digest
from activities.sources.web.date_orders import Order, usual_order
from activities.sources.web.dates import moment_of
from activities.sources.web.feed_dates import orders_of
from activities.sources.web.feed_items import TEXT_LIMIT, TITLE_LIMIT, Item, items_of
from activities.sources.web.guarded_http import Reply
from activities.sources.web.wrapped_links import unwrapped


@dataclass(frozen=True)
class Entry:
    """One story."""

    #: Tells it from all others, also in other feeds.
    id: str
    #: Canonical, as far as the address itself tells; with the fragment where only that tells stories apart.
    url: str
    #: As the feed writes it: this is what is fetched.
    link: str
    title: str
    summary: str
    author: str | None
    #: Of an undated entry, when this task was submitted.
    published: datetime
    dated: bool = True
    #: The shares under which the feed files it: see `feed_symbols`.
    symbols: tuple[str, ...] = ()
    #: Other stories of the feed have this page, too, so that its text is not this story's.
    shared: bool = False
    #: Its id if other stories, of another day perhaps, have this page, too; empty if its author gave it no id.
    own_id: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Orders entries by time, and among the same time in a way that does not change."""
        return self.published.isoformat(), self.id[:16]


@dataclass(frozen=True)
class FeedEntries:
    """What a feed has, the newest first, and what was left out of it."""

    entries: list[Entry] = field(default_factory=list)
    #: The same story once more.
    copies: int = 0
    #: Items that lead nowhere.
    without_address: int = 0


async def entries_of(reply: Reply, seen: datetime, *, cut_off: bool = False) -> FeedEntries:
    """All entries; those whose time is not written, or not for certain, have `seen` and are marked.

    Raises:
        BadSourceReply: the feed cannot be read, or breaks off (unless `cut_off` says that it may).
    """
    return await in_thread(lambda: _entries(items_of(reply, cut_off=cut_off), reply.url, seen))


def _entries(items: list[Item], base: str, seen: datetime) -> FeedEntries:
    language = next((item.language for item in items if item.language), "")
    orders = orders_of((item.dates for item in items), seen, usual_order(language, base))
    items = [replace(item, moment=_moment(item, orders)) for item in items]
    pages: dict[str, list[tuple[str, Item]]] = defaultdict(list)
    for item in items:
        if link := absolute(base, unwrapped(item.link or _address(item.guid))):
            pages[canonical_url(link)].append((link, item))
    found = [entry for page, group in pages.items() for entry in _of_page(page, group, seen)]
    found.sort(key=lambda entry: entry.key, reverse=True)
    linked = sum(map(len, pages.values()))
    return FeedEntries(found, copies=linked - len(found), without_address=len(items) - linked)


def _moment(item: Item, orders: Mapping[str, Order]) -> datetime | None:
    return next((found for text in item.dates if (found := moment_of(text, orders))), None)


def _address(guid: str) -> str:
    return guid if re.match(r"https?://", guid) else ""


def _of_page(page: str, group: list[tuple[str, Item]], seen: datetime) -> Iterable[Entry]:
    """The stories of one page: as many as their authors' ids, or else their fragments, tell apart."""
    apart: dict[str, tuple[str, Item]] = {}
    for link, item in group:
        name = _own_name(page, link, item)
        if name not in apart or _is_newer(item, apart[name][1]):
            apart[name] = link, item
    fragments = {urldefrag(link).fragment for link, _ in apart.values()}
    by_fragment = len(fragments) == len(apart) > 1
    for name, (link, item) in apart.items():
        url = f"{page}#{urldefrag(link).fragment}" if by_fragment else page
        identity = url if by_fragment or len(apart) == 1 else f"{page}\n{name}"
        entry = _entry(digest(identity), url, link, item, seen, shared=len(apart) > 1)
        # An id that stands in the address says nothing more than the address.
        says_more = name and item.guid.strip() not in link and not by_fragment
        yield replace(entry, own_id=digest(f"{page}\n{name}")) if item.guid.strip() and says_more else entry


def _is_newer(item: Item, other: Item) -> bool:
    """Whether its author has brought the other one up to date with it, and it tells no less."""
    later = item.moment is not None and other.moment is not None and item.moment > other.moment
    return later and 2 * len(item.text) >= len(other.text)


def _own_name(page: str, link: str, item: Item) -> str:
    guid = item.guid.strip()
    if not guid:
        # Feeds whose items all lead to one page, such as that of a live report.
        return f"#{urldefrag(link).fragment}\n{item.title}"
    if not _address(guid) or canonical_url(guid) != page:
        return guid
    # The BBC counts versions of one story: #0, #1, …
    fragment = urldefrag(guid).fragment
    return "" if fragment.isdecimal() else f"#{fragment}" if fragment else ""


def _entry(id_: str, url: str, link: str, item: Item, seen: datetime, *, shared: bool) -> Entry:
    return Entry(
        id=id_,
        url=url,
        link=link,
        title=storable(item.title, TITLE_LIMIT),
        summary=storable(item.text, TEXT_LIMIT),
        author=storable(item.author, 200) or None,
        published=item.moment or seen,
        dated=item.moment is not None,
        symbols=item.symbols,
        shared=shared,
    )
