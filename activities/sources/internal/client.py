"""Calling the internal API: one request, one bounded answer, never a redirect and never a retry."""

import asyncio
import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import httpx

from activities.sources.internal.path import checked_path
from activities.sources.internal.settings import InternalSettings
from activities.sources.text import storable
from contracts.errors import BadSourceReply, CredentialsRefused, InvalidParams, NotFound, RateLimited, SourceUnavailable
from contracts.retry_after import retry_after_seconds
from contracts.trust import trusted

#: Most that is kept of an answer, in bytes.
RESPONSE_LIMIT = 16 * 1024
#: Longest call, for servers that answer a byte at a time.
LONGEST_CALL = 60.0
_HIDDEN = "[redacted]"
#: Says that the same call may work in a moment; 409 is "this Idempotency-Key is being worked on".
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}


@dataclass(frozen=True)
class Call:
    """What is sent."""

    method: str
    path: str
    payload: dict[str, Any]
    idempotency_key: str


@dataclass(frozen=True)
class Answer:
    """What came back. The text has at most `RESPONSE_LIMIT` bytes, and never the token."""

    status: int
    text: str
    duration_ms: int
    retry_after: float | None


class InternalClient:
    """Use it as an async context manager."""

    def __init__(self, settings: InternalSettings) -> None:
        self._settings = settings
        headers = {"User-Agent": "clawdbot", "Accept-Encoding": "identity"}
        if settings.token:
            headers["Authorization"] = f"Bearer {settings.token}"
        self._http = httpx.AsyncClient(
            headers=headers, timeout=settings.timeout, verify=trusted(), follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def check(self, call: Call) -> None:
        """Whether the call may be sent at all.

        Raises:
            InvalidParams: its method is not allowed here, or its path leads out of the base address.
        """
        if call.method not in self._settings.methods:
            allowed = ", ".join(sorted(self._settings.methods))
            raise InvalidParams(
                f"This worker sends no {call.method} to the internal API, only {allowed} (INTERNAL_API_METHODS)."
            )
        checked_path(call.path)

    async def send(self, call: Call) -> Answer:
        """Send the call once, and read its answer whatever the status.

        Raises:
            SourceUnavailable: there was no answer. Whether the call took effect is not known.
        """
        self.check(call)
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(LONGEST_CALL),
                self._http.stream(
                    call.method,
                    f"{self._settings.url}{call.path}",
                    json=call.payload,
                    headers={"Idempotency-Key": call.idempotency_key},
                ) as response,
            ):
                text = await self._text(response)
        except TimeoutError:
            raise SourceUnavailable(f"The internal API was not done answering within {LONGEST_CALL:g} s.") from None
        except httpx.TimeoutException:
            raise SourceUnavailable(f"The internal API did not answer within {self._settings.timeout:g} s.") from None
        except httpx.InvalidURL:
            # httpx looks where a redirect leads, also where it is told not to follow any.
            raise BadSourceReply("The internal API redirects to something that is not an address.") from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"The connection to the internal API failed ({type(error).__name__}).") from None
        duration = round(1000 * (time.monotonic() - began))
        return Answer(response.status_code, text, duration, retry_after_seconds(response.headers.get("retry-after")))

    async def _text(self, response: httpx.Response) -> str:
        # A little more than is kept, so that a token across the edge is seen whole.
        secrets = _spellings(self._settings.token)
        most = RESPONSE_LIMIT + max(map(len, secrets), default=0)
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= most:
                break
        text = bytes(body[:most]).decode(errors="replace")
        for secret in secrets:
            text = text.replace(secret, _HIDDEN)
        text = text.encode()[:RESPONSE_LIMIT].decode(errors="ignore")
        return storable(text, RESPONSE_LIMIT)


def refuse(answer: Answer) -> None:
    """Return if the call succeeded.

    Raises:
        TaskError: it did not; says whether another attempt may help.
    """
    status = answer.status
    if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited("The internal API asked this worker to slow down.", retry_after=answer.retry_after)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise CredentialsRefused(f"The internal API refuses this worker ({status}). Check INTERNAL_API_TOKEN.")
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise NotFound(f"The internal API has nothing at this endpoint ({status}). Correct the task's endpoint.")
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"The internal API could not do it now ({status}).", retry_after=answer.retry_after)
    if status < HTTPStatus.BAD_REQUEST:
        raise _final(f"The internal API answered with a redirect ({status}), which is never followed.")
    raise _final(f"The internal API refused the call ({status}). Its answer is kept in api_update_log.")


def _final(message: str) -> BadSourceReply:
    """Another attempt would be answered in the same way."""
    error = BadSourceReply(message)
    error.retryable = False
    return error


def _spellings(token: str) -> list[str]:
    """The token as servers may write it: plain, in JSON, in a URL."""
    if not token:
        return []
    json_text = json.dumps(token)[1:-1]
    found = {token, json_text, json_text.replace("/", "\\/"), quote(token, safe=""), quote(token)}
    return sorted(found, key=len, reverse=True)
