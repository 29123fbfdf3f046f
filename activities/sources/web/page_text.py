"""The text of a page, or of the part of it that a CSS selector picks."""

from dataclasses import dataclass

import lxml.html
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import LxmlError

from activities.sources.text import storable
from activities.sources.web.articles import TEXT_LIMIT, document_of, readable
from activities.sources.web.guarded_http import Reply
from activities.sources.web.html_text import html_to_text
from activities.sources.web.walls import is_shell, is_unfilled
from contracts.errors import BadSourceReply, InvalidParams, NotFound, TaskError

_HTML = ("text/html", "application/xhtml+xml")
_PLAIN = ("text/", "application/json", "application/xml", "application/rss+xml", "application/atom+xml")


@dataclass(frozen=True)
class PageText:
    """What there is to read."""

    title: str | None
    text: str
    #: The page has more than is kept of it.
    truncated: bool = False


class NothingToRead(TaskError):
    """The page has no text: there is nothing to compare, and a comparison would tell of a change that is none."""

    retryable = False


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
        NothingToRead: there is no text, or what stands in front of it.
        TaskError: it is no page, or the selector picks nothing.
    """
    kind = reply.media_type or "text/html"
    if kind in _HTML:
        page = _of_html(reply, selector)
    elif selector is not None or not kind.startswith(_PLAIN):
        raise BadSourceReply(f"The address leads to {kind[:50]}, not to a page that can be read.")
    else:
        page = _kept(None, reply.text)
    if is_shell(page.text):
        raise _nothing("What the selector picks" if selector else "The page")
    return page


def _of_html(reply: Reply, selector: Selector | None) -> PageText:
    document = document_of(reply)
    title = storable((document.findtext(".//title") or "").strip(), 500) or None
    if selector is not None:
        try:
            return _kept(title, html_to_text(selector.html(document), TEXT_LIMIT + 1))
        except NotFound:
            whole = html_to_text(reply.text, TEXT_LIMIT)
            if is_shell(whole) or is_unfilled(document, whole):
                raise _nothing("The page") from None
            raise
    # Pages that are nothing like an article have no readable part: all of their text, then.
    text = readable(reply).text or html_to_text(reply.text, TEXT_LIMIT + 1)
    if is_unfilled(document, text):
        raise _nothing("The page")
    return _kept(title, text)


def _kept(title: str | None, text: str) -> PageText:
    return PageText(title, storable(text, TEXT_LIMIT), truncated=len(text) > TEXT_LIMIT)


def _nothing(what: str) -> NothingToRead:
    return NothingToRead(
        f"{what} has no text before a script fills it, in a browser, or the site checks its readers first. "
        "Watch the address that the page has its data from."
    )
