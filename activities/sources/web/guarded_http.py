"""Fetching addresses that come from outside: only public places, bounded in time, size and redirects.

Where it may connect is decided in `guarded_network`; here is one GET and what can go wrong with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import httpcore
import httpx

from activities.sources.environment import optional, request_timeout
from activities.sources.web.encodings import decoded
from activities.sources.web.guarded_network import (
    AddressForbidden,
    GuardedNetwork,
    GuardedTransport,
    Place,
    Resolver,
    system_resolver,
)
from activities.sources.web.unpacking import unpacked
from contracts.errors import BadSourceReply, NotFound, RateLimited, SourceUnavailable, TaskError
from contracts.retry_after import retry_after_seconds

MOST_REDIRECTS = 5
#: Decides whether an address that a redirect leads to may be asked; raises TaskError if not.
Admit = Callable[[str], Awaitable[None]]
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSALS = frozenset({401, 402, 403, 405, 406, 407, 451})


class ReplyTooLarge(TaskError):
    """The reply is larger than this worker reads."""

    retryable = False


class AccessRefused(TaskError):
    """The site refuses to give this page to a program."""

    retryable = False


@dataclass(frozen=True)
class Limits:
    """How much of one fetch, redirects included, is put up with."""

    #: Longest silence, in seconds.
    silence: float = 15.0
    #: From the first request to the last byte, in seconds.
    total: float = 60.0
    #: After decompression.
    size: int = 5 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What came back. `url` is where the redirects ended."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """What it says it is: the content type without its parameters, in lower case."""
        # A header that is sent twice says both, with a comma between.
        return str(self.headers.get("content-type", "")).partition(";")[0].partition(",")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body in the encoding that a browser would read it in."""
        return decoded(self.body, self.headers.get("content-type", ""))

    def refuse_failure(self) -> None:
        """Pass if the status is 200.

        Raises:
            TaskError: what the status means.
        """
        host = httpx.URL(self.url).host
        if self.status == HTTPStatus.OK:
            return
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after_seconds(self.headers.get("retry-after"))
            raise RateLimited(f"{host} asked this worker to slow down.", retry_after=wait)
        if self.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise NotFound(f"{host} has no such page ({self.status}).")
        if self.status in _REFUSALS:
            raise AccessRefused(f"{host} refuses to give the page to a program ({self.status}).")
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SourceUnavailable(f"{host} answered with an error of its own ({self.status}).")
        raise BadSourceReply(f"{host} answered with status {self.status}.")


class GuardedHttp:
    """Use it as an async context manager."""

    def __init__(
        self,
        user_agent: str,
        limits: Limits | None = None,
        allowed: frozenset[Place] = frozenset(),
        resolver: Resolver = system_resolver,
    ) -> None:
        self._limits = limits or Limits()
        self._allowed = allowed
        # Only gzip, which is unpacked here, piece by piece: a small reply can unpack to gigabytes.
        self._http = httpx.AsyncClient(
            transport=GuardedTransport(GuardedNetwork(allowed, resolver)),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            timeout=self._limits.silence,
            trust_env=False,
            follow_redirects=False,
        )
        #: Requests sent so far.
        self.requests = 0

    @classmethod
    def from_environment(cls, user_agent: str) -> Self:
        """With the timeout of this worker's environment, and the places it allows."""
        return cls(user_agent, Limits(silence=request_timeout()), allowed_places())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, url: str, headers: Mapping[str, str] | None = None, admit: Admit | None = None) -> Reply:
        """The reply to one GET, whatever its status; redirects are followed, each checked like the first address.

        The address is asked for as it is written. Cookies last as long as this fetch. `admit` is awaited before each
        address that a redirect leads to.

        Raises:
            AddressForbidden: an address that tasks may not reach.
            TaskError: no reply, or none that can be read.
        """
        host = _host(url)
        try:
            async with asyncio.timeout(self._limits.total):
                return await self._followed(url, headers or {}, admit)
        except TimeoutError:
            raise SourceUnavailable(f"{host} took longer than {self._limits.total:g} s.") from None
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise SourceUnavailable(f"{host} did not answer within {self._limits.silence:g} s.") from None
        except (httpx.InvalidURL, UnicodeError):
            # httpx looks where a redirect leads, also where it is told not to follow any.
            raise BadSourceReply(f"{host} redirects to something that is not an address.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            raise SourceUnavailable(f"The connection to {host} failed ({type(error).__name__}).") from None

    async def _followed(self, url: str, headers: Mapping[str, str], admit: Admit | None) -> Reply:
        # Sites set a cookie, send to the same address again, and want to see it; other fetches need not know of it.
        cookies = httpx.Cookies()
        for hop in range(MOST_REDIRECTS + 1):
            self._check(url)
            if hop and admit:
                await admit(url)
            self.requests += 1
            request = self._http.build_request("GET", url, headers=dict(headers))
            cookies.set_cookie_header(request)
            response = await self._http.send(request, stream=True)
            try:
                cookies.extract_cookies(response)
                target = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not target:
                    body = await _body(response, self._limits.size)
                    return Reply(url, response.status_code, response.headers, body)
            finally:
                await response.aclose()
                self._http.cookies.clear()
            url = _joined(url, target)
        raise BadSourceReply(f"{_host(url)} redirects more than {MOST_REDIRECTS} times.")

    def _check(self, url: str) -> None:
        """What the address itself tells; where its host leads is checked when connecting."""
        parsed = _parsed(url)
        if parsed.scheme not in _PORTS or not parsed.host:
            raise AddressForbidden("Only http and https addresses can be fetched.")
        if parsed.userinfo:
            raise AddressForbidden("Addresses with a user name or a password in them are not fetched.")
        port = parsed.port or _PORTS[parsed.scheme]
        if port not in _PORTS.values() and (parsed.raw_host.decode(), port) not in self._allowed:
            raise AddressForbidden(f"Tasks may use the ports 80 and 443, not {port}.")


def allowed_places() -> frozenset[Place]:
    """What `CRAWL_ALLOW_ADDRESSES` names: hosts with their ports, with commas between.

    Raises:
        AddressForbidden: it cannot be read.
    """
    named = [part.strip() for part in optional("CRAWL_ALLOW_ADDRESSES", "").split(",")]
    try:
        places = [httpx.URL(f"any://{part}") for part in named if part]
    except httpx.InvalidURL:
        raise AddressForbidden("CRAWL_ALLOW_ADDRESSES on this worker cannot be read: write host:port.") from None
    return frozenset((place.raw_host.decode(), place.port) for place in places if place.port is not None)


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise AddressForbidden("This is not an address that can be fetched.") from None


def _host(url: str) -> str:
    try:
        return _parsed(url).host or "The address"
    except UnicodeError:
        raise AddressForbidden("This is not an address that can be fetched.") from None


def _joined(url: str, target: str) -> str:
    try:
        return str(httpx.URL(url).join(target))
    except httpx.InvalidURL:
        raise BadSourceReply(f"{_host(url)} redirects to something that is not an address.") from None


async def _body(response: httpx.Response, limit: int) -> bytes:
    body = bytearray()
    encodings = response.headers.get("content-encoding", "")
    async for piece in unpacked(response.aiter_raw(), encodings, response.url.host, limit + 1):
        body += piece
        if len(body) > limit:
            raise ReplyTooLarge(f"The reply of {response.url.host} is larger than {limit} bytes.")
    return bytes(body)
