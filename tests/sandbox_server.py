"""A sandbox on a free port of this machine, for any test that needs Reddit, the SEC or X.

Import the fixtures `sandbox_server` and `sandbox` in a conftest to use them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from sandbox.app import create_app
from sandbox.news.articles import Articles
from sandbox.news.pages import FEEDS
from sandbox.reddit.posts import Posts
from sandbox.sec.filings import Filings
from sandbox.x.posts import XPosts
from tests.serving import serving
from tests.support import plain_http

SEED = 7
TODAY = date(2026, 3, 2)
#: The moment the sandbox's data ends.
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox and its data."""

    http: httpx.Client
    posts: Posts
    filings: Filings
    x_posts: XPosts
    articles: Articles

    @property
    def url(self) -> str:
        """Where it answers; also Reddit's address."""
        return str(self.http.base_url).rstrip("/")

    @property
    def sec_url(self) -> str:
        """Prefix of everything the SEC serves."""
        return f"{self.url}/sec"

    def fault(self, source: str, kind: str, **details: Any) -> None:
        """Arm a fault, see `sandbox.faults.Fault`."""
        body = {"source": source, "kind": kind, **details}
        self.http.post("/_control/faults", json=body).raise_for_status()

    def end_listings_after(self, posts: int, search: int | None = None) -> None:
        """Have Reddit end its listings early, and searches after as many, or after so many, posts."""
        body = {"listing": posts, "search": search or posts}
        self.http.put("/_control/reddit", json=body).raise_for_status()

    def requests(self, source: str) -> list[dict[str, Any]]:
        """The requests that a source received since the test began."""
        reply = self.http.get("/_control/requests", params={"source": source})
        logged: list[dict[str, Any]] = reply.json()
        return logged

    def prompts(self) -> list[dict[str, Any]]:
        """The last bodies that the models were sent."""
        asked: list[dict[str, Any]] = self.http.get("/_control/prompts").json()
        return asked

    def reset(self) -> None:
        """No faults, no logged requests, listings as long as usual."""
        self.http.delete("/_control/reddit").raise_for_status()
        self.http.delete("/_control/faults").raise_for_status()
        self.http.delete("/_control/requests").raise_for_status()

    def environment(self) -> dict[str, str]:
        """What a worker needs to be told to use this sandbox."""
        return {
            "REDDIT_CLIENT_ID": "sandbox-client",
            "REDDIT_CLIENT_SECRET": "sandbox-secret",
            "REDDIT_URL": self.url,
            "REDDIT_OAUTH_URL": self.url,
            "SEC_USER_AGENT": "clawdbot tests tests@example.com",
            "SEC_URL": self.sec_url,
            "SEC_ARCHIVES_URL": self.sec_url,
            "INTERNAL_API_URL": f"{self.url}/internal",
            "INTERNAL_API_TOKEN": "sandbox-token",
            "X_BEARER_TOKEN": "sandbox-x-token",
            "X_URL": f"{self.url}/x",
            "CRAWL_ALLOW_ADDRESSES": self.url.removeprefix("http://"),
            "NEWS_SOURCES": ",".join(f"{name}={self.url}{path}" for name, path in FEEDS.items()),
            "NEWS_DELAY_SECONDS": "0.01",
            "OPENAI_API_KEY": "sandbox-key",
            "OPENAI_BASE_URL": f"{self.url}/openai/v1",
            "ANTHROPIC_API_KEY": "sandbox-key",
            "ANTHROPIC_BASE_URL": f"{self.url}/anthropic",
        }


def seconds_between(earlier: dict[str, Any], later: dict[str, Any]) -> float:
    """Between two logged requests."""
    return (datetime.fromisoformat(later["at"]) - datetime.fromisoformat(earlier["at"])).total_seconds()


@contextmanager
def running_sandbox(*, today: date = TODAY, **options: Any) -> Iterator[Sandbox]:
    """A sandbox in a thread of this process, until the block ends. Options: see `create_app`."""
    app = create_app(SEED, today, **options)
    with serving(app) as url, httpx.Client(verify=plain_http.NO_TLS, base_url=url) as http:
        yield Sandbox(http, Posts(SEED, today), Filings(SEED, today), XPosts(SEED, today), Articles(SEED, today))


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    """One sandbox for all tests."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    """That sandbox, well-behaved and with an empty log."""
    sandbox_server.reset()
    return sandbox_server
