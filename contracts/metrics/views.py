"""Answers of the metrics routes. ``as_of``: until when core has counted; None before the first time."""

from datetime import date, datetime

from pydantic import Field

from contracts.records.refusals import RefusalView
from contracts.tasks.statuses import TaskStatus
from contracts.views import View


class CountsView(View):
    """Tasks that were created, and that ended, in some span of time; a retry that ends later ends once more."""

    created: int
    succeeded: int
    failed: int
    cancelled: int
    rejected: int


class DayView(CountsView):
    """A day (UTC) that something happened on. Durations are of tasks that a worker did, or failed at."""

    day: date
    avg_seconds: float | None
    p95_seconds: float | None
    #: Different tickers of tasks that succeeded.
    tickers: int


class TypeCountsView(CountsView):
    task_type: str


class TaskMetricsView(View):
    """Tasks by day and by type, and how many are open right now."""

    as_of: datetime | None
    open: dict[TaskStatus, int]
    days: list[DayView]
    types: list[TypeCountsView]


class BucketView(CountsView):
    """An hour, a day or a week (from Monday), in UTC, that begins at ``start``."""

    start: datetime


class ThroughputView(View):
    """The oldest first, without gaps; the last one is not over yet."""

    as_of: datetime | None
    per: str
    buckets: list[BucketView]


class ErrorRateView(View):
    """``error_rate``: failed ÷ (succeeded + failed); None if nothing of either."""

    succeeded: int
    failed: int
    error_rate: float | None


class TypeErrorsView(ErrorRateView):
    task_type: str
    #: Of the data, e.g. ``reddit``; None for a type that collects nothing.
    source: str | None


class SourceErrorsView(ErrorRateView):
    source: str


class ErrorKindView(View):
    error: str
    task_type: str
    failed: int


class ErrorsView(View):
    """Tasks that failed in the last days: by type, by source of the data, and what they failed with."""

    as_of: datetime | None
    total: ErrorRateView
    types: list[TypeErrorsView]
    sources: list[SourceErrorsView]
    #: The most frequent first, at most 100.
    errors: list[ErrorKindView]


class QueueDepthView(View):
    capability: str
    #: Ready for a worker, and how long the oldest of them has been there.
    waiting: int
    oldest_seconds: float | None
    #: In a worker's hands.
    held: int
    #: How long first attempts waited, of the newest 1,000 of the last hour over all capabilities.
    started: int
    wait_p50_seconds: float | None
    wait_p95_seconds: float | None


class WaitView(View):
    """How long first attempts waited that began in the hour (UTC) from ``start`` on, of its newest 200."""

    start: datetime
    started: int
    wait_p50_seconds: float | None
    wait_p95_seconds: float | None


class QueueView(View):
    """Live, not rolled up. ``outbox``: commands that Temporal has not taken yet."""

    capabilities: list[QueueDepthView]
    #: Of the last 24 hours, the oldest first, over all queues.
    waits: list[WaitView] = Field(default_factory=list)
    outbox: int
    outbox_oldest_seconds: float | None


class QueueHistoryView(View):
    """Means: tasks that waited, and that workers had in hand."""

    waiting: float
    held: float


class MomentsView(View):
    """A minute, an hour, a day or a week (from Monday), in UTC, that begins at ``start``.

    ``moments``: how many minutes of it were written down, of which the numbers are the means; 0: core was not there.
    """

    start: datetime
    moments: int
    waiting: float | None
    most_waiting: int | None
    held: float | None
    #: The share of tickers that were fresh, each ticker counted once for each source.
    fresh: float | None
    #: By capability; one that had nothing is left out.
    queues: dict[str, QueueHistoryView]
    #: The share by source.
    sources: dict[str, float | None]


class HistoryView(View):
    """Queues and freshness over the time, the oldest first, without gaps; the last one is not over yet.

    What is older than a week knows one minute of each hour. Data is fresh when it is younger than ``fresh_hours``.
    """

    per: str
    fresh_hours: int
    buckets: list[MomentsView]


class CoverageCellView(View):
    """``fresh``; ``stale``: too long ago; ``failing``: failed since its last success; ``never``: no success yet."""

    source: str
    state: str
    last_success_at: datetime | None
    last_attempt_at: datetime | None
    last_error: str | None
    record_count: int
    #: Feeds and the like that refuse in every run: covered is what the others have.
    refusing: list[RefusalView] = Field(default_factory=list)


class CoverageRowView(View):
    ticker: str
    cells: list[CoverageCellView]


class CoverageView(View):
    """Ticker by source; a source that was never asked has no cell. ``next``: the `after` of the following page."""

    sources: list[str]
    tickers: list[CoverageRowView]
    next: str | None


class SourceFreshnessView(View):
    """How the tickers of one source stand."""

    source: str
    tickers: int
    fresh: int
    stale: int
    failing: int
    never: int
    oldest_success_at: datetime | None
    median_age_seconds: float | None


class FreshnessMetricsView(View):
    sources: list[SourceFreshnessView]


class OfferView(View):
    """Workers that are there and take this capability, and what they can do at once."""

    capability: str
    workers: int
    slots: int


class WorkerHealthView(View):
    name: str
    status: str
    since: datetime | None
    score: int | None
    current_tasks: int
    slots: int
    success_rate: float | None
    p95_seconds: float | None


class WorkerMetricsView(View):
    """The fleet right now. ``states`` counts workers by state."""

    states: dict[str, int]
    slots: int
    slots_used: int
    capabilities: list[OfferView]
    workers: list[WorkerHealthView] = Field(default_factory=list)
