"""The news site under `/news`, and the robots.txt of the host."""

import hashlib
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.news import pages
from sandbox.news.articles import Articles


class NewsRoutes:
    """One sandbox's news site."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [
            Route("/robots.txt", self.robots),
            Route("/news/feeds/market.atom", self.market),
            Route("/news/feeds/{ticker}.xml", self.ticker),
            Route("/news/articles/{slug}", self.article),
            Route("/news/private/{slug}", self.article),
            Route("/news/page", self.page),
            Route("/news/redirect", self.redirect),
            Route(pages.WALL, self.consent),
        ]

    async def robots(self, _request: Request) -> Response:
        """What programs may read."""
        return PlainTextResponse(pages.ROBOTS)

    async def market(self, request: Request) -> Response:
        """The Atom feed of everything."""
        return _unless_known(
            request, pages.atom(self._articles.general, _base(request)), "application/atom+xml", etag=False
        )

    async def ticker(self, request: Request) -> Response:
        """The RSS feed of a company; of one that nobody knows, an empty feed."""
        ticker = request.path_params["ticker"]
        feed = pages.rss(ticker, self._articles.of(ticker), _base(request))
        return _unless_known(request, feed, "application/rss+xml")

    async def article(self, request: Request) -> Response:
        """An article's page."""
        article = self._articles.by_path.get(request.url.path)
        if article is None:
            return HTMLResponse("<h1>No such article</h1>", status_code=HTTPStatus.NOT_FOUND)
        return HTMLResponse(pages.article_page(article, _base(request)))

    async def page(self, request: Request) -> Response:
        """A page that changes with `version`."""
        version = request.query_params.get("version", "1")
        return HTMLResponse(pages.changing_page(int(version) if version.isdecimal() else 1))

    async def consent(self, _request: Request) -> Response:
        """The page in front of the others."""
        return HTMLResponse(pages.consent_page())

    async def redirect(self, request: Request) -> Response:
        """To wherever `to` says."""
        return RedirectResponse(request.query_params.get("to", "/news/page"), status_code=HTTPStatus.FOUND)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _unless_known(request: Request, text: str, media_type: str, *, etag: bool = True) -> Response:
    """The feed, or 304 for who has it already; feeds tell versions apart by a tag or by a date."""
    if etag:
        name, asked, version = "etag", "if-none-match", f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    else:
        name, asked, version = "last-modified", "if-modified-since", "Sun, 01 Mar 2026 12:00:00 GMT"
    if request.headers.get(asked) == version:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={name: version})
    return Response(text, media_type=media_type, headers={name: version})
