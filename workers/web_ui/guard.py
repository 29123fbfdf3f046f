"""Checks requests of browsers: only those of a page at our own address, and links that lead to it.

The Web UI answers whatever `Host` says. So a page whose name is made to point at 127.0.0.1 (DNS rebinding)
would read and end everything with it, in the browser of whoever opens that page on this machine.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

_SAFE = {"GET", "HEAD"}
#: Fetch metadata: asked for by our own page, or by the person (typed, a bookmark).
_OURS = {"same-origin", "none"}
_LINK = ("navigate", "document")


class Guard:
    """Knows the addresses at which people open the Web UI."""

    def __init__(self, origins: Iterable[str]) -> None:
        """``origins``: like ``http://127.0.0.1:8233``; paths are ignored."""
        parts = [urlsplit(origin) for origin in origins]
        self._origins = {f"{part.scheme}://{part.netloc}".lower() for part in parts}
        self._hosts = {part.netloc.lower() for part in parts}

    def refusal(self, method: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Why this request does not get through, as a sentence; None if it does."""
        found: dict[str, list[str]] = {}
        for name, value in headers:
            found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").lower())
        hosts, origins, sites = (found.get(name, []) for name in ("host", "origin", "sec-fetch-site"))
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return f"The Temporal Web UI is at {' or '.join(sorted(self._origins))}, and answers to no other name."
        if not self._origins.issuperset(origins):
            return "A page from elsewhere may not use the Temporal Web UI."
        if method not in _SAFE and not origins and not _OURS.intersection(sites):
            return "Changes are taken from the pages of the Temporal Web UI only. Use the `temporal` program instead."
        if not _OURS.issuperset(sites) and not _is_link(method, found):
            return "A page from elsewhere may link to the Temporal Web UI, and nothing else."
        return None


def _is_link(method: str, headers: dict[str, list[str]]) -> bool:
    """Somebody followed a link: the page that had it does not see the answer."""
    return method in _SAFE and (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == tuple(
        [value] for value in _LINK
    )
