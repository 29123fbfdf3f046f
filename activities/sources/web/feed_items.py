"""Reads the items of a feed: RSS 0.9 to 2.0 and Atom through feedparser, JSON Feed by hand."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml.html import defs

from activities.sources.web.encodings import decoded
from activities.sources.web.feed_repairs import with_ampersands, with_whole_characters, without_captions
from activities.sources.web.feed_symbols import symbols_of
from activities.sources.web.guarded_http import Reply
from activities.sources.web.html_text import html_to_text
from contracts.errors import BadSourceReply

TEXT_LIMIT = 100_000
TITLE_LIMIT = 500
#: "<B and C>" is none.
_TAG = re.compile(r"</?([a-z][a-z0-9]*)(?:\s+[\w:-]+\s*=[^>]*|\s*/?)>", re.IGNORECASE)
#: Escaped once too often: the tags of a text that has no others are not what its author wrote.
_TAGS_AS_TEXT = re.compile(
    r"\s*<(?:(?:p|div|ul|ol|table|figure|h[1-6]|span)\b[^<>]*|(?:a|img)\s[^<>]+)>", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: What a site puts behind it, such as a script that counts readers, is none of its items.
_ENDED = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>(?!.*<(?:item|entry)\b)", re.IGNORECASE | re.DOTALL)
_DATES = ("published", "updated", "created", "prism_publicationdate")
_XML_DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)


class FeedBrokeOff(BadSourceReply):
    """The feed has no end: part of it is missing."""


@dataclass(frozen=True)
class Item:
    """One item, in the author's words."""

    link: str
    guid: str
    title: str
    #: The fullest text that the feed has of it.
    text: str
    author: str
    #: As they are written, the best first.
    dates: list[str] = field(default_factory=list)
    #: That of the feed, if it says so: en-US.
    language: str = ""
    #: The shares under which it is filed: see `feed_symbols`.
    symbols: tuple[str, ...] = ()
    #: What the dates mean, once that is read.
    moment: datetime | None = None


def items_of(reply: Reply, *, cut_off: bool = False) -> list[Item]:
    """The items in the order of the feed. Feeds with mistakes give what is readable. Takes a moment of computing.

    Raises:
        FeedBrokeOff: its end is missing, and `cut_off` does not say that it may be.
        BadSourceReply: nothing of it can be read.
    """
    xml = "json" not in reply.media_type
    text = decoded(reply.body, reply.headers.get("content-type", ""), xml=True)
    if text.lstrip()[:1] == "{":
        return _of_json(text)
    items = _of_xml(text, reply.url)
    if xml and items and not cut_off and not _ENDED.search(text[-2_000:]):
        raise FeedBrokeOff(f"The feed breaks off after {len(items)} items.")
    return items


def _of_xml(text: str, url: str) -> list[Item]:
    feed = _parsed(without_captions(with_whole_characters(_XML_DECLARATION.sub("", text, count=1))), url)
    if not feed.entries and (feed.bozo or not feed.get("version")):
        raise _unreadable()
    atom = str(feed.get("version")).startswith("atom")
    language = str(feed.feed.get("language") or "")
    return [replace(_item(each, _link_of(each, text, url), atom=atom), language=language) for each in feed.entries]


def _parsed(text: str, url: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    feed: Any = None
    for attempt in (text, with_ampersands(text)):
        # A stream: bytes and text would be taken for the name of a file first.
        body = BytesIO(attempt.encode(errors="replace"))
        try:
            feed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError):
            raise _unreadable() from None
        if not feed.bozo:
            break
    return feed


def _unreadable() -> BadSourceReply:
    return BadSourceReply("The reply is not a feed that can be read.")


def _item(entry: Any, link: str, *, atom: bool) -> Item:
    texts = [entry.get("summary_detail"), *entry.get("content", [])]
    # dict.get: feedparser's own gives one date for another, with a warning.
    dates = [str(dict.get(entry, name) or "") for name in _DATES]
    return Item(
        link=link,
        guid=str(entry.get("id", "")) if link or not entry.get("guidislink") else "",
        title=" ".join(_words(entry.get("title_detail"), TITLE_LIMIT, atom=atom).split()),
        text=_fullest(_words(each, TEXT_LIMIT, atom=atom) for each in texts),
        author=_authors(entry),
        dates=[each for each in dates if each],
        symbols=symbols_of((str(tag.get("term") or ""), str(tag.get("scheme") or "")) for tag in entry.get("tags", [])),
    )


def _authors(entry: Any) -> str:
    """All of them; the parser's own `author` is one."""
    names = dict.fromkeys(str(each["name"]).strip() for each in entry.get("authors", []) if each.get("name"))
    return html.unescape(", ".join(names) if len(names) > 1 else str(entry.get("author", "")).strip())


def _link_of(entry: Any, text: str, url: str) -> str:
    """The story's own address: what counts clicks (FeedBurner) names it beside its own.

    Of an item without a link the parser takes the guid for one, though it may be no address at all.
    """
    own = str(entry.get("feedburner_origlink", "")).strip()
    if _ADDRESS.match(own):
        return own
    link = str(entry.get("link", ""))
    if not entry.get("guidislink") or link != entry.get("id") or link in text or html.escape(link) in text:
        return link
    written = link.removeprefix(urljoin(url, "."))
    return "" if re.search(rf">\s*{re.escape(written)}\s*</", text) and not _ADDRESS.match(written) else link


def _fullest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")


def _words(detail: Any, limit: int, *, atom: bool) -> str:
    """The text of an element. Atom says whether it is HTML; in RSS it is, if there are tags of HTML in it."""
    value = str((detail or {}).get("value") or "")
    if str((detail or {}).get("type", "")) == "text/plain" and (atom or not _has_tags(value)):
        text = (value if atom else html.unescape(value)).strip()[:limit]
    else:
        text = html_to_text(value, limit)
    return html_to_text(text, limit) if _TAGS_AS_TEXT.match(text) and not _has_tags(value) else text


def _has_tags(value: str) -> bool:
    return any(match[1].lower() in defs.tags for match in _TAG.finditer(value))


def _of_json(text: str) -> list[Item]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise _unreadable()
    language = str(feed.get("language") or "")
    return [_json_item(item | {"language": language}) for item in items if isinstance(item, dict)]


def _json_item(item: dict[str, Any]) -> Item:
    authors = item.get("authors") or [item.get("author")]
    named = [each for each in authors if isinstance(each, dict)] if isinstance(authors, list) else []
    texts = [html_to_text(str(item.get("content_html") or ""), TEXT_LIMIT)]
    texts += [str(item.get(name) or "").strip()[:TEXT_LIMIT] for name in ("content_text", "summary")]
    dates = [str(item.get(name) or "") for name in ("date_published", "date_modified")]
    return Item(
        link=str(item.get("url") or item.get("external_url") or ""),
        guid=str(item.get("id") or ""),
        title=" ".join(str(item.get("title") or "").split())[:TITLE_LIMIT],
        text=_fullest(texts),
        author=", ".join(str(each["name"]) for each in named if each.get("name")),
        dates=[each for each in dates if each],
        language=item["language"],
        symbols=symbols_of((str(tag), "") for tag in item.get("tags") or [] if isinstance(tag, str)),
    )
