"""Scores how much a source of a ticker needs to be collected: a number from 0 to 100, and its parts.

The need is how stale the data is, times how much the ticker matters: what was collected a moment ago needs nothing,
however hot it is. Every part runs from 0 to 1; more of what makes a ticker matter never lowers the number.
"""

import math
from collections.abc import Iterable

from agent.intervals import interval_factor
from agent.needs import Candidate, Need, Part
from contracts.agent.ranking import RankingWeights

#: So many watchers are as many as count.
_MOST_WATCHERS = 100_000
#: The same for the new rows of a run.
_MOST_ROWS = 1_000
#: A run for so many dollars is half as good as one for nothing.
_DEAR_USD = 0.05
#: How long before earnings they begin to matter, and how long after they still do.
_DAYS_BEFORE, _DAYS_AFTER = 14, 2
#: For each interval that has passed in vain: the quietest ticker overtakes the hottest within some weeks.
_POINTS_PER_INTERVAL = 5.0
_LONGEST_HOURS = 1e6
#: What a source without a past is credited with.
_UNKNOWN_YIELD = 0.5


def score(candidate: Candidate, weights: RankingWeights) -> Need:
    """The need of one source of one ticker."""
    interests = _interests(candidate)
    heat = max(interests["trend"], interests["score_change"], interests["earnings"])
    interval = candidate.target_hours * interval_factor(heat, candidate.mentions)
    stale = _staleness(candidate.age_hours, interval)
    parts = _parts(stale, interests, weights)
    return Need(
        candidate=candidate,
        score=round(min(sum(part.points for part in parts), 100.0), 4),
        interval_hours=interval,
        due=_is_due(candidate, interval),
        parts=parts,
        waited=round(_waited(candidate, interval), 4),
    )


def rank(candidates: Iterable[Candidate], weights: RankingWeights) -> list[Need]:
    """All of them, the neediest first; equals by ticker and source, so that the order never depends on chance."""
    needs = [score(each, weights) for each in candidates]
    return sorted(needs, key=lambda each: (-each.score, each.candidate.ticker, each.candidate.source))


def _parts(stale: float, interests: dict[str, float], weights: RankingWeights) -> tuple[Part, ...]:
    # The data's age scales every part: interest in what is fresh is no need.
    own = Part("staleness", stale, 100 * stale * weights.shares["staleness"])
    others = (Part(name, value, 100 * stale * value * weights.shares[name]) for name, value in interests.items())
    return (own, *others)


def _interests(candidate: Candidate) -> dict[str, float]:
    return {
        "watchers": _of_most(candidate.watchers, _MOST_WATCHERS),
        "trend": _share(candidate.trend or 0),
        "earnings": _earnings(candidate.earnings_in_days),
        "score_change": _share(candidate.score_change or 0),
        "past_yield": _yield(candidate.rows_per_run),
        "cost": 1 / (1 + _positive(candidate.usd_per_run) / _DEAR_USD),
    }


def _staleness(age_hours: float | None, interval_hours: float) -> float:
    """0 for just collected, a half when the interval is over, 1 for never."""
    return 1.0 if age_hours is None else 1 - 1 / (1 + _positive(age_hours) / interval_hours)


def _is_due(candidate: Candidate, interval_hours: float) -> bool:
    """Stale, and the agent's last run has had its time.

    A run is worth an interval, and one that asked for a part is worth that part of it: so a gap that no run closes is
    asked for once an interval, and what a smaller retry left out after a quarter. Data is as old as the beginning of
    its run, so both end at the same moment where nothing was left out.
    """
    age, rested = candidate.age_hours, candidate.rested_hours
    stale = age is None or age >= interval_hours
    return stale and (rested is None or rested >= interval_hours * candidate.rested_share)


def _waited(candidate: Candidate, interval_hours: float) -> float:
    since = candidate.watched_hours if candidate.age_hours is None else candidate.age_hours
    # What the agent has had its turn of waits from then on: else a gap that no run closes would be first for ever.
    hours = min(each for each in (since or 0, candidate.rested_hours) if each is not None)
    return _POINTS_PER_INTERVAL * _positive(min(hours, _LONGEST_HOURS) / interval_hours - 1)


def _earnings(days: int | None) -> float:
    if days is None or not -_DAYS_AFTER <= days <= _DAYS_BEFORE:
        return 0.0
    return 1 - max(days, 0) / (_DAYS_BEFORE + 1)


def _yield(rows: float | None) -> float:
    return _UNKNOWN_YIELD if rows is None else _of_most(rows, _MOST_ROWS)


def _of_most(number: float, most: int) -> float:
    """On a scale where each tenfold is as much as the one before."""
    return min(math.log1p(_positive(number)) / math.log1p(most), 1.0)


def _share(number: float) -> float:
    return min(_positive(number), 1.0)


def _positive(number: float) -> float:
    """No number that is none gets into a score."""
    return 0.0 if math.isnan(number) else max(float(number), 0.0)
