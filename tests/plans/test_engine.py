"""What a plan does next, case by case; `test_random_plans.py` has all the others."""

from typing import Any

from contracts.plans.plan import Plan
from contracts.plans.statuses import PlanStatus, StepStatus
from plans.check import mistakes_in
from plans.engine import Engine
from plans.state import End
from tests.plans.memory import Memory, begin, check, end, go_on

OK, BAD = StepStatus.SUCCEEDED, StepStatus.FAILED


async def started(*steps: dict[str, Any], **more: Any) -> Memory:
    plan = Plan.model_validate({"name": "p", "steps": [{"task_type": "echo", **step} for step in steps], **more})
    assert mistakes_in(plan) == []
    memory = Memory(plan)
    await begin(memory)
    return memory


def status_of(memory: Memory) -> PlanStatus:
    return memory.plan.status


def last_of(memory: Memory) -> Any:
    """What began last: which part, with which params."""
    return memory.begun[-1]


def begun(memory: Memory) -> list[str]:
    return [f"{step}{place or ''}" for (step, place), _ in memory.begun]


async def test_a_diamond_waits_for_both_of_its_branches_and_fills_in_their_results() -> None:
    memory = await started(
        {"id": "a"}, {"id": "b", "needs": ["a"]}, {"id": "c", "needs": ["a"]},
        {"id": "d", "needs": ["b", "c"], "params": {"message": "${{ steps.b.result.n + steps.a.result.n }}"}},
    )  # fmt: skip
    assert begun(memory) == ["a"]
    await end(memory, ("a", 0), OK, {"n": 1})
    assert begun(memory) == ["a", "b", "c"]
    await end(memory, ("c", 0), OK)
    assert begun(memory) == ["a", "b", "c"]
    await end(memory, ("b", 0), OK, {"n": 41})
    assert last_of(memory) == (("d", 0), {"message": 42})
    await end(memory, ("d", 0), OK)
    assert status_of(memory) is PlanStatus.SUCCEEDED


async def test_entries_go_through_their_steps_by_themselves() -> None:
    memory = await started(
        {"id": "a", "for_each": "inputs.l", "parallel": 2, "params": {"message": "${{ item }}"}},
        {"id": "b", "each_of": "a", "params": {"message": "${{ item + steps.a.result.x }}"}},
        {"id": "all", "needs": ["b"], "params": {"message": "${{ steps.b.results }}"}},
        inputs={"l": ["x", "y", "z"]},
    )
    assert begun(memory) == ["a", "a1"]
    await end(memory, ("a", 1), OK, {"x": "!"})
    assert begun(memory) == ["a", "a1", "a2", "b1"]
    assert last_of(memory) == (("b", 1), {"message": "y!"})
    await end(memory, ("b", 1), OK, {"n": 1})
    for place in (0, 2):
        await end(memory, ("a", place), OK, {"x": "?"})
        await end(memory, ("b", place), OK, {"n": place})
    assert last_of(memory) == (("all", 0), {"message": [{"n": 0}, {"n": 1}, {"n": 2}]})


async def test_a_list_of_an_earlier_result_and_an_empty_one() -> None:
    memory = await started(
        {"id": "a"}, {"id": "b", "needs": ["a"], "for_each": "steps.a.result.l"}, {"id": "c", "each_of": "b"},
        {"id": "d", "needs": ["c"], "params": {"message": "${{ steps.c.results }}"}},
    )  # fmt: skip
    await end(memory, ("a", 0), OK, {"l": []})
    assert begun(memory) == ["a", "d"]
    assert memory.begun[-1][1] == {"message": []}


async def test_what_a_condition_skips_and_what_follows_from_that() -> None:
    memory = await started(
        {"id": "a"},
        {"id": "yes", "needs": ["a"], "when": "steps.a.result.n > 1"},
        {"id": "no", "needs": ["a"], "when": "${{ steps.a.result.n <= 1 }}"},
        {"id": "after_no", "needs": ["no"]},
        {"id": "join", "needs": ["yes", "after_no"], "params": {"message": "${{ steps.after_no.status }}"}},
    )
    await end(memory, ("a", 0), OK, {"n": 5})
    assert begun(memory) == ["a", "yes"]
    await end(memory, ("yes", 0), OK)
    assert last_of(memory) == (("join", 0), {"message": "skipped"})
    await end(memory, ("join", 0), OK)
    assert status_of(memory) is PlanStatus.SUCCEEDED
    assert memory.states["after_no"].status is StepStatus.SKIPPED


async def test_stop_lets_what_runs_finish_and_begins_nothing() -> None:
    memory = await started({"id": "a"}, {"id": "b"}, {"id": "c", "needs": ["b"]})
    await end(memory, ("a", 0), BAD)
    assert status_of(memory) is PlanStatus.RUNNING
    await end(memory, ("b", 0), OK)
    assert begun(memory) == ["a", "b"]
    assert status_of(memory) is PlanStatus.FAILED
    assert memory.plan.failure == {"type": "Broken", "message": "Step a failed: It broke.", "step": "a", "place": 0}


async def test_continue_lets_the_next_ones_see_that_it_failed() -> None:
    memory = await started(
        {"id": "a", "on_failure": "continue"},
        {"id": "b", "needs": ["a"], "when": "steps.a.status == 'failed'",
         "params": {"message": "${{ steps.a.error.message }}"}},
    )  # fmt: skip
    await end(memory, ("a", 0), BAD)
    assert last_of(memory) == (("b", 0), {"message": "It broke."})
    await end(memory, ("b", 0), OK)
    assert status_of(memory) is PlanStatus.SUCCEEDED


