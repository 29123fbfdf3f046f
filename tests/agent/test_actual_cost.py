"""What a task really cost: what its result says, and of what it does not say the estimate."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actual_cost import UsedCost, actual_cost

RESERVED = UsedCost(calls=40, tokens=1_000, usd_micros=50_000)
COST = {"calls": 3, "input_tokens": 100, "output_tokens": 20, "usd": 0.0000125}


@pytest.mark.parametrize(
    ("begun", "requests", "cost", "used"),
    [
        (False, None, None, UsedCost(0, 0, 0)),
        (True, 12, None, UsedCost(12, 1_000, 50_000)),
        (True, None, COST, UsedCost(3, 120, 13)),
        (True, None, {**COST, "usd": None}, UsedCost(3, 120, 50_000)),
        (True, -1, {"calls": True, "input_tokens": "7"}, RESERVED),
        (True, None, None, RESERVED),
        (True, 0, {**COST, "usd": 0}, UsedCost(0, 120, 0)),
        (True, 10**30, {**COST, "usd": 1e300}, UsedCost(10**12, 120, 10**12)),
    ],
)
def test_used(begun: bool, requests: Any, cost: Any, used: UsedCost) -> None:
    assert actual_cost(RESERVED, begun=begun, requests=requests, cost=cost) == used


@given(
    requests=st.none() | st.integers() | st.floats() | st.text() | st.booleans(),
    cost=st.none()
    | st.dictionaries(st.sampled_from(list(COST)), st.none() | st.integers() | st.floats() | st.text() | st.booleans()),
)
def test_whatever_a_worker_says_it_is_a_count(requests: Any, cost: Any) -> None:
    used = actual_cost(RESERVED, begun=True, requests=requests, cost=cost)
    assert all(type(each) is int and 0 <= each <= 10**12 for each in (used.calls, used.tokens, used.usd_micros))
