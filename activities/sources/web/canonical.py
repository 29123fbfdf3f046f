"""Reduces addresses of one page to one canonical address, without tracking parameters.

It is a name, not a way: what is fetched is the address as it was written, since servers tell `%E4` from `%C3%A4`,
`?12345` from `?12345=`, and `?a=1;b=2` from `?a=1&b=2`.
"""

import hashlib
import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from courlan.clean import TRACKERS_RE

#: Those of Yahoo and others, which courlan's list lacks.
_TRACKING = re.compile(r"cmpid|yptr|\.tsrc|guccounter|guce_.*|xtor|wt_mc|smid|ncid|soc_(src|trk)", re.I)
#: courlan's list is made for choosing pages, not for telling them apart: it also takes `?gallery=5`, `?cid=7` and
#: `?story_uid=3`, which may be all that tells one story from another. So of its finds only prefixes of campaigns
#: (`utm_`), ids of clicks (`gclid`), and these words count.
_CAMPAIGN = ("campaign", "medium", "referrer", "referer", "affiliate")
_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000


def canonical_url(url: str) -> str:
    """The address in lower case where case does not count, without fragment and tracking parameters."""
    parts = urlsplit(url)
    named = [part for part in parts.query.split("&") if part and not _is_tracker(part.partition("=")[0])]
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if parts.port not in (None, _PORTS.get(parts.scheme)):
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", "&".join(named), ""))


def _is_tracker(name: str) -> bool:
    name = name.lower()
    if _TRACKING.fullmatch(name):
        return True
    found = TRACKERS_RE.search(name)
    if found is None:
        return False
    of_click = found.end() == len(name) > 4 and name.endswith("id") and found.start() == 0 and "_" not in name
    return of_click or (found.start() == 0 and found[0].endswith("_")) or name.endswith(_CAMPAIGN)


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
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _site(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.port or _PORTS.get(parts.scheme)
