"""The text of a page, or of the part of it that a CSS selector picks."""

from dataclasses import dataclass

import lxml.html
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import LxmlError

from activities.sources.text import storable
from activities.sources.web.articles import TEXT_LIMIT, readable
from activities.sources.web.guarded_http import Reply
from activities.sources.web.html_text import html_to_text
from contracts.errors import BadSourceReply, InvalidParams, NotFound

_HTML = ("text/html", "application/xhtml+xml")
_PLAIN = ("text/", "application/json", "application/xml", "application/rss+xml", "application/atom+xml")


@dataclass(frozen=True)
class PageText:
    """What there is to read."""

    title: str | None
    text: str


class Selector:
    """A CSS selector that can be used."""

    def __init__(self, css: str) -> None:
        """Read the selector.

        Raises:
            InvalidParams: it is none.
        """
        self._css = css
        try:
            self._matches = CSSSelector(css, translator="html")
        except (SelectorError, LxmlError):
            raise self._useless() from None

    def html(self, document: lxml.html.HtmlElement) -> str:
        """The elements it picks, as HTML.

        Raises:
            NotFound: there are none.
            InvalidParams: the selector names something that HTML does not have.
        """
        try:
            elements = self._matches(document)
        except LxmlError:
            raise self._useless() from None
        if not elements:
            raise NotFound(f"Nothing on the page matches '{self._css}'. Correct the task's selector.")
        parts = (lxml.html.tostring(element, encoding="unicode", with_tail=False) for element in elements)
        return "".join(f"<div>{part}</div>" for part in parts)

    def _useless(self) -> InvalidParams:
        return InvalidParams(f"'{self._css}' is not a CSS selector that can be used. Correct the task's selector.")


def page_text(reply: Reply, selector: Selector | None) -> PageText:
    """The text of a reply. Takes a moment of computing: call it in a thread.

    Raises:
        TaskError: there is no text, or the selector picks nothing.
    """
    kind = reply.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind in _HTML:
        return _of_html(reply, selector)
    if selector is not None or not kind.startswith(_PLAIN):
        raise BadSourceReply(f"The address leads to {kind[:50]}, not to a page that can be read.")
    return PageText(None, storable(reply.text, TEXT_LIMIT))


def _of_html(reply: Reply, selector: Selector | None) -> PageText:
    try:
        document = lxml.html.document_fromstring(reply.body, parser=lxml.html.HTMLParser(encoding=reply.charset))
    except (LxmlError, ValueError, LookupError):
        raise BadSourceReply("The page could not be read.") from None
    title = storable((document.findtext(".//title") or "").strip(), 500) or None
    if selector is not None:
        return PageText(title, storable(html_to_text(selector.html(document), TEXT_LIMIT), TEXT_LIMIT))
    # Pages that are nothing like an article have no readable part: all of their text, then.
    text = readable(reply).text or html_to_text(reply.text, TEXT_LIMIT)
    return PageText(title, storable(text, TEXT_LIMIT))
