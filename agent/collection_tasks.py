"""Builds the task that collects a source of a ticker: its type, its params, and an estimate of its cost."""

import math
from typing import Any

from agent.budgets import Cost
from agent.needs import Candidate
from contracts.params.common import DateRange
from contracts.records.sources import SOURCES
from contracts.task_types import TASK_TYPES, parse_params

TYPE_OF = {source.name: type_ for type_, source in SOURCES.items()}

#: Calls and tokens of a usual run, and dollars in millionths where nothing else is known.
_USUAL: dict[str, dict[str, int]] = {
    "reddit_crawl": {"calls": 40},
    "twitter_crawl": {"calls": 10},
    "news_crawl": {"calls": 60},
    "sec_filing_crawl": {"calls": 30},
    "ai_sentiment": {"calls": 20, "tokens": 60_000, "usd_micros": 50_000},
    "ai_summary": {"calls": 2, "tokens": 30_000, "usd_micros": 50_000},
}
#: A run that costs more than the mean of the last ones is no surprise.
_MARGIN = 1.5
_DEAREST_USD = 1_000.0
_SMALLER = 4


def params_of(candidate: Candidate) -> dict[str, Any]:
    """The params that close the gap since the last success, a day of overlap included; all if there was none."""
    params: dict[str, Any] = {"ticker": candidate.ticker}
    usual = _usual_days(candidate.source)
    if usual is not None and candidate.age_hours is not None and math.isfinite(candidate.age_hours):
        params["date_range"] = {"last_days": min(math.ceil(max(candidate.age_hours, 0) / 24) + 1, usual)}
    return params


def smaller(source: str, params: dict[str, Any]) -> dict[str, Any]:
    """The same for a quarter of the days, and a quarter of the rows."""
    filled = parse_params(TYPE_OF[source], params).model_dump(mode="json", by_alias=True, exclude_none=True)
    less = dict(params)
    for span in ("date_range", "window"):
        if "last_days" in filled.get(span, {}):
            less[span] = {"last_days": max(filled[span]["last_days"] // _SMALLER, 1)}
    if "limit" in filled:
        less["limit"] = max(filled["limit"] // _SMALLER, 1)
    return less


def can_be_smaller(source: str) -> bool:
    """Whether there is anything to make smaller."""
    return not TASK_TYPES[TYPE_OF[source]].params.model_fields.keys().isdisjoint({"date_range", "window", "limit"})


def estimate(candidate: Candidate) -> Cost:
    """What is reserved for a run: what is usual, and more if the last ones were dearer."""
    task_type = TYPE_OF[candidate.source]
    usual = _USUAL[task_type]
    usd = candidate.usd_per_run if math.isfinite(candidate.usd_per_run) else _DEAREST_USD
    known = math.ceil(round(min(max(usd, 0.0), _DEAREST_USD) * _MARGIN * 1_000_000, 3))
    return Cost(
        source=candidate.source,
        task_type=task_type,
        calls=usual["calls"],
        tokens=usual.get("tokens", 0),
        usd_micros=max(known, usual.get("usd_micros", 0)),
    )


def _usual_days(source: str) -> int | None:
    """How far back a crawl of it goes if nobody says; None if it has no range that grows old."""
    field = TASK_TYPES[TYPE_OF[source]].params.model_fields.get("date_range")
    usual = field.get_default(call_default_factory=True) if field else None
    return usual.last_days if isinstance(usual, DateRange) else None
