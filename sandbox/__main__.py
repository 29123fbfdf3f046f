"""`python -m sandbox --port 8099`: run the sandbox until it is interrupted."""

import argparse
import logging
from datetime import date
from typing import Any

import uvicorn

from runtime.bounded_http import Bounds, bounded
from runtime.http_server import run_server
from sandbox.app import create_app
from sandbox.news.pages import FEEDS
from sandbox.reddit.limits import LISTING
from sandbox.reddit.posts import POSTS_PER_SUBREDDIT

_log = logging.getLogger("sandbox")


def main(argv: list[str] | None = None) -> None:
    """Parse the arguments and serve."""
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    _log.info("Reddit: REDDIT_URL and REDDIT_OAUTH_URL = http://%s:%d", options.host, options.port)
    _log.info("SEC: SEC_URL and SEC_ARCHIVES_URL = http://%s:%d/sec", options.host, options.port)
    _log.info("X: X_URL = http://%s:%d/x", options.host, options.port)
    _log.info("News: CRAWL_ALLOW_ADDRESSES=%s:%d", options.host, options.port)
    for name, path in FEEDS.items():
        _log.info("News: NEWS_SOURCES has %s=http://%s:%d%s", name, options.host, options.port, path)
    _log.info("internal API: INTERNAL_API_URL = http://%s:%d/internal", options.host, options.port)
    _log.info("Models: OPENAI_BASE_URL = http://%s:%d/openai/v1", options.host, options.port)
    _log.info("Models: ANTHROPIC_BASE_URL = http://%s:%d/anthropic", options.host, options.port)
    app = create_app(options.seed, options.today, posts_per_subreddit=options.posts, reddit_listing=options.listing)
    run_server(uvicorn.Config(app, host=options.host, port=options.port, **listening()))


def listening(bounds: Bounds | None = None) -> dict[str, Any]:
    """How uvicorn serves it."""
    return {"http": bounded(bounds), "access_log": False, "log_level": "warning", "ws": "none"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="Local stand-ins for the sources and services.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--seed", type=int, default=7, help="same seed and day, same data")
    parser.add_argument("--posts", type=int, default=POSTS_PER_SUBREDDIT, help="posts in each subreddit")
    parser.add_argument("--listing", type=int, default=LISTING, help="posts after which Reddit ends a listing")
    parser.add_argument("--today", type=date.fromisoformat, help="day the data ends, YYYY-MM-DD")
    return parser


if __name__ == "__main__":
    main()
