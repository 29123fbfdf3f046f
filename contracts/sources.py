"""Which task types keep the data of a ticker fresh: type -> data source, what it counts, what span it asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.params.common import DateRange
from contracts.task_types import TASK_TYPES


@dataclass(frozen=True)
class DataSource:
    """One `data_source` of the table `ticker_data_freshness`."""

    name: str
    #: The param that is a `DateRange`; None: the type asks for no span of time.
    span: str | None = "date_range"


SOURCES: dict[str, DataSource] = {
    "reddit_crawl": DataSource("reddit"),
    "twitter_crawl": DataSource("twitter"),
    "news_crawl": DataSource("news"),
    "sec_filing_crawl": DataSource("sec"),
    "ai_sentiment": DataSource("sentiment", span=None),
    "ai_summary": DataSource("summary", span="window"),
}

_COUNTED = "_collected"
_MOST = 1_000_000_000


def collected(result: dict[str, Any] | None) -> int:
    """How many rows a result says that its run kept: the sum of its counts that end in ``_collected``."""
    counts = [value for name, value in (result or {}).items() if name.endswith(_COUNTED)]
    return min(sum(each for each in counts if type(each) is int and each > 0), _MOST)


def asked_span(task_type: str, params: dict[str, Any], submitted: datetime) -> tuple[datetime, datetime] | None:
    """The span of time that a task asked for, as far as it lay in the past when it was submitted.

    None for a type without a span, a range that had not begun yet, and params that the type does not know
    (tasks that are started from the Temporal side are not validated).
    """
    source = SOURCES[task_type]
    if source.span is None:
        return None
    try:
        wanted: DateRange = getattr(TASK_TYPES[task_type].params.model_validate(params), source.span)
        start, end = wanted.bounds(submitted)
    except (ValueError, OverflowError):
        return None
    end = min(end, submitted)
    return (start, end) if start < end else None
