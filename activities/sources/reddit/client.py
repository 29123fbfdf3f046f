"""Reading Reddit through PRAW, one request per call. Blocking: call it in a thread."""

from dataclasses import dataclass
from typing import Any, Self

import praw
import requests
from praw.exceptions import PRAWException
from prawcore import exceptions as refusals
from pydantic import BaseModel, ValidationError

from activities.sources.allowance import Allowance
from activities.sources.reddit.comments import Thread, thread_of
from activities.sources.reddit.http import SendOnce, TokenRefused
from activities.sources.reddit.listings import Listing
from activities.sources.reddit.posts import Submission
from activities.sources.reddit.settings import RedditSettings
from contracts.errors import BadSourceReply, CredentialsRefused, NotFound

#: Reddit's most per request.
PAGE_SIZE = 100
MOST_COMMENTS = 500


@dataclass(frozen=True)
class Page:
    """One page of a listing. `after` leads to the next page; None at the end."""

    posts: list[Submission]
    after: str | None
    #: Things that are no posts, such as advertisements.
    unreadable: int = 0


@dataclass(frozen=True)
class _Asked:
    """One request. `missing` is said if Reddit does not know the path."""

    method: str
    path: str
    values: dict[str, str | int]
    missing: str
    subreddit: str = ""


class SubredditRefused(CredentialsRefused):
    """Reddit refuses one subreddit without a reason: it is closed, or nothing is open to this worker."""


class _Thing(BaseModel):
    data: Any = None


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

    def page(self, subreddit: str, listing: Listing, query: str, after: str | None) -> Page:
        """The page of a listing of `subreddit` that follows `after`, or the first one.

        Raises:
            TaskError: Reddit refused, failed, or could not be understood.
        """
        params: dict[str, str | int] = {"limit": PAGE_SIZE}
        if listing.path == "search":
            params |= {"q": query, "sort": listing.sort, "t": listing.period, "restrict_sr": "on"}
            # Else a search leaves out, without a word, what is marked as not safe for work.
            params["include_over_18"] = "on"
        if after:
            params["after"] = after
        missing = f"There is no subreddit r/{subreddit}. Correct the task's subreddits."
        return _parsed(self._get(_Asked("GET", f"r/{subreddit}/{listing.path}", params, missing, subreddit)))

    def comments(self, post_id: str, most: int, below: str | None = None) -> Thread:
        """The best comments of a post, or only one of them and what is below it.

        Raises:
            NotFound: there is no such post.
            TaskError: as for `page`.
        """
        params: dict[str, str | int] = {"limit": min(most, MOST_COMMENTS), "sort": "top"}
        if below is not None:
            params["comment"] = below
        reply = self._get(_Asked("GET", f"comments/{post_id}", params, "The post is gone."))
        try:
            return thread_of(reply[1]["data"]["children"])
        except (KeyError, IndexError, TypeError):
            raise BadSourceReply("Reddit's reply is not a post with comments.") from None

    def more_comments(self, post_id: str, ids: list[str]) -> Thread:
        """Those of a post's comments, and answers to them.

        Raises:
            TaskError: as for `page`.
        """
        data: dict[str, str | int] = {"link_id": f"t3_{post_id}", "children": ",".join(ids), "sort": "top"}
        reply = self._get(_Asked("POST", "api/morechildren", data, "The post is gone."))
        try:
            return thread_of(reply["json"]["data"]["things"])
        except (KeyError, TypeError):
            raise BadSourceReply("Reddit's reply is not a list of comments.") from None

    def _get(self, asked: "_Asked") -> Any:
        self.allowance.check()
        try:
            return self._reply(asked)
        except TokenRefused:
            # A token lives for a day or less; a crawl that outlives it logs in once more.
            self._reddit = self._application()
        try:
            return self._reply(asked)
        except TokenRefused:
            raise CredentialsRefused(
                "Reddit refuses the token it issued. Check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET."
            ) from None

    def _reply(self, asked: "_Asked") -> Any:
        """The reply as plain JSON: PRAW's objects fetch what they miss, unasked, one request each."""
        carried: dict[str, Any] = {"data" if asked.method == "POST" else "params": asked.values}
        try:
            return self._reddit.request(method=asked.method, path=asked.path, **carried)
        except (refusals.NotFound, refusals.Redirect):
            raise NotFound(asked.missing) from None
        except refusals.OAuthException as error:
            raise CredentialsRefused(
                f"Reddit issued no token ({error.error}). Check that REDDIT_CLIENT_ID is a script or web app."
            ) from None
        except refusals.UnavailableForLegalReasons:
            where = (
                f"r/{asked.subreddit} is not shown where this worker is (451). Take it out of the task's subreddits."
            )
            raise NotFound(where if asked.subreddit else asked.missing) from None
        except refusals.Forbidden as error:
            raise _forbidden(asked, error) from None
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
    posts = [post for thing in listing.children if (post := _submission(thing.data))]
    if listing.children and not posts:
        raise BadSourceReply(f"None of the {len(listing.children)} things in Reddit's listing is a post.")
    return Page(posts, listing.after, len(listing.children) - len(posts))


def _submission(data: Any) -> Submission | None:
    """A post; None for an advertisement and whatever else lacks what a post has."""
    try:
        return Submission.model_validate(data)
    except ValidationError:
        return None


def _forbidden(asked: _Asked, error: refusals.Forbidden) -> NotFound | CredentialsRefused:
    reason = _reason(error)
    if reason and not asked.subreddit:
        return NotFound(asked.missing)
    if reason:
        return NotFound(f"r/{asked.subreddit} is {reason}, not readable. Take it out of the task's subreddits.")
    return (SubredditRefused if asked.subreddit else CredentialsRefused)(
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
