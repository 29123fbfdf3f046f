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
    "ai_summary": {"calls": 2, "tokens": 30_000, "usd_micros": 50_000},
}
#: A run that costs more than the mean of the last ones is no surprise.
_MARGIN = 1.5
_DEAREST_USD = 1_000.0
_SMALLER = 4
#: Which part of a run a smaller one is.
SMALLER_SHARE = 1 / _SMALLER
#: Posts of X that a run of the agent keeps where they are paid for: what it may cost has to be known before.
_PAID_POSTS = 20
#: A post of X comes with the one that it quotes or answers, and each with its author; the last page has ten at least.
_POSTS_PER_POST, _LAST_PAGE = 2, 10
#: Posts that a run of the agent scores: at least, at most, and what one of them takes.
_FEWEST_SCORED, _MOST_SCORED = 100, 500
_TOKENS_PER_POST, _MICROS_PER_POST, _POSTS_PER_CALL = 400, 500, 25


def params_of(candidate: Candidate) -> dict[str, Any]:
    """The params that close the gap since the last success, a day of overlap included; all if there was none."""
    params: dict[str, Any] = {"ticker": candidate.ticker}
    usual = _usual_days(candidate.source)
    if usual is not None and candidate.age_hours is not None and math.isfinite(candidate.age_hours):
        params["date_range"] = {"last_days": min(math.ceil(max(candidate.age_hours, 0) / 24) + 1, usual)}
    if candidate.usd_per_post > 0:
        params["limit"] = _PAID_POSTS
    if TYPE_OF[candidate.source] == "ai_sentiment":
        params |= {"source": "all", "limit": _scored(candidate)}
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
    usual = _USUAL.get(task_type, {})
    if task_type == "ai_sentiment":
        posts = _scored(candidate)
        calls = math.ceil(posts / _POSTS_PER_CALL)
        usual = {"calls": calls, "tokens": posts * _TOKENS_PER_POST, "usd_micros": posts * _MICROS_PER_POST}
    if candidate.usd_per_post > 0:
        read = (_PAID_POSTS + _LAST_PAGE) * _POSTS_PER_POST
        usual = {**usual, "usd_micros": math.ceil(round(read * candidate.usd_per_post * 1_000_000, 3))}
    usd = candidate.usd_per_run if math.isfinite(candidate.usd_per_run) else _DEAREST_USD
    known = math.ceil(round(min(max(usd, 0.0), _DEAREST_USD) * _MARGIN * 1_000_000, 3))
    return Cost(
        source=candidate.source,
        task_type=task_type,
        calls=usual["calls"],
        tokens=usual.get("tokens", 0),
        usd_micros=max(known, usual.get("usd_micros", 0)),
    )


def _scored(candidate: Candidate) -> int:
    """Most posts that a run scores: those that wait, and what a crawl may bring until it begins."""
    waiting = _MOST_SCORED if candidate.waiting_posts is None else math.ceil(candidate.waiting_posts * _MARGIN)
    return min(max(waiting, _FEWEST_SCORED), _MOST_SCORED)


def _usual_days(source: str) -> int | None:
    """How far back a crawl of it goes if nobody says; None if it has no range that grows old."""
    field = TASK_TYPES[TYPE_OF[source]].params.model_fields.get("date_range")
    usual = field.get_default(call_default_factory=True) if field else None
    return usual.last_days if isinstance(usual, DateRange) else None
