"""Reduces addresses of one page to one canonical address, without tracking parameters."""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(r"(utm_.*|fbclid|gclid|msclkid|mc_[ce]id|igshid|cmpid|yptr|\.tsrc|guccounter|guce_.*)", re.I)
_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000


def canonical_url(url: str) -> str:
    """The address in lower case where case does not count, without fragment and tracking parameters."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(name)]
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if parts.port not in (None, _PORTS.get(parts.scheme)):
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", urlencode(query), ""))


def absolute(base: str, link: str) -> str | None:
    """`link` as found on the page `base`; None if it does not lead to another page of the web."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0 and len(url) <= _LONGEST
    except ValueError:
        return None
    return url if usable and link.strip() else None


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of the same host, with or without `www.`."""
    return _site(one) == _site(other)


def digest(text: str) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _site(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.port or _PORTS.get(parts.scheme)
