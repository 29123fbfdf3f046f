"""Chooses the symbols worth telling among those that rise in the collected posts and that nobody tracks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from agent.trend import Trending
from contracts.agent.policy import ChoiceKind

#: Of one look.
MOST = 3


@dataclass(frozen=True)
class Discovery:
    """A symbol that trends."""

    ticker: str
    posts: int
    posts_before: int
    authors: int
    momentum: float
    #: Nobody has put it on the watchlist, or collected it, and left it alone since.
    may_be_tracked: bool
    source: str = "*"
    kind: ChoiceKind = ChoiceKind.DISCOVER

    @property
    def reason(self) -> str:
        """One sentence."""
        return (
            f"{self.ticker} trends and nobody tracks it: in {self.posts:,} posts of {self.authors:,} people, "
            f"{self.posts_before:,} posts the day before ({self.momentum:+.2f})."
        )


def discoveries(rising: Sequence[Trending], known: Mapping[str, bool]) -> list[Discovery]:
    """Those that are not tracked. ``rising``: the fastest first; ``known``: symbols that were met, and if tracked."""
    found = [each for each in rising if not known.get(each.mentioned.symbol)]
    return [_discovery(each, known) for each in found]


def news(found: Sequence[Discovery], told: Collection[str]) -> list[Discovery]:
    """Without those that were told lately."""
    return [each for each in found if each.ticker not in told][:MOST]


def _discovery(each: Trending, known: Mapping[str, bool]) -> Discovery:
    seen = each.mentioned
    return Discovery(
        seen.symbol, seen.recent, seen.before, seen.authors, round(each.momentum, 4), seen.symbol not in known
    )
