"""The readable part of a page: its text without menus and advertisements, title, author, own address."""

from dataclasses import dataclass

import lxml.html
import trafilatura
from lxml.etree import LxmlError

from activities.sources.text import storable
from activities.sources.web.canonical import absolute, canonical_url, same_site
from activities.sources.web.guarded_http import Reply
from contracts.errors import BadSourceReply

TEXT_LIMIT = 100_000


@dataclass(frozen=True)
class Readable:
    """What a person would read on the page."""

    #: What the page calls its address, if that is on the same site; else where it was found.
    url: str
    title: str
    author: str | None
    text: str


def readable(reply: Reply) -> Readable:
    """The readable part of an HTML page. Takes a moment of computing: call it in a thread.

    Raises:
        BadSourceReply: it is nothing like HTML.
    """
    try:
        document = trafilatura.bare_extraction(reply.body, url=reply.url, include_comments=False, with_metadata=True)
    except (LxmlError, ValueError, TypeError, RecursionError):
        raise BadSourceReply("The page could not be read.") from None
    found = document.as_dict() if document is not None and not isinstance(document, dict) else document or {}
    return Readable(
        url=_own_address(reply),
        title=storable(found.get("title") or "", 500),
        author=storable(found.get("author") or "", 200) or None,
        text=storable(found.get("text") or "", TEXT_LIMIT),
    )


def _own_address(reply: Reply) -> str:
    here = canonical_url(reply.url)
    try:
        links = lxml.html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href")
    except (LxmlError, ValueError):
        return here
    named = absolute(reply.url, str(links[0])) if links else None
    return canonical_url(named) if named and same_site(named, here) else here
