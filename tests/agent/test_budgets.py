"""The budget lets nothing through that does not fit, to the unit."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.budgets import Cost, Limit, fits, left, reserve
from contracts.agent.policy import BudgetUnit, BudgetWindow
from contracts.records.sources import SOURCES
from tests.agent.plans import limits

_COUNTS = st.integers(0, 10) | st.integers(0, 10**6)
costs = st.sampled_from(sorted(SOURCES)).flatmap(
    lambda type_: st.builds(
        Cost, st.just(SOURCES[type_].name), st.just(type_), calls=_COUNTS, tokens=_COUNTS, usd_micros=_COUNTS
    )
)
HOUR = BudgetWindow.HOUR


@given(limits, st.lists(costs, max_size=40))
def test_whatever_comes_no_limit_is_exceeded_by_one_unit(given_: Sequence[Limit], wanted: Sequence[Cost]) -> None:
    spent = dict.fromkeys(given_, 0)
    taken: list[Cost] = []
    for cost in wanted:
        if fits(given_, spent, cost) is None:
            spent = reserve(given_, spent, cost)
            taken.append(cost)
    for limit in given_:
        used = sum(cost.of(limit.unit) for cost in taken if limit.scope in ("all", cost.source, cost.task_type))
        assert spent[limit] == used <= limit.most


@given(limits, costs, st.data())
def test_a_refusal_is_right_and_says_which_limit(given_: Sequence[Limit], cost: Cost, data: st.DataObject) -> None:
    spent = {limit: data.draw(st.integers(0, limit.most)) for limit in given_}
    refusal = fits(given_, spent, cost)
    over = [
        limit
        for limit in given_
        if limit.counts(cost.source, cost.task_type) and spent[limit] + cost.of(limit.unit) > limit.most
    ]
    assert (refusal is None) == (not over)
    if refusal is not None:
        assert refusal.limit == over[0]
        assert str(refusal.limit) in refusal.sentence


@pytest.mark.parametrize("unknown", [None, -1, 0.5, True, "3"])
def test_what_is_not_known_is_not_spent(unknown: Any) -> None:
    limit = Limit(unit=BudgetUnit.TASKS, most=100, window=HOUR)
    spent = {} if unknown is None else {limit: unknown}
    refusal = fits([limit], spent, Cost("reddit", "reddit_crawl"))
    assert refusal is not None
    assert "not known" in refusal.sentence
    assert left(limit, spent) is None


def test_a_limit_counts_what_is_in_its_scope() -> None:
    by_type = Limit(scope="ai_summary", unit=BudgetUnit.TOKENS, most=0, window=HOUR)
    assert fits([by_type], {by_type: 0}, Cost("sentiment", "ai_sentiment", tokens=9)) is None
    refusal = fits([by_type], {by_type: 0}, Cost("summary", "ai_summary", tokens=9))
    assert refusal is not None
    assert refusal.sentence == "The budget of 0 tokens per hour (ai_summary) has 0 left; 9 would be needed."


def test_an_overdrawn_limit_has_nothing_left() -> None:
    limit = Limit(unit=BudgetUnit.CALLS, most=10, window=HOUR)
    assert left(limit, {limit: 15}) == 0
    assert fits([limit], {limit: 15}, Cost("news", "news_crawl", calls=0)) is None
    assert fits([limit], {limit: 15}, Cost("news", "news_crawl", calls=1)) is not None


@pytest.mark.parametrize("number", [-1, 0.5, True, float("nan")])
def test_no_cost_that_is_no_count(number: Any) -> None:
    with pytest.raises(ValueError, match="whole number of tokens"):
        Cost("news", "news_crawl", tokens=number)


@pytest.mark.parametrize(("scope", "most"), [("everything", 1), ("all", -1), ("all", 1.5), ("all", True)])
def test_limits_that_say_nothing_are_refused(scope: str, most: object) -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate({"scope": scope, "unit": "tasks", "most": most, "window": "day"})
