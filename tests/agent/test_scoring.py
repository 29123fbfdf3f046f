"""The freshness need: more reason never scores lower, whatever the numbers, and the order is no accident."""

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.collection_tasks import SMALLER_SHARE
from agent.intervals import FASTEST, SLOWEST, interval_factor
from agent.need_texts import explain
from agent.needs import Candidate
from agent.scoring import rank, score
from contracts.agent.ranking import RankingWeights

#: Rounding of a score to 4 digits, and of floating point sums.
TINY = 1e-4

anything = st.floats(allow_nan=True, allow_infinity=True)
hours = st.floats(0, 1e6)
candidates = st.builds(
    Candidate,
    ticker=st.sampled_from(["AAPL", "GME", "NVDA"]),
    source=st.sampled_from(["news", "reddit", "sec"]),
    age_hours=st.none() | hours,
    target_hours=st.floats(1, 8_784),
    watchers=st.integers(0, 10**9),
    trend=st.none() | st.floats(-1, 1),
    mentions=st.none() | st.integers(0, 10**6),
    earnings_in_days=st.none() | st.integers(-400, 400),
    score_change=st.none() | st.floats(0, 1),
    rows_per_run=st.none() | st.floats(0, 1e9),
    usd_per_run=st.floats(0, 1e4),
)
one_weight = st.floats(0, 1_000)
weights = st.builds(
    RankingWeights,
    staleness=st.floats(0.1, 1_000),
    **dict.fromkeys(RankingWeights.model_fields.keys() - {"staleness"}, one_weight),
)


