"""The orders in which Reddit lists a subreddit's posts. Each listing ends after a thousand posts, a search often after
some 250, so a long range needs several.

By time, newest first, come all posts down to where the listing ends. What is older is found only as far as it stands
out: by score, by comments, by relevance, each within the periods that Reddit has. It cannot search between two dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

#: Far more than a listing has. One that never ends must not keep a crawl from ending.
MOST_PAGES = 100
#: A listing that ends with fewer posts than this has ended by itself.
SURELY_WHOLE = 200
#: Reddit's own lengths.
_PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
#: A period counts from the request, the range from the submission. A task seldom waits for longer.
_LONGEST_WAIT = timedelta(days=1)
_ORDERS = ("top", "comments", "relevance")


@dataclass(frozen=True)
class Listing:
    """A search in one order and period, or the subreddit's list of new posts."""

    path: Literal["search", "new"]
    sort: str = "new"
    period: str = "all"

    @property
    def by_time(self) -> bool:
        return self.sort == "new"

    @property
    def name(self) -> str:
        """As it follows the name of the subreddit, for people."""
        if self.path == "new":
            return " all new posts"
        return "" if self.by_time else f" by {self.sort} ({self.period})"


NEWEST = Listing("search")
#: Tells whether the first listing has ended by itself: had Reddit cut it off, older posts would stand here.
PROBE = Listing("search", "top", "all")
PROBE_AT = 1
_ALL_POSTS = Listing("new")


def listings(reached: datetime | None, start: datetime, now: datetime) -> Sequence[Listing]:
    """All listings for a range from `start`, of which those by time have reached back to `reached` so far.

    Of a period that begins after `reached`, everything is known; of two that begin before `start`, the shorter one
    shows more.
    """
    periods = []
    for name, length in _PERIODS.items():
        if reached is None or now - length < reached:
            periods.append(name)
        if now - length <= start - _LONGEST_WAIT:
            break
    else:
        periods.append("all")
    others = (Listing("search", order, period) for period in periods for order in _ORDERS)
    return [NEWEST, PROBE, _ALL_POSTS, *others]
