"""Fetching addresses that come from outside: only public places, bounded in time, size and redirects.

Where it may connect is decided in `guarded_network`; here is one GET and what can go wrong with it.
"""

import asyncio
import codecs
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Self

import httpcore
import httpx

from activities.sources.environment import optional, request_timeout
from activities.sources.web.guarded_network import (
    AddressForbidden,
    GuardedNetwork,
    GuardedTransport,
    Place,
    Resolver,
    system_resolver,
)
from contracts.errors import BadSourceReply, NotFound, RateLimited, SourceUnavailable, TaskError
from contracts.retry_after import retry_after_seconds

MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


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
    def charset(self) -> str | None:
        """What the reply says of its encoding, if it is one that exists."""
        named = Message()
        named["content-type"] = self.headers.get("content-type", "")
        try:
            return codecs.lookup(named.get_content_charset() or "").name
        except LookupError:
            return None

    @property
    def text(self) -> str:
        """The body, as well as it can be decoded."""
        return self.body.decode(self.charset or "utf-8", "replace")

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
        if self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
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

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The reply to one GET, whatever its status; redirects are followed, each checked like the first address.

        Raises:
            AddressForbidden: an address that tasks may not reach.
            TaskError: no reply, or none that can be read.
        """
        host = _host(url)
        try:
            async with asyncio.timeout(self._limits.total):
                return await self._followed(url, headers or {})
        except TimeoutError:
            raise SourceUnavailable(f"{host} took longer than {self._limits.total:g} s.") from None
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise SourceUnavailable(f"{host} did not answer within {self._limits.silence:g} s.") from None
        except (httpx.InvalidURL, UnicodeError):
            # httpx looks where a redirect leads, also where it is told not to follow any.
            raise BadSourceReply(f"{host} redirects to something that is not an address.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            raise SourceUnavailable(f"The connection to {host} failed ({type(error).__name__}).") from None

    async def _followed(self, url: str, headers: Mapping[str, str]) -> Reply:
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            self.requests += 1
            self._http.cookies.clear()
            async with self._http.stream("GET", url, headers=dict(headers)) as response:
                target = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not target:
                    body = await _body(response, self._limits.size)
                    return Reply(url, response.status_code, response.headers, body)
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
    async for piece in _unpacked(response, limit):
        body += piece
        if len(body) > limit:
            raise ReplyTooLarge(f"The reply of {response.url.host} is larger than {limit} bytes.")
    return bytes(body)


async def _unpacked(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    """The body without its compression; never more than `limit` and a byte at once."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise BadSourceReply(f"{response.url.host} sends a compression that was not asked for.")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    async for chunk in response.aiter_raw():
        if "gzip" not in encoding:
            yield chunk
            continue
        try:
            yield unpack.decompress(chunk, limit + 1)
        except zlib.error:
            raise BadSourceReply(f"The reply of {response.url.host} is packed wrongly.") from None
