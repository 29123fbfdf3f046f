"""The cookie of the page: its name and path, and where it counts.

`__Host-` makes browsers refuse it without Secure, with a Domain or with another path than `/`. Two ClawdBots at one
address (other prefixes; on plain HTTP also other ports, which cookies do not tell apart) have names of their own.
"""

import re
from dataclasses import dataclass
from typing import Self

from fastapi import Response
from starlette.requests import HTTPConnection

from contracts.settings import ServerSettings

#: What a page sends with a read that a person asked for with a click or a key.
PERSON_ACTS = "X-Person-Acts"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class SessionCookie:
    name: str
    path: str
    secure: bool
    max_age: int

    @classmethod
    def of(cls, settings: ServerSettings) -> Self:
        prefix = re.sub(r"\W+", "-", settings.api_root_path)
        age = int(settings.session_longest.total_seconds())
        if settings.api_plain_http:
            return cls(f"clawdbot-{settings.api_port}{prefix}", settings.api_root_path or "/", False, age)
        return cls(f"__Host-clawdbot{prefix}", "/", True, age)

    def secret_of(self, connection: HTTPConnection) -> str:
        """The secret that a request brings; empty if it brings none."""
        return connection.cookies.get(self.name, "")

    def give(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.name, secret, self.max_age, path=self.path, secure=self.secure, httponly=True, samesite="strict"
        )

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self.name, self.path, secure=self.secure, httponly=True, samesite="strict")


def is_write(connection: HTTPConnection) -> bool:
    return connection.scope["type"] != "http" or connection.scope["method"] not in _READS


def person_acts(connection: HTTPConnection) -> bool:
    """Whether a person asks for this, and not a page by itself."""
    return is_write(connection) or PERSON_ACTS in connection.headers


def from_own_page(connection: HTTPConnection) -> bool:
    """Whether a page of ours asks. Browsers send cookies along with what pages of other ports and hosts ask, too."""
    site = connection.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # Not sent over plain HTTP.
    origin, host = connection.headers.get("Origin", ""), connection.headers.get("Host", "")
    return bool(host) and origin.partition("://")[2].lower() == host.lower()
