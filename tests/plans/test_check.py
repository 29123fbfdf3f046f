"""What is wrong with a plan is found before anything runs, with the step and the field."""

import time
from typing import Any

import pytest

from contracts.plans.plan import Plan
from plans.check import mistakes_in


def plan(*steps: dict[str, Any], **more: Any) -> Plan:
    return Plan.model_validate({"name": "p", "steps": [{"task_type": "echo", **step} for step in steps], **more})


def test_a_plan_that_can_run_has_no_mistakes() -> None:
    each = {"for_each": "${{ inputs.tickers }}", "parallel": 2}
    good = plan(
        {"id": "crawl", "task_type": "reddit_crawl", "params": {"ticker": "${{ item }}", "limit": 10}, **each},
        {"id": "mood", "task_type": "ai_sentiment", "each_of": "crawl", "params": {"ticker": "${{ item }}"}},
        {"id": "all", "needs": ["mood"], "params": {"message": {"n": "${{ steps.mood.results }}"}}},
        {"id": "undo"},
        {"id": "last", "needs": ["all"], "when": "steps.all.status == 'succeeded'", "on_failure": "compensate",
         "compensate_with": ["undo"]},
        inputs={"tickers": ["NVDA", "AMD"]},
    )  # fmt: skip
    assert mistakes_in(good) == []


A, B = {"id": "a"}, {"id": "b", "needs": ["a"]}


@pytest.mark.parametrize(
    ("steps", "where", "part"),
    [
        ([A, A], "steps.a.id", "stands 2 times"),
        ([{"id": "inputs"}], "steps.inputs.id", "choose another name"),
        ([{"id": "a", "task_type": "redit_crawl"}], "steps.a.task_type", "did you mean reddit_crawl?"),
        ([{"id": "crawl"}, {"id": "b", "needs": ["crawll"]}], "steps.b.needs", "did you mean crawl?"),
        ([{"id": "a", "needs": ["b"]}, B], "steps.a.needs", "a needs b needs a"),
        ([{"id": "a", "needs": ["a"]}], "steps.a.needs", "circle"),
        ([A, {"id": "b", "params": {"x": "${{ steps.a.result.x }}"}}], "steps.b.params.x", "add it to `needs`"),
        ([A, {"id": "b", "when": "steps.a.status == 'x'"}], "steps.b.when", "add it to `needs`"),
        ([{"id": "a", "params": {"x": "${{ steps.a.result }}"}}], "steps.a.params.x", "reads the step itself"),
        ([A, {**B, "params": {"x": "${{ steps.a.reslt }}"}}], "steps.b.params.x", "not 'reslt'"),
        ([A, {**B, "params": {"x": "${{ item }}"}}], "steps.b.params.x", "no `item` here"),
        ([A, {**B, "params": {"x": "${{ 1 + }}"}}], "steps.b.params.x", "is not CEL"),
        ([A, {**B, "params": {"x": "a ${{ b"}}], "steps.b.params.x", "is not CEL"),
        ([A, {"id": "b", "each_of": "a"}], "steps.b.each_of", "no entries to take"),
        ([{"id": "a", "compensate_with": ["b"]}, {"id": "b"}], "steps.a.compensate_with", "goes together"),
        ([{"id": "a", "for_each": "inputs.n"}], "steps.a.for_each", "no list"),
        ([{"id": "a", "for_each": [1], "params": {"x": 1}}, {**B, "params": {"x": "${{ steps.a.result }}"}}],
         "steps.b.params.x", "results"),
        ([{"id": "a", "task_type": "reddit_crawl"}], "steps.a.params.ticker", "is missing"),
        ([A, {**B, "task_type": "reddit_crawl", "params": {"ticker": "${{ steps.a.result.t }}", "limit": "x"}}],
         "steps.b.params.limit", "whole number"),
        ([A, {**B, "task_type": "reddit_crawl", "params": {"tickr": "${{ steps.a.result.t }}"}}],
         "steps.b.params.tickr", "did you mean ticker?"),
        ([A, {**B, "task_type": "reddit_crawl",
              "params": {"ticker": "NVDA", "date_range": {"last_dys": "${{ steps.a.result.t }}"}}}],
         "steps.b.params.date_range.last_dys", "no such field"),
        ([{"id": "a", "task_type": "reddit_crawl", "for_each": ["NVDA", "$$$"], "params": {"ticker": "${{ item }}"}}],
         "steps.a.params.ticker", "for entry 1"),
        ([{"id": "a", "task_type": "delay", "params": {"seconds": "${{ inputs.text }}"}}],
         "steps.a.params.seconds", "number"),
    ],
)  # fmt: skip
def test_each_mistake_names_its_step_and_field(steps: list[dict[str, Any]], where: str, part: str) -> None:
    found = mistakes_in(plan(*steps, inputs={"n": 3, "text": "long"}))
    assert any(place == where and part in sentence for place, sentence in found), found


def test_params_that_wait_for_a_result_may_fit() -> None:
    later = {"ticker": "${{ steps.a.result.t }}", "date_range": {"last_days": "${{ steps.a.result.d }}"}}
    assert mistakes_in(plan(A, {**B, "task_type": "reddit_crawl", "params": later})) == []


def test_ten_thousand_steps_are_checked_in_seconds_and_more_are_refused() -> None:
    chain = [{"id": "s0"}] + [
        {"id": f"s{n}", "needs": [f"s{n - 1}"], "params": {"message": {"x": "${{ steps.s0.status }}"}}}
        for n in range(1, 10_000)
    ]
    largest = plan(*chain)
    began = time.process_time()
    assert mistakes_in(largest) == []
    assert time.process_time() - began < 20
    with pytest.raises(ValueError, match="at most 10000"):
        plan(*chain, {"id": "more"})
    parts = mistakes_in(plan(A, {"id": "b", "for_each": list(range(10_000))}))
    assert parts == [("steps", "come to 10001 tasks; 10000 are the most of one plan")]


def test_inputs_that_are_too_large_are_said_at_once_and_checking_has_an_end() -> None:
    steps = [
        {"id": f"s{n}", "task_type": "echo", "params": {"message": "${{ string(size(inputs.l)) }}"}} for n in range(500)
    ]
    large = Plan.model_validate({"name": "p", "inputs": {"l": ["x" * 1_000] * 6_000}, "steps": steps})
    assert [where for where, _ in mistakes_in(large)] == ["inputs"]
    began = time.process_time()
    assert mistakes_in(Plan.model_validate({"name": "p", "inputs": {"l": ["x" * 90] * 40_000}, "steps": steps})) == []
    assert time.process_time() - began < 20
