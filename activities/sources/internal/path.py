"""Checks paths of the internal API: only those that every server on the way takes for one under the base address."""

import re
from urllib.parse import unquote

from contracts.errors import InvalidParams

#: What RFC 3986 allows in a path: no space, backslash, line break, query, fragment or letter beyond ASCII.
_PATH = re.compile(r"/[A-Za-z0-9/._~!$&'()*+,;=:@%-]*")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Servers decode once, some of them twice; a path that still changes after that many rounds is a trick.
_ROUNDS = 5


def checked_path(endpoint: str) -> str:
    """The path as it is.

    Raises:
        InvalidParams: it could lead out of the base address, plainly or percent-encoded.
    """
    if not _PATH.fullmatch(endpoint) or _PERCENT.search(endpoint):
        raise _refused(endpoint, "only letters, digits and the signs of a URL's path are allowed")
    seen = endpoint
    for _ in range(_ROUNDS):
        _check(endpoint, seen)
        decoded = unquote(seen)
        if decoded == seen:
            return endpoint
        seen = decoded
    raise _refused(endpoint, "it is percent-encoded again and again")


def _check(endpoint: str, seen: str) -> None:
    if "//" in seen:
        raise _refused(endpoint, "it holds '//'")
    if "\\" in seen or not seen.isprintable():
        raise _refused(endpoint, "it holds a backslash or a control character")
    # `..;x` is `..` for servers that know parameters of a segment.
    if any(segment.partition(";")[0] in (".", "..") for segment in seen.split("/")):
        raise _refused(endpoint, "it holds '.' or '..' as a part")


def _refused(endpoint: str, why: str) -> InvalidParams:
    shown = ascii(endpoint[:80])
    return InvalidParams(f"The endpoint {shown} is no path under the internal API's address: {why}.")
