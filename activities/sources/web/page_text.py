"""Takes the text of a page, all of it, or of the part that a CSS selector picks."""

from dataclasses import dataclass, replace

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
#: What sites, and what their libraries, call things that are there and not shown.
_HIDDEN = frozenset({"hidden", "d-none", "display-none", "is-hidden", "hide"})
_NO_TEXT = frozenset({"script", "style", "template", "noscript", "select", "textarea"})


@dataclass(frozen=True)
class PageText:
    """What there is to read."""

    title: str | None
    text: str
    #: The page has more than is kept of it.
    truncated: bool = False
    #: What of a whole page is its article, as far as one stands out: without menus, and without a price beside it.
    article: str | None = None


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
    if is_shell(page.text if page.article is None else page.article):
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
    whole = html_to_text(reply.text, TEXT_LIMIT + 1)
    article = readable(reply).text or whole
    if is_unfilled(document, article):
        raise _nothing("The page")
    text = _with_marks(document) or whole
    # Longer is only what stands in a script, for search engines: the page shows a teaser.
    page = _kept(title, text if len(article) <= len(text) else f"{text}\n{article}")
    return replace(page, article=storable(article, TEXT_LIMIT))


def _with_marks(document: lxml.html.HtmlElement) -> str | None:
    """All of the text, where something is hidden: a shop that has nothing left only shows its "sold out"."""
    hidden = [element for element in document.iter() if isinstance(element.tag, str) and _is_hidden(element)]
    for element in hidden:
        for part in element.iter():
            part.text = _words(part.text)
            if part is not element:
                part.tail = _words(part.tail)
        element.text = f"(hidden) {element.text or ''}"
    return html_to_text(lxml.html.tostring(document, encoding="unicode"), TEXT_LIMIT + 1) if hidden else None


def _words(text: str | None) -> str:
    """Without what has digits: what is hidden is also where pages keep a token, or when they were made."""
    return " ".join(word for word in (text or "").split() if not any(map(str.isdigit, word)))


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    style = "".join((element.get("style") or "").lower().split())
    names = (element.get("class") or "").lower().split()
    said = element.get("hidden") is not None or "display:none" in style or not _HIDDEN.isdisjoint(names)
    return said and element.tag not in _NO_TEXT and any(text.strip() for text in element.itertext())


def _kept(title: str | None, text: str) -> PageText:
    return PageText(title, storable(text, TEXT_LIMIT), truncated=len(text) > TEXT_LIMIT)


def _nothing(what: str) -> NothingToRead:
    return NothingToRead(
        f"{what} has no text before a script fills it, in a browser, or the site checks its readers first. "
        "Watch the address that the page has its data from."
    )
