"""Measures trends: whether a ticker or symbol is mentioned more than before. Counts in, numbers out."""

from collections.abc import Iterable
from dataclasses import dataclass

#: Posts that are assumed on top of both counts: from 1 post to 3 is chance, from 100 to 300 is not.
_DOUBT = 10


@dataclass(frozen=True)
class Mentioned:
    """In how many posts a symbol occurs, now and in the time before."""

    symbol: str
    recent: int
    before: int
    #: Different people among the recent ones.
    authors: int
    #: Recent posts that write it as $SYMBOL.
    cashtags: int = 0


@dataclass(frozen=True)
class Threshold:
    """From when on a symbol counts as trending. One loud author is not a trend."""

    posts: int = 5
    authors: int = 3
    momentum: float = 0.2


@dataclass(frozen=True)
class Trending:
    mentioned: Mentioned
    momentum: float


def momentum(recent: float, before: float) -> float:
    """From -1 (fell silent) over 0 (as before) to 1 (out of nowhere); small numbers stay near 0."""
    return 1 - (2 * before + _DOUBT) / (recent + before + _DOUBT)


def trending(
    mentioned: Iterable[Mentioned], recent_posts: int, before_posts: int, threshold: Threshold
) -> list[Trending]:
    """The symbols that rise, the fastest first; among equals the more mentioned, then by name.

    ``recent_posts`` and ``before_posts``: all posts of both times. A time with twice the posts has twice the mentions
    of everything, which is no trend.
    """
    growth = recent_posts / before_posts if before_posts else 1.0
    found = [Trending(each, momentum(each.recent, each.before * growth)) for each in mentioned]
    rising = [each for each in found if _rises(each, threshold)]
    return sorted(rising, key=lambda each: (-each.momentum, -each.mentioned.recent, each.mentioned.symbol))


def _rises(found: Trending, threshold: Threshold) -> bool:
    return (
        found.mentioned.recent >= threshold.posts
        and found.mentioned.authors >= threshold.authors
        and found.momentum >= threshold.momentum
    )
