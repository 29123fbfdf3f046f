"""A news site of which each page can be anything, for what the sandbox's well-made one does not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.serving import serving

BODY = "The company said on Monday that {about} was doing better than its analysts had thought. " * 8


def article(about: str, head: str = "") -> Response:
    """A page that tells of something."""
    text = f"<article><h1>{about}</h1><p>{BODY.format(about=about)}</p></article>"
    return HTMLResponse(f"<html><head>{head}<title>{about}</title></head><body>{text}</body></html>")


def to(address: str) -> Response:
    return RedirectResponse(address, status_code=302)


@dataclass
class OddNews:
    """Pages by path, with their query; `asked` are the requests so far."""

    url: str = ""
    pages: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def other(self) -> str:
        """The same site under the name of another host."""
        return self.url.replace("127.0.0.1", "localhost")

    def feed(self, *items: str) -> str:
        """Serve a feed of these items; returns its address."""
        inner = "".join(f"<item>{item}</item>" for item in items)
        body = f'<rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'
        self.pages["/feed"] = Response(body, media_type="application/rss+xml")
        return f"{self.url}/feed?s={{ticker}}"

    def story(self, number: int, text: str, path: str = "") -> str:
        """An item."""
        link = f"{self.url}{path or f'/story-{number}'}"
        date = f"<pubDate>Sun, 01 Mar 2026 10:0{number}:00 GMT</pubDate>"
        title = f"<title>{_NAMES[number]} surprises investors</title>"
        return f"{title}<link>{link}</link><guid>{number}</guid>{date}<description>{text}</description>"

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        whole = f"{path}?{request.url.query}" if request.url.query else path
        self.asked.append(whole)
        return self.pages.get(whole) or self.pages.get(path) or Response(status_code=404)


_NAMES = ("Nvidia", "Oracle", "Boeing", "Walmart", "Netflix")


def name_of(number: int) -> str:
    return _NAMES[number]


@contextmanager
def odd_news() -> Iterator[OddNews]:
    site = OddNews()
    with serving(Starlette(routes=[Route("/{path:path}", site.answer)])) as url:
        site.url = url
        yield site
