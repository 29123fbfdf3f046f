"""The sandbox application. Reddit is at the root, the others under a first part of their own (`request_log.PREFIXES`),
the controls under `/_control`.

Reddit is not under a prefix: prawcore joins paths to the host, and drops a prefix that has no final slash.
"""

from datetime import UTC, date, datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from runtime.body_limits import LimitBodies
from sandbox.control import Control
from sandbox.faults import Faults, Misbehave
from sandbox.internal.effects import Effects
from sandbox.internal.routes import InternalRoutes
from sandbox.models.routes import ModelRoutes
from sandbox.news.articles import Articles
from sandbox.news.routes import NewsRoutes
from sandbox.quota import GENEROUS, Quota
from sandbox.reddit.limits import LISTING, Limits
from sandbox.reddit.posts import POSTS_PER_SUBREDDIT, Posts
from sandbox.reddit.replies import WINDOW_SECONDS as REDDIT_WINDOW
from sandbox.reddit.routes import RedditRoutes
from sandbox.reddit.tokens import Tokens
from sandbox.refusal import Refusal, send_refusal
from sandbox.request_log import LogRequests, RequestLog
from sandbox.sec.filings import Filings
from sandbox.sec.routes import SecRoutes
from sandbox.x.posts import XPosts
from sandbox.x.replies import WINDOW_SECONDS as X_WINDOW
from sandbox.x.routes import XRoutes

#: The longest prompts are some hundred kilobytes.
_LARGEST_BODY = 8 * 1024 * 1024


def create_app(
    seed: int = 7,
    today: date | None = None,
    *,
    reddit_quota: int = GENEROUS,
    reddit_listing: int = LISTING,
    x_quota: int = GENEROUS,
    x_window: float = X_WINDOW,
    posts_per_subreddit: int = POSTS_PER_SUBREDDIT,
) -> Starlette:
    """A sandbox whose data depends on nothing but `seed` and `today` (default: the current UTC date).

    `reddit_quota`: requests that Reddit allows in each window of ten minutes; `x_quota`: the same for X, in `x_window`
    seconds. `reddit_listing`: posts after which Reddit ends a listing.
    """
    day = today or datetime.now(UTC).date()
    faults, log, limits = Faults(), RequestLog(), Limits(reddit_listing)
    reddit = RedditRoutes(
        Posts(seed, day, posts_per_subreddit), Tokens(seed), Quota(reddit_quota, REDDIT_WINDOW), limits
    )
    sec = SecRoutes(Filings(seed, day))
    internal = InternalRoutes(Effects())
    news = NewsRoutes(Articles(seed, day))
    return Starlette(
        routes=[
            Route("/healthz", _healthz),
            *Control(faults, log, limits).routes(),
            *ModelRoutes().routes(),
            *sec.routes(),
            *internal.routes(),
            *XRoutes(XPosts(seed, day), Quota(x_quota, x_window)).routes(),
            *news.routes(),
            *reddit.routes(),
        ],
        middleware=[
            Middleware(LimitBodies, most=_LARGEST_BODY),
            Middleware(LogRequests, log=log),
            Middleware(Misbehave, faults=faults),
        ],
        exception_handlers={Refusal: send_refusal},
    )


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok")
