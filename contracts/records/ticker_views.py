"""What the API answers about watched tickers, their signals, and what needs to be collected."""

from datetime import date, datetime

from pydantic import Field

from contracts.agent.ranking import RankingWeights
from contracts.views import View


class MentionsView(View):
    """Posts about a ticker in one source."""

    source: str
    recent: int = Field(description="In the day before `until`")
    before: int | None = Field(description="In the day before that; null if it was not collected")
    until: datetime = Field(description="How far the source has been collected")


class MoodView(View):
    """Mean sentiment from -1 to 1: of the last three days, and of the two weeks before."""

    scorer: str
    recent: float
    recent_posts: int
    before: float
    before_posts: int


class SignalsView(View):
    """What the collected rows say right now; null is not known."""

    mentions: int | None = None
    by_source: list[MentionsView] = Field(default_factory=list)
    trend: float | None = Field(default=None, description="Mentions: -1 fell silent, 0 as before, 1 out of nowhere")
    mood: MoodView | None = None
    score_change: float | None = Field(default=None, description="How far sentiment or score have moved, 0 to 1")
    earnings_in_days: int | None = Field(default=None, description="Negative once they are over")


class TickerView(View):
    """A ticker of the watchlist. `tracked`: its sources are to be kept fresh."""

    ticker: str
    name: str | None
    tracked: bool
    watchers: int
    earnings_date: date | None
    score: float | None
    score_before: float | None
    score_changed_at: datetime | None
    added_by: str
    added_at: datetime
    changed_by: str
    changed_at: datetime
    signals: SignalsView


class TickersPage(View):
    """By ticker. ``next`` leads to the following page; None on the last one."""

    tickers: list[TickerView]
    total: int
    next: str | None


class ImportView(View):
    """What an import has done; ``unchanged`` were there with the same values."""

    added: int
    changed: int
    unchanged: int


class TrendingTickerView(View):
    """A symbol that is mentioned more than before, and that is not tracked."""

    ticker: str
    #: On the watchlist, or collected before.
    known: bool
    momentum: float = Field(description="0 as before to 1 out of nowhere, counted against all posts")
    posts: int
    posts_before: int
    authors: int
    cashtags: int = Field(description="Posts that write it as $TICKER")


class TrendingView(View):
    """The last ``hours`` against as many before them. ``posts``: all that were looked at."""

    hours: int
    posts: int
    posts_before: int
    tickers: list[TrendingTickerView]


class PartView(View):
    name: str
    value: float = Field(description="0 to 1")
    points: float = Field(description="Of the score")


class NeedView(View):
    """How much one source of one ticker needs to be collected."""

    ticker: str
    source: str
    task_type: str
    score: float = Field(description="0 to 100")
    due: bool = Field(description="The interval is over, or it was never collected")
    in_hand: bool = Field(description="There is a task for it that is not over")
    age_hours: float | None
    target_hours: float
    interval_hours: float = Field(description="The target, shorter for hot tickers and longer for quiet ones")
    last_attempt_at: datetime | None
    last_error: str | None
    parts: list[PartView]
    why: str


class RankingView(View):
    """The neediest first. Nothing was created."""

    at: datetime
    weights: RankingWeights
    targets: dict[str, float] = Field(description="Hours by source")
    tickers: int = Field(description="Tracked tickers that were looked at, the most watched ones")
    left_out: int = Field(description="Tracked tickers beyond that")
    candidates: int = Field(description="Tickers times sources that match the filters")
    ranking: list[NeedView]
