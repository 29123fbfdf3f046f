"""Settings of the internal API's client: address, token, limits."""

from dataclasses import dataclass
from typing import Self

import httpx

from activities.sources.environment import optional, request_timeout, required
from contracts.errors import CredentialsMissing


@dataclass(frozen=True)
class InternalSettings:
    """Read from the worker's environment, never from a task."""

    #: Without a slash at its end. Every call stays under it.
    url: str
    #: Sent as a bearer token; empty if the API wants none.
    token: str
    #: The methods that tasks may use.
    methods: frozenset[str]
    timeout: float

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: there is no address, or one of the variables cannot be used.
        """
        methods = optional("INTERNAL_API_METHODS", "POST,PUT,PATCH").upper().split(",")
        return cls(
            url=_address(required("INTERNAL_API_URL", "the internal API")),
            token=_token(optional("INTERNAL_API_TOKEN", "")),
            methods=frozenset(method.strip() for method in methods) - {""},
            timeout=request_timeout(),
        )

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        return (self.url,)


def _address(value: str) -> str:
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment or url.userinfo:
        raise CredentialsMissing(
            "INTERNAL_API_URL on this worker is no plain http(s) address: set it to one like https://api.example.com/v1."
        )
    return value.rstrip("/")


def _token(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise CredentialsMissing("INTERNAL_API_TOKEN on this worker holds characters that no header can carry.")
    return value