async def test_compensation_runs_in_its_own_order_and_the_plan_has_failed() -> None:
    memory = await started(
        {"id": "a"},
        {"id": "b", "needs": ["a"], "on_failure": "compensate", "compensate_with": ["undo", "say"]},
        {"id": "c", "needs": ["b"]},
        {"id": "say", "needs": ["undo"], "params": {"message": "${{ steps.b.error.message }}"}},
        {"id": "undo", "params": {"message": "${{ steps.a.result.id }}"}},
    )
    await end(memory, ("a", 0), OK, {"id": 7})
    await end(memory, ("b", 0), BAD)
    assert last_of(memory) == (("undo", 0), {"message": 7})
    await end(memory, ("undo", 0), BAD)
    assert last_of(memory) == (("say", 0), {"message": "It broke."})
    await end(memory, ("say", 0), OK)
    assert status_of(memory) is PlanStatus.FAILED
    assert begun(memory) == ["a", "b", "undo", "say"]


async def test_what_compensates_does_not_run_without_a_failure() -> None:
    memory = await started({"id": "a", "on_failure": "compensate", "compensate_with": ["undo"]}, {"id": "undo"})
    await end(memory, ("a", 0), OK)
    assert status_of(memory) is PlanStatus.SUCCEEDED
    assert begun(memory) == ["a"]


async def test_an_expression_that_fails_is_that_steps_failure() -> None:
    memory = await started({"id": "a"}, {"id": "b", "needs": ["a"], "params": {"message": "${{ steps.a.result.no }}"}})
    await end(memory, ("a", 0), OK, {})
    assert status_of(memory) is PlanStatus.FAILED
    assert memory.plan.failure is not None
    assert "there is no 'no'" in memory.plan.failure["message"]


async def test_a_list_that_fails_and_is_tried_again() -> None:
    memory = await started({"id": "a"}, {"id": "b", "needs": ["a"], "for_each": "steps.a.result.l"})
    await end(memory, ("a", 0), OK, {"l": 3})
    assert status_of(memory) is PlanStatus.FAILED
    part = memory.known["a", 0]
    part.result = {"l": [1]}
    engine = Engine(memory)
    await engine.again(memory.states["b"])
    await go_on(memory, engine)
    assert begun(memory) == ["a", "b"]


async def test_a_failed_task_that_runs_again_takes_the_plan_on() -> None:
    memory = await started({"id": "a"}, {"id": "b", "needs": ["a"]})
    await end(memory, ("a", 0), BAD)
    assert status_of(memory) is PlanStatus.FAILED
    engine = Engine(memory)
    await engine.hear(End("a", 0, None))
    await go_on(memory, engine)
    assert status_of(memory) is PlanStatus.RUNNING
    await end(memory, ("a", 0), OK)
    await end(memory, ("b", 0), OK)
    assert status_of(memory) is PlanStatus.SUCCEEDED


async def test_a_person_says_what_the_result_is_or_skips() -> None:
    for status, result in ((OK, {"n": 3}), (StepStatus.SKIPPED, None)):
        memory = await started({"id": "z"}, {"id": "a"}, {"id": "b", "needs": ["a", "z"],
                               "params": {"message": "${{ steps.a.result }}"}})  # fmt: skip
        await end(memory, ("z", 0), OK)
        await end(memory, ("a", 0), BAD)
        engine = Engine(memory)
        await engine.decide(memory.known["a", 0], status, "human:anna", result)
        await go_on(memory, engine)
        assert last_of(memory) == (("b", 0), {"message": result})
        await end(memory, ("b", 0), OK)
        assert status_of(memory) is PlanStatus.SUCCEEDED


async def test_a_result_is_reviewed_before_the_plan_goes_on() -> None:
    memory = await started({"id": "a", "needs_review": True}, {"id": "b", "needs": ["a"]})
    await end(memory, ("a", 0), OK, {"n": 1})
    assert memory.states["a"].status is StepStatus.REVIEW
    assert begun(memory) == ["a"]
    engine = Engine(memory)
    await engine.decide(memory.known["a", 0], OK, "human:anna", {"n": 1})
    await go_on(memory, engine)
    assert begun(memory) == ["a", "b"]


async def test_a_plan_that_is_stopped_begins_nothing_and_ends_with_what_runs() -> None:
    memory = await started({"id": "a"}, {"id": "b", "needs": ["a"]})
    engine = Engine(memory)
    await engine.stop({"type": "Cancelled", "message": "by anna"})
    await engine.run(5)
    assert status_of(memory) is PlanStatus.RUNNING
    await end(memory, ("a", 0), StepStatus.CANCELLED)
    assert status_of(memory) is PlanStatus.CANCELLED
    check(memory)


async def test_a_list_of_an_earlier_result_makes_no_more_tasks_than_a_plan_may_have() -> None:
    steps = [
        {"id": "a", "task_type": "echo"},
        {"id": "b", "task_type": "echo", "needs": ["a"], "for_each": "steps.a.result.l"},
        {"id": "c", "task_type": "echo", "each_of": "b"},
    ]
    memory = Memory(Plan.model_validate({"name": "p", "steps": steps}))
    await begin(memory)
    await end(memory, ("a", 0), StepStatus.SUCCEEDED, {"l": [0] * 5_001})
    assert memory.plan.failure is not None
    assert "with its 5001 entries the plan has 10003 tasks; 10000 are the most" in memory.plan.failure["message"]
    assert len(memory.known) == 1
