"""Signals of a ticker from its collected rows: mentions, trend, and change of sentiment or score."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.trend import momentum

#: Means over fewer scored posts are chance.
_FEWEST_SCORED = 5
#: A mean sentiment (from -1 to 1) that moves so far, and an outside score (0 to 100), have moved as far as counts.
_FAR_SENTIMENT = 1.0
_FAR_SCORE = 25.0


@dataclass(frozen=True)
class SourceMentions:
    """Posts about a ticker in one source: in the last day that was collected, and in the day before it."""

    source: str
    recent: int
    #: None: the day before was not collected, so there is nothing to compare with.
    before: int | None


@dataclass(frozen=True)
class Mood:
    """Mean sentiment of a ticker's posts in the eyes of one scorer, lately and before."""

    scorer: str
    recent: float
    recent_posts: int
    before: float
    before_posts: int

    @property
    def counts(self) -> bool:
        return min(self.recent_posts, self.before_posts) >= _FEWEST_SCORED


@dataclass(frozen=True)
class Signals:
    """None: not known."""

    mentions: int | None = None
    #: From -1 to 1, see `agent.trend.momentum`.
    trend: float | None = None
    #: From 0 to 1.
    score_change: float | None = None
    #: The scorer's that has seen most; two scorers are never compared with each other.
    mood: Mood | None = None


def signals_of(
    mentions: Sequence[SourceMentions], moods: Sequence[Mood], scores: tuple[float | None, float | None] = (None, None)
) -> Signals:
    """``scores``: the one that somebody gave the ticker before, and the one now."""
    compared = [source for source in mentions if source.before is not None]
    counted = [mood for mood in moods if mood.counts]
    mood = max(counted, key=lambda scored: (scored.recent_posts, scored.scorer), default=None)
    return Signals(
        mentions=sum(source.recent for source in mentions) if mentions else None,
        trend=momentum(sum(source.recent for source in compared), sum(source.before or 0 for source in compared))
        if compared
        else None,
        score_change=_moved(mood, scores),
        mood=mood,
    )


def _moved(mood: Mood | None, scores: tuple[float | None, float | None]) -> float | None:
    before, now = scores
    moves = [abs(mood.recent - mood.before) / _FAR_SENTIMENT] if mood else []
    if before is not None and now is not None:
        moves.append(abs(now - before) / _FAR_SCORE)
    return min(max(moves), 1.0) if moves else None
