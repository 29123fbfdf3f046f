"""Types of scoring: a candidate (source of a ticker), the parts of its score, the resulting need."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """All that is known of one source of one ticker. None: not known."""

    ticker: str
    source: str
    #: Since when it is not collected without a gap; None: it never was.
    age_hours: float | None
    #: When it should be collected again if nothing is special.
    target_hours: float
    watchers: int = 0
    #: From -1 (falls silent) to 1 (out of nowhere).
    trend: float | None = None
    #: Of the last day that was collected.
    mentions: int | None = None
    #: Negative once they are over.
    earnings_in_days: int | None = None
    #: How far the ticker's score has moved, from 0 to 1.
    score_change: float | None = None
    #: New rows of the newest successful runs, on average.
    rows_per_run: float | None = None
    usd_per_run: float = 0
    #: Dollars of one post, where posts are paid for; what a post brings with it is not in it.
    usd_per_post: float = 0
    #: Posts that nobody has scored yet, as far as results say; None: not known.
    waiting_posts: int | None = None
    #: Since it is on the watchlist; None: not known.
    watched_hours: float | None = None
    #: Since the agent's own last run that succeeded began: whatever that left out, asking again at once brings no more.
    rested_hours: float | None = None
    #: Which part of what it could ask for that run did ask for.
    rested_share: float = 1.0


@dataclass(frozen=True)
class Part:
    """One reason: its value from 0 to 1, and the points of the score that it brings."""

    name: str
    value: float
    points: float


@dataclass(frozen=True)
class Need:
    """How much a candidate needs to be collected, from 0 to 100."""

    candidate: Candidate
    score: float
    #: The target as it is for this ticker now.
    interval_hours: float
    #: The interval is over.
    due: bool
    parts: tuple[Part, ...]
    #: Points on top of the score for waiting beyond the interval: without end, so that everybody is served one day.
    waited: float = 0

    @property
    def urgency(self) -> float:
        """What the order of service goes by."""
        return self.score + self.waited
