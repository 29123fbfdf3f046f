"""A budget as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.agent.budget import DEFAULT_BUDGET, limit_text, limits_text, parse_limit, parse_limits
from contracts.agent.policy import BudgetLimit, BudgetUnit, BudgetWindow

LIMITS = st.builds(
    BudgetLimit,
    scope=st.sampled_from(["all", "reddit", "reddit_crawl"]),
    unit=st.sampled_from(BudgetUnit),
    most=st.integers(0, 10**12 - 1),
    window=st.sampled_from(BudgetWindow),
)


@given(LIMITS)
def test_a_limit_is_read_as_it_is_written(limit: BudgetLimit) -> None:
    assert parse_limit(limit_text(limit)) == limit


def test_dollars_are_exact() -> None:
    assert parse_limit("usd=0.000001/day").most == 1
    assert parse_limit("usd=1.1/day").most == 1_100_000


def test_the_usual_budget() -> None:
    assert limits_text(parse_limits(DEFAULT_BUDGET)) == DEFAULT_BUDGET


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tasks=60", "must be like"),
        ("tasks=1.5/hour", "whole number"),
        ("tasks=-1/hour", "must be like"),
        ("moon:tasks=1/hour", "is no scope"),
        ("tasks=1/hour,tasks=2/hour", "named twice"),
        ("reddit:tasks=1/hour", "limits the tasks of everything"),
        ("tasks=1/week", "must be like"),
        ("", "limits the tasks of everything"),
    ],
)
def test_what_is_no_budget_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_limits(text)