def two(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Two values, the smaller one first."""
    return st.lists(strategy, min_size=2, max_size=2).map(sorted)


def assert_never_lower(candidate: Candidate, weights_: RankingWeights, field: str, less: Any, more: Any) -> None:
    low, high = (score(replace(candidate, **{field: value}), weights_) for value in (less, more))
    assert low.score <= high.score + TINY, f"{field}: {low} {high}"


@given(candidates, weights, two(hours))
def test_more_stale_never_scores_lower(candidate: Candidate, weights_: RankingWeights, ages: list[float]) -> None:
    assert_never_lower(candidate, weights_, "age_hours", *ages)
    assert_never_lower(candidate, weights_, "age_hours", ages[1], None)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("watchers", st.integers(0, 10**9)),
        ("trend", st.floats(-1, 1)),
        ("mentions", st.integers(0, 10**6)),
        ("score_change", st.floats(0, 1)),
        ("rows_per_run", st.floats(0, 1e9)),
    ],
)
@given(candidate=candidates, weights_=weights, data=st.data())
def test_more_reason_never_scores_lower(
    field: str, values: st.SearchStrategy[Any], candidate: Candidate, weights_: RankingWeights, data: st.DataObject
) -> None:
    assert_never_lower(candidate, weights_, field, *data.draw(two(values)))


@given(candidates, weights, two(st.integers(0, 400)))
def test_nearer_earnings_never_score_lower(candidate: Candidate, weights_: RankingWeights, days: list[int]) -> None:
    assert_never_lower(candidate, weights_, "earnings_in_days", days[1], days[0])


@given(candidates, weights, two(st.floats(0, 1e4)), two(st.floats(1, 8_784)))
def test_dearer_runs_and_later_targets_never_score_higher(
    candidate: Candidate, weights_: RankingWeights, usd: list[float], targets: list[float]
) -> None:
    assert_never_lower(candidate, weights_, "usd_per_run", usd[1], usd[0])
    assert_never_lower(candidate, weights_, "target_hours", targets[1], targets[0])


@given(candidates, weights)
def test_a_score_is_bounded_and_the_sum_of_its_parts(candidate: Candidate, weights_: RankingWeights) -> None:
    need = score(candidate, weights_)
    assert 0 <= need.score <= 100
    assert math.isclose(need.score, sum(part.points for part in need.parts), abs_tol=1e-3)
    assert all(0 <= part.value <= 1 for part in need.parts)
    assert {part.name for part in need.parts} == RankingWeights.model_fields.keys()
    assert FASTEST <= need.interval_hours / candidate.target_hours * (1 + 1e-9)
    assert need.interval_hours / candidate.target_hours <= SLOWEST * (1 + 1e-9)
    assert explain(need).endswith(".")
    assert "\n" not in explain(need)


@given(weights, anything, anything, anything, anything, anything)
def test_no_number_that_is_none_gets_out(
    weights_: RankingWeights, age: float, trend: float, change: float, rows: float, usd: float
) -> None:
    need = score(
        Candidate("X", "news", age, 24, trend=trend, score_change=change, rows_per_run=rows, usd_per_run=usd), weights_
    )
    assert 0 <= need.score <= 100
    assert all(math.isfinite(each) for part in need.parts for each in (part.value, part.points))


@given(st.lists(candidates, max_size=20), weights, st.randoms(use_true_random=False))
def test_the_ranking_depends_on_no_order(
    given_: list[Candidate], weights_: RankingWeights, dice: random.Random
) -> None:
    one_per_pair = list({(each.ticker, each.source): each for each in given_}.values())
    shuffled = dice.sample(one_per_pair, len(one_per_pair))
    ranking = rank(one_per_pair, weights_)
    assert rank(shuffled, weights_) == ranking
    assert [each.score for each in ranking] == sorted((each.score for each in ranking), reverse=True)


def test_equals_are_ranked_by_name() -> None:
    same = [Candidate(ticker, source, 30, 24) for ticker in ("B", "A") for source in ("sec", "news")]
    ranking = rank(same, RankingWeights())
    order = [(each.candidate.ticker, each.candidate.source) for each in ranking]
    assert order == [("A", "news"), ("A", "sec"), ("B", "news"), ("B", "sec")]


def test_what_was_just_collected_needs_nothing_however_hot() -> None:
    hot = Candidate("GME", "reddit", 0, 24, 10**6, trend=1, mentions=10**4, earnings_in_days=0, score_change=1)
    assert score(hot, RankingWeights()).score == 0


def test_hot_ones_come_before_quiet_ones_of_the_same_age() -> None:
    quiet = Candidate("SLOW", "reddit", 20, 24, mentions=0, trend=0)
    plain = replace(quiet, ticker="PLAIN", mentions=None, trend=None)
    hot = replace(quiet, ticker="HOT", mentions=900, trend=0.8)
    assert [each.candidate.ticker for each in rank([plain, quiet, hot], RankingWeights())] == ["HOT", "PLAIN", "SLOW"]
    assert [score(each, RankingWeights()).due for each in (hot, plain, quiet)] == [True, False, False]


def test_a_weight_of_nothing_takes_the_part_out() -> None:
    old, watched = Candidate("OLD", "news", 60, 24), Candidate("BIG", "news", 50, 24, watchers=100_000)
    assert [each.candidate.ticker for each in rank([old, watched], RankingWeights())] == ["BIG", "OLD"]
    assert [each.candidate.ticker for each in rank([old, watched], RankingWeights(watchers=0))] == ["OLD", "BIG"]


def test_the_line_names_what_counts() -> None:
    hot = Candidate("NVDA", "reddit", 50, 24, 1_200, 0.5, 80, 3, 0.4, 40, 0.01)
    assert explain(score(hot, RankingWeights())) == (
        "Collected 2.1 d ago, wanted every 8.0 h (target 24.0 h); 1,200 watchers; mentions rise (+0.50);"
        " earnings in 3 d; its score has moved (0.40); 40 new rows per run; $0.0100 per run."
    )
    assert explain(score(Candidate("A", "sec", None, 24), RankingWeights())) == "Never collected, wanted every 24.0 h."


@given(st.floats(0, 1), st.none() | st.integers(-5, 10**9))
def test_an_interval_is_bounded(heat: float, mentions: int | None) -> None:
    assert FASTEST <= interval_factor(heat, mentions) <= SLOWEST


@given(two(st.floats(0, 1)), two(st.integers(0, 10**6)))
def test_hotter_and_louder_is_never_rarer(heats: list[float], mentions: list[int]) -> None:
    assert interval_factor(heats[1], mentions[0]) <= interval_factor(heats[0], mentions[0]) * (1 + 1e-12)
    assert interval_factor(heats[0], mentions[1]) <= interval_factor(heats[0], mentions[0]) * (1 + 1e-12)


def test_the_ends_of_the_interval() -> None:
    assert interval_factor(1, 10**6) == pytest.approx(FASTEST)
    assert interval_factor(0, 0) == pytest.approx(SLOWEST)
    assert interval_factor(0, None) == 1


def test_a_run_of_the_agents_rests_an_interval_and_a_smaller_one_its_part_of_it() -> None:
    gap = replace(Candidate("A", "reddit", 100, 24), rested_hours=23.9)
    assert not score(gap, RankingWeights()).due
    assert score(replace(gap, rested_hours=24), RankingWeights()).due
    assert score(replace(gap, rested_hours=None), RankingWeights()).due
    smaller = replace(gap, rested_hours=5.9, rested_share=SMALLER_SHARE)
    assert not score(smaller, RankingWeights()).due
    assert score(replace(smaller, rested_hours=6), RankingWeights()).due
