"""Takes the address of a story out of the one that an aggregator wraps around it, where it stands in there.

What Google News has written since 2024 holds it no longer, see `stories.leads_nowhere`.
"""

import base64
import re
from urllib.parse import parse_qs, urlsplit

#: Host and path of what counts clicks, and the parameters that have the address.
_COUNTERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}/url"), ("url", "q")),
    (re.compile(r"(?:www\.)?bing\.com/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"(?:l|lm)\.facebook\.com/l\.php"), ("u",)),
)
_GOOGLE_NEWS = re.compile(r"news\.google\.com/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([\w=-]+)")
_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")


def unwrapped(link: str) -> str:
    """The story's own address, or the link as it is."""
    try:
        parts = urlsplit(link)
        place = f"{(parts.hostname or '').lower()}{parts.path}"
    except ValueError:
        return link
    for counter, names in _COUNTERS:
        if counter.fullmatch(place):
            found = parse_qs(parts.query)
            inner = next((found[name][0] for name in names if name in found), "")
            return inner if re.match(r"https?://", inner) else link
    packed = _GOOGLE_NEWS.fullmatch(place)
    return (packed and _inside(packed[1])) or link


def _inside(packed: str) -> str:
    """Google News once wrote the address itself, among bytes that say how long it is."""
    try:
        content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except ValueError:
        return ""
    found = _ADDRESS.search(content)
    return found[0].decode("ascii") if found else ""
