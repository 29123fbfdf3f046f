"""What a plan will take, by what its types took."""

import pytest

from contracts.plans.plan import Plan, Step
from contracts.tasks.approval import ApprovalRule
from plans.estimates import estimates, used, usual_of

LOOK = Step(id="look", task_type="llm_task", params={"operation": "analyze", "text": "x"}, needs=["crawl"])
CRAWL = Step(id="crawl", task_type="reddit_crawl", params={"ticker": "${{ item }}"}, for_each=["A", "B", "C"])
USUAL = {
    "reddit_crawl": usual_of([used(10, 40, None), used(30, 60, None), used(20, 50, None)]),
    "llm_task": usual_of([used(4, None, {"calls": 1, "input_tokens": 900, "output_tokens": 100, "usd": 0.02})]),
}
KNOWN = {name: usual for name, usual in USUAL.items() if usual}


def test_steps_and_all_of_them() -> None:
    plan = Plan(name="x", steps=[LOOK, CRAWL])
    steps, whole = estimates(plan, KNOWN, {"reddit_crawl": 2}, {"llm_task": ApprovalRule.ALWAYS}, "human:anna")
    assert [(each.step, each.tasks, each.seconds, each.workers, each.approval) for each in steps] == [
        # Two workers do three tasks in two goes.
        ("crawl", 3, 40.0, 2, False),
        ("look", 1, 4.0, 0, True),
    ]
    assert (whole.tasks, whole.calls, whole.tokens, whole.seconds) == (4, 151, 1_000, 44.0)
    assert whole.usd == pytest.approx(0.02)


def test_what_nobody_knows_is_not_guessed() -> None:
    by_result = Step(id="crawl", task_type="reddit_crawl", params={"ticker": "A"}, for_each="steps.look.results")
    first = LOOK.model_copy(update={"needs": []})
    steps, whole = estimates(Plan(name="x", steps=[first, by_result]), KNOWN, {}, {}, "human:anna")
    assert [each.tasks for each in steps] == [1, None]
    assert (whole.tasks, whole.calls, whole.usd, whole.seconds) == (None, None, None, None)
    _, new = estimates(Plan(name="x", steps=[CRAWL]), {}, {}, {}, "human:anna")
    assert (new.tasks, new.tokens, new.seconds) == (3, None, None)


@pytest.mark.parametrize("cost", [{"usd": None}, {"usd": "much"}, {"usd": float("nan")}, {"usd": -1}, {"usd": True}])
def test_what_workers_write_may_be_anything(cost: dict[str, object]) -> None:
    one = usual_of([used(1, {"no": "number"}, cost)])
    assert one is not None
    assert (one.calls, one.tokens, one.usd) == (None, 0, None)
