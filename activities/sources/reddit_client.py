"""Searching subreddits through PRAW, one page per call. Blocking: call it in a thread."""

from dataclasses import dataclass
from typing import Any, Self

import praw
import requests
from praw.exceptions import PRAWException
from prawcore import exceptions as refusals
from pydantic import BaseModel, ValidationError

from activities.sources.allowance import Allowance
from activities.sources.reddit_http import SendOnce, TokenRefused
from activities.sources.reddit_posts import Submission
from activities.sources.reddit_settings import RedditSettings
from contracts.errors import BadSourceReply, CredentialsRefused, NotFound

#: Reddit's most.
PAGE_SIZE = 100


@dataclass(frozen=True)
class Page:
    """One page of a search, newest post first. `after` leads to the next page; None at the end."""

    posts: list[Submission]
    after: str | None


class _Thing(BaseModel):
    data: Submission


class _ListingData(BaseModel):
    children: list[_Thing]
    after: str | None = None


class _Listing(BaseModel):
    data: _ListingData


class RedditClient:
    """A logged-in application. Use it as a context manager: PRAW itself never closes its connections."""

    def __init__(self, settings: RedditSettings) -> None:
        self._settings = settings
        self._session = requests.Session()
        self.allowance = Allowance("Reddit")
        self._reddit = self._application()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def search_page(self, subreddit: str, query: str, after: str | None) -> Page:
        """The page of `subreddit`'s posts for `query` that follows `after`, or the first one.

        Raises:
            TaskError: Reddit refused, failed, or could not be understood.
        """
        self.allowance.check()
        params: dict[str, str | int] = {
            "q": query,
            "sort": "new",
            "t": "all",
            "restrict_sr": "on",
            "limit": PAGE_SIZE,
        }
        if after:
            params["after"] = after
        return _parsed(self._get(subreddit, params))

    def _get(self, subreddit: str, params: dict[str, str | int]) -> Any:
        try:
            return self._asked(subreddit, params)
        except TokenRefused:
            # A token lives for a day or less; a crawl that outlives it logs in once more.
            self._reddit = self._application()
        try:
            return self._asked(subreddit, params)
        except TokenRefused:
            raise CredentialsRefused(
                "Reddit refuses the token it issued. Check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET."
            ) from None

    def _asked(self, subreddit: str, params: dict[str, str | int]) -> Any:
        """The reply as plain JSON: PRAW's objects fetch what they miss, unasked, one request each."""
        try:
            return self._reddit.request(method="GET", path=f"r/{subreddit}/search", params=params)
        except (refusals.NotFound, refusals.Redirect):
            raise NotFound(f"There is no subreddit r/{subreddit}. Correct the task's subreddits.") from None
        except refusals.OAuthException as error:
            raise CredentialsRefused(
                f"Reddit issued no token ({error.error}). Check that REDDIT_CLIENT_ID is a script or web app."
            ) from None
        except refusals.Forbidden as error:
            raise _forbidden(subreddit, error) from None
        # prawcore looks up headers and statuses in tables: what they lack comes out as KeyError.
        except (refusals.PrawcoreException, PRAWException, KeyError, TypeError, ValueError) as error:
            raise BadSourceReply(f"Reddit's reply could not be read ({type(error).__name__}).") from None

    def _application(self) -> praw.Reddit:
        settings = self._settings
        return praw.Reddit(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            user_agent=settings.user_agent,
            reddit_url=settings.url.rstrip("/"),
            # prawcore joins relative paths to this: without the slash it drops a path prefix.
            oauth_url=settings.oauth_url.rstrip("/") + "/",
            # Or else a praw.ini of this machine could turn it into somebody's account.
            username=None,
            password=None,
            refresh_token=None,
            check_for_updates=False,
            requestor_class=SendOnce,
            requestor_kwargs={
                "allowance": self.allowance,
                "session": self._session,
                "timeout": settings.timeout,
            },
        )


def _parsed(reply: Any) -> Page:
    try:
        listing = _Listing.model_validate(reply).data
    except ValidationError as error:
        raise BadSourceReply(f"Reddit's reply is not a listing of posts ({error.error_count()} mistakes).") from None
    return Page([thing.data for thing in listing.children], listing.after)


def _forbidden(subreddit: str, error: refusals.Forbidden) -> NotFound | CredentialsRefused:
    reason = _reason(error)
    if reason:
        return NotFound(f"r/{subreddit} is {reason}, not readable. Take it out of the task's subreddits.")
    return CredentialsRefused(
        "Reddit refuses this worker (403). Check REDDIT_USER_AGENT and REDDIT_CLIENT_ID, "
        "and whether Reddit blocks its network."
    )


def _reason(error: refusals.Forbidden) -> str | None:
    """Why a subreddit is closed: private, quarantined, gold_only."""
    try:
        reason = error.response.json().get("reason")
    except (AttributeError, ValueError):
        return None
    return reason[:50] if isinstance(reason, str) else None
