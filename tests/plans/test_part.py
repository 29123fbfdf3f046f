"""A plan without some of its steps can still run, whatever is left out."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.plans.plan import OnFailure, Plan
from plans.check import mistakes_in
from plans.part import without


def echo(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "task_type": "echo", **more}


PLAN = Plan.model_validate(
    {
        "name": "p",
        "steps": [
            echo("crawl", for_each=["NVDA", "AMD"]), echo("score", each_of="crawl"), echo("tell", needs=["score"]),
            echo("news"), echo("both", needs=["news", "tell"]),
            echo("pay", on_failure="compensate", compensate_with=["refund"]), echo("refund", needs=["letter"]),
            echo("letter"),
        ],
    }
)  # fmt: skip


#: Without these, all the others go, too.
ROOTS = {"crawl", "news", "pay"}


def plan() -> Plan:
    """`letter` compensates, too: what needs it does."""
    steps = [step.model_copy(update={"compensate_with": ["refund", "letter"]}) if step.id == "pay" else step
             for step in PLAN.steps]  # fmt: skip
    return PLAN.model_copy(update={"steps": steps})


@pytest.mark.parametrize(
    ("left_out", "left", "also"),
    [
        (["score"], ["crawl", "news", "pay", "refund", "letter"], ["tell", "both"]),
        (["news"], ["crawl", "score", "tell", "pay", "refund", "letter"], ["both"]),
        (["pay"], ["crawl", "score", "tell", "news", "both"], ["refund", "letter"]),
        (["letter"], ["crawl", "score", "tell", "news", "both", "pay"], ["refund"]),
        (["refund"], ["crawl", "score", "tell", "news", "both", "pay", "letter"], []),
    ],
)
def test_what_needs_it_goes_with_it(left_out: list[str], left: list[str], also: list[str]) -> None:
    rest, went = without(plan(), left_out)
    assert ([step.id for step in rest.steps], went) == (left, also)


def test_what_nothing_compensates_any_more_stops_the_plan() -> None:
    pay = next(step for step in without(plan(), ["letter"])[0].steps if step.id == "pay")
    assert (pay.on_failure, pay.compensate_with) == (OnFailure.STOP, [])


@given(st.sets(st.sampled_from([step.id for step in PLAN.steps]), min_size=1))
def test_whatever_is_left_can_run(left_out: set[str]) -> None:
    assume(not left_out >= ROOTS)
    rest, also = without(plan(), left_out)
    assert mistakes_in(rest) == []
    assert {step.id for step in rest.steps} | {*also} | left_out == {step.id for step in PLAN.steps}


def test_an_unknown_step_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="has no step 'nothing'"):
        without(plan(), ["nothing"])
    with pytest.raises(ValueError, match="Nothing of the plan would be left"):
        without(plan(), ROOTS)
