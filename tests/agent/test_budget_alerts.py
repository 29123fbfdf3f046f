"""From when on people are told of a limit."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.budget_alerts import budget_alerts
from agent.budgets import Limit
from contracts.agent.budget import NEAR_PERCENT, parse_limit
from tests.agent.plans import NOW, limits

TASKS, MONEY = parse_limit("tasks=10/hour"), parse_limit("usd=0.50/day")


@pytest.mark.parametrize(
    ("limit", "used", "waiting", "title"),
    [
        (TASKS, 7, 0, None),
        (TASKS, 8, 0, "⚠️ The agent has used 80 % of its budget tasks=10/hour"),
        (TASKS, 9, 0, "⚠️ The agent has used 90 % of its budget tasks=10/hour"),
        (TASKS, 10, 0, "🔴 The agent's budget tasks=10/hour is used up"),
        (TASKS, 12, 3, "🔴 The agent's budget tasks=10/hour is used up"),
        (MONEY, 100, 1, "🔴 The agent's budget usd=0.5/day has too little left"),
        (MONEY, 399_999, 0, None),
        (MONEY, 400_000, 0, "⚠️ The agent has used 80 % of its budget usd=0.5/day"),
        # Nothing at all is what somebody wanted.
        (parse_limit("tokens=0/day"), 0, 4, None),
    ],
)
def test_from_eighty_percent_on_or_when_something_waits(
    limit: Limit, used: int, waiting: int, title: str | None
) -> None:
    found = budget_alerts([limit], {limit: used}, {limit: waiting}, NOW)
    assert [each.title for each in found] == ([title] if title else [])


def test_it_is_told_again_only_when_it_gets_worse() -> None:
    counts = [budget_alerts([TASKS], {TASKS: used}, {}, NOW)[0].count for used in (8, 9, 10, 11)]
    assert counts == [1, 1, 2, 2]
    [refused] = budget_alerts([TASKS], {TASKS: 8}, {TASKS: 2}, NOW)
    assert refused.count == 2
    assert refused.body.splitlines() == [
        "8 of 10 tasks in the last hour.",
        "2 needs wait for it: clawdbot agent budget changes it.",
    ]
    [money] = budget_alerts([MONEY], {MONEY: 450_000}, {}, NOW)
    assert money.body == "$0.45 of $0.50 in the last day."


def test_a_limit_that_somebody_changes_stays_the_same_alert_and_it_ends_by_itself() -> None:
    higher = TASKS.model_copy(update={"most": 12})
    [before], [after] = (budget_alerts([each], {each: 10}, {}, NOW) for each in (TASKS, higher))
    assert before.key == after.key == "all:tasks/hour"
    assert before.until == NOW + TASKS.window.length


@given(limits, st.data())
def test_each_limit_for_itself(given_: Sequence[Limit], data: st.DataObject) -> None:
    spent = {limit: data.draw(st.integers(0, 2 * limit.most)) for limit in given_}
    short = [each for each in given_ if each.most and spent[each] / each.most >= NEAR_PERCENT / 100]
    assert len(budget_alerts(given_, spent, {}, NOW)) == len(short)
