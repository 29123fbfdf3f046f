"""Searching X's last seven days, one page per call. Sends each request once."""

import math
import time
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

import httpx
from pydantic import Field, ValidationError

from activities.sources.allowance import Allowance, number
from activities.sources.answers import Answer
from activities.sources.text import storable
from activities.sources.x.posts import XPage
from activities.sources.x.settings import XSettings
from contracts.errors import (
    BadSourceReply,
    CredentialsRefused,
    InvalidParams,
    QuotaUsedUp,
    RateLimited,
    SourceUnavailable,
)
from contracts.retry_after import retry_after_seconds
from contracts.trust import trusted

#: X's least and most per page.
SMALLEST_PAGE, LARGEST_PAGE = 10, 100
#: A page of a hundred posts is far smaller.
BYTES_LIMIT = 8 * 1024 * 1024
_FIELDS = {
    "tweet.fields": "created_at,lang,public_metrics,author_id,referenced_tweets,note_tweet,article,entities",
    # Of a repost and a quote the original, whose whole text is nowhere else.
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "user.fields": "username",
}
#: Longest sentence of X's that is passed on.
_DETAIL_LIMIT = 500
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
#: What X counts: by the quarter of an hour, and for some plans by the day as well.
_ALLOWANCES = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
#: How X names a cap of a month or of the account's money, which no pause of minutes lifts.
_CAPPED = ("usage-capped", "usagecapexceeded", "credits-depleted", "creditsdepleted", "spend-cap", "spendcapreached")


@dataclass(frozen=True)
class Search:
    """What is asked for. Without `start`, X goes back as far as it can."""

    query: str
    start: datetime | None
    end: datetime
    page_size: int
    next_token: str | None = None

    def parameters(self) -> dict[str, str]:
        """As X names them."""
        asked = {"query": self.query, "max_results": str(self.page_size), "end_time": _rfc3339(self.end)}
        if self.start is not None:
            asked["start_time"] = _rfc3339(self.start)
        if self.next_token is not None:
            asked["next_token"] = self.next_token
        return asked | _FIELDS


class SearchRejected(InvalidParams):
    """X does not take the search. `parameters` are the names it objects to."""

    def __init__(self, message: str, parameters: frozenset[str]) -> None:
        super().__init__(message)
        self.parameters = parameters


class _Mistake(Answer):
    title: str = ""
    detail: str = ""
    message: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)


class _Problem(Answer):
    title: str = ""
    type: str = ""
    period: str = ""
    detail: str = ""
    reason: str = ""
    errors: list[_Mistake] = Field(default_factory=list)

    @classmethod
    def of(cls, body: bytes) -> Self:
        """The problem in a reply; an empty one if it has none."""
        try:
            return cls.model_validate_json(body)
        except ValidationError:
            return cls()

    @property
    def sentence(self) -> str:
        """X's own words."""
        said = [
            self.detail or self.title,
            self.reason,
            *(each.message or each.detail or each.title for each in self.errors),
        ]
        return storable(" ".join(words for words in said if words), _DETAIL_LIMIT) or "It does not say why."

    @property
    def capped(self) -> bool:
        """Whether an allowance for the whole month, or the money of the account, is used up."""
        return any(name in f"{self.title} {self.type} {self.reason}".replace(" ", "").lower() for name in _CAPPED)

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset(name for mistake in self.errors for name in mistake.parameters)


class XClient:
    """Use it as an async context manager."""

    def __init__(self, settings: XSettings) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {settings.bearer_token}"},
            timeout=settings.timeout,
            verify=trusted(),
            follow_redirects=False,
        )
        self.allowance = Allowance("X")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def page(self, search: Search) -> XPage:
        """One page.

        Raises:
            RateLimited: X's allowance is used up, or so nearly that this request has to wait.
            SearchRejected: X objects to the query, a time or the token.
            TaskError: see `contracts.errors`.
        """
        self.allowance.check()
        body = await self._get("/2/tweets/search/recent", search.parameters())
        try:
            page = XPage.model_validate_json(body)
        except ValidationError:
            raise BadSourceReply(f"X's page of posts could not be read.{_said(body)}") from None
        if page.is_empty and page.errors:
            raise BadSourceReply(f"X answered with errors instead of posts.{_said(body)}")
        return page

    async def _get(self, path: str, parameters: dict[str, str]) -> bytes:
        self.allowance.requests += 1
        try:
            async with self._http.stream("GET", self._settings.url + path, params=parameters) as response:
                body = await _bounded(response)
        except httpx.TimeoutException:
            raise SourceUnavailable(f"X did not answer within {self._settings.timeout:g} s.") from None
        except httpx.InvalidURL:
            # httpx looks where a redirect leads, also where it is told not to follow any.
            raise BadSourceReply("X redirects to something that is not an address.") from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"The connection to X failed ({type(error).__name__}).") from None
        self.allowance.note(number(response.headers.get("x-rate-limit-remaining")), _seconds_to_reset(response.headers))
        _refuse(response, body)
        return body


def _said(body: bytes) -> str:
    """X's words, if there are any."""
    problem = _Problem.of(body)
    return f" X says: {problem.sentence}" if problem.detail or problem.title or problem.errors else ""


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > BYTES_LIMIT:
            raise BadSourceReply("X's reply is too long for a page of posts.")
    return bytes(body)


def _refuse(response: httpx.Response, body: bytes) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    problem = _Problem.of(body)
    if status == HTTPStatus.PAYMENT_REQUIRED or problem.capped:
        period = f" ({problem.period.lower()})" if problem.period else ""
        raise QuotaUsedUp(
            f"What this worker's account may read from X is used up{period}. Raise the cap or buy credit in X's "
            f"developer console, or wait for the next period. X says: {problem.sentence}"
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        message = f"X asked this worker to slow down: {problem.sentence}"
        raise RateLimited(message, retry_after=_seconds_to_reset(response.headers))
    if status in _REFUSED:
        raise CredentialsRefused(f"X refuses this worker ({status}). Check X_BEARER_TOKEN. X says: {problem.sentence}")
    if status == HTTPStatus.BAD_REQUEST:
        raise SearchRejected(f"X does not take this search: {problem.sentence}", problem.parameters)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"X answered with an error of its own ({status}).")
    raise BadSourceReply(f"X answered with status {status}.")


def _seconds_to_reset(headers: httpx.Headers) -> float | None:
    """Until there is a new allowance, of those that are used up the last one; None if X does not say."""
    used_up = [each for each in _ALLOWANCES if number(headers.get(f"{each}-remaining")) == 0]
    resets = [number(headers.get(f"{each}-reset")) for each in used_up or _ALLOWANCES[:1]]
    seconds = [reset - time.time() for reset in resets if reset is not None and math.isfinite(reset)]
    return max([0.0, *seconds]) if seconds else retry_after_seconds(headers.get("retry-after"))


def _rfc3339(moment: datetime) -> str:
    """In whole seconds, as X wants it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
