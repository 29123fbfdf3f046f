"""The readable part of a page: its text without menus and advertisements, title, author."""

import re
from dataclasses import dataclass

import lxml.html
import trafilatura
from lxml.etree import LxmlError

from activities.sources.text import storable
from activities.sources.web.guarded_http import Reply
from activities.sources.web.html_text import notes_apart
from activities.sources.web.json_ld import article_body
from contracts.errors import BadSourceReply

TEXT_LIMIT = 100_000
_HTML = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"})

#: What the page tells search engines counts if it is so many times as long as what it shows, and more than a teaser.
_FULLER, _SHORT = 1.5, 300
_FOLDED = re.compile(r"<(?:div|section|span|p)\s[^<>]*\bread-?more[^<>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|\shidden\b", re.IGNORECASE)
_HIDING = re.compile(
    r"\s(?:hidden\b|style|class|id|data-testid|aria-hidden)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?(?=[\s>/])", re.IGNORECASE
)
_ROOT, _HEAD = re.compile(r"<(?:html|rss|feed|\?xml)\b", re.IGNORECASE), 4_096


class NotAPage(BadSourceReply):
    """What is there is no page."""

    retryable = False


@dataclass(frozen=True)
class Readable:
    """What a person would read on the page."""

    #: Where the redirects ended.
    url: str
    title: str
    author: str | None
    text: str
    #: The page has more than is kept of it.
    truncated: bool = False


def readable(reply: Reply) -> Readable:
    """The readable part of an HTML page. Takes a moment of computing: call it in a thread.

    Raises:
        BadSourceReply: it is nothing like HTML.
    """
    if reply.media_type == "text/plain":
        text = reply.text.strip()
        return Readable(reply.url, "", None, storable(text, TEXT_LIMIT), truncated=len(text) > TEXT_LIMIT)
    if reply.media_type not in _HTML:
        raise NotAPage(f"The address leads to {reply.media_type[:50]}, not to a page that can be read.")
    try:
        page = notes_apart(_unfolded(_whole_page(reply.text.replace("\x00", ""))))
        document = trafilatura.bare_extraction(page, url=reply.url, include_comments=False, with_metadata=True)
    except (LxmlError, ValueError, TypeError, RecursionError, AssertionError):
        raise BadSourceReply("The page could not be read.") from None
    found = document.as_dict() if document is not None and not isinstance(document, dict) else document or {}
    text = found.get("text") or ""
    body = article_body(page, TEXT_LIMIT + 1)
    if len(body) > _FULLER * max(len(text), _SHORT):
        text = body
    return Readable(
        url=reply.url,
        title=storable(found.get("title") or "", 500),
        author=storable(found.get("author") or "", 200) or None,
        text=storable(text, TEXT_LIMIT),
        truncated=len(text) > TEXT_LIMIT,
    )


def _whole_page(html: str) -> str:
    """With the tag around it that HTML need not have: without one, trafilatura takes it for something else."""
    return html if _ROOT.search(html, 0, _HEAD) else f"<html>{html}</html>"


def _unfolded(html: str) -> str:
    """With what a click on "Story continues" shows: folded away it would be taken for something that nobody reads."""

    def shown(found: re.Match[str]) -> str:
        return _HIDING.sub("", found[0]) if _HIDDEN.search(found[0]) else found[0]

    return _FOLDED.sub(shown, html)


def document_of(reply: Reply) -> lxml.html.HtmlElement:
    """The page as a tree, in the encoding that a browser would read it in.

    Raises:
        BadSourceReply: there is nothing to read.
    """
    body = reply.text.replace("\x00", "").encode(errors="replace")
    try:
        return lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (LxmlError, ValueError, AssertionError):
        raise BadSourceReply("The page could not be read.") from None
