"""Random plans whose tasks end as they like, in any order: what runs, with which params, is what the oracle says."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.plans.plan import Plan
from contracts.plans.statuses import PlanStatus, StepStatus
from plans.check import mistakes_in
from tests.plans.memory import Memory, begin, end
from tests.plans.oracle import SKIPS, Key, Oracle


def _read(need: dict[str, Any], step: dict[str, Any], families: dict[str, str | None]) -> str:
    its, mine = families[need["id"]], families[step["id"]]
    return f"${{{{ steps.{need['id']}.{'result' if its is None or its == mine else 'results'} }}}}"


@st.composite
def plans(draw: st.DrawFn, policies: tuple[str, ...] = ("continue",)) -> Plan:
    steps: list[dict[str, Any]] = []
    families: dict[str, str | None] = {}
    for number in range(draw(st.integers(1, 7))):
        name = f"s{number}"
        step: dict[str, Any] = {"id": name, "task_type": "echo", "on_failure": draw(st.sampled_from(policies))}
        step["needs"] = draw(st.lists(st.sampled_from([each["id"] for each in steps]), unique=True)) if steps else []
        roots = [each["id"] for each in steps if families[each["id"]]]
        match draw(st.sampled_from(["one", "one", "many", "same" if roots else "one"])):
            case "many":
                step["for_each"] = list(range(draw(st.integers(0, 3))))
                families[name] = name
            case "same":
                step["each_of"] = draw(st.sampled_from(roots))
                families[name] = families[step["each_of"]]
            case _:
                families[name] = None
        if draw(st.integers(0, 4)) == 0:
            step["when"] = SKIPS
        if draw(st.booleans()):
            step["parallel"] = draw(st.integers(1, 2))
        by_id = {each["id"]: each for each in steps}
        needs = dict.fromkeys([*([step["each_of"]] if "each_of" in step else []), *step["needs"]])
        said = [_read(by_id[need], step, families) for need in needs]
        step["params"] = {"message": [*said, "${{ item }}"] if "for_each" in step else said}
        steps.append(step)
    limit = {"parallel": draw(st.integers(1, 3))} if draw(st.booleans()) else {}
    return Plan.model_validate({"name": "random", "steps": steps, **limit})


async def _run(plan: Plan, data: st.DataObject) -> tuple[Memory, frozenset[Key]]:
    """Let its tasks end in any order; those that failed."""
    assert mistakes_in(plan) == []
    memory = Memory(plan)
    failed: set[Key] = set()
    await begin(memory)
    for _ in range(200):
        if not memory.under_way:
            break
        part = data.draw(st.sampled_from(sorted(memory.under_way, key=lambda each: each.key)))
        if data.draw(st.integers(0, 3)) == 0:
            failed.add(part.key)
            await end(memory, part.key, StepStatus.FAILED)
        else:
            await end(memory, part.key, StepStatus.SUCCEEDED, {"of": f"{part.step}:{part.place}"})
    return memory, frozenset(failed)


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
async def test_what_runs_and_with_what_is_what_the_oracle_says(plan: Plan, data: st.DataObject) -> None:
    memory, failed = await _run(plan, data)
    oracle = Oracle(plan, failed)
    assert memory.plan.status is PlanStatus.SUCCEEDED
    should = {
        (name, place): {"message": oracle.message(name, place)}
        for name in oracle.steps
        for place in oracle.places(name)
        if oracle.part(name, place) is not StepStatus.SKIPPED
    }
    assert len(memory.begun) == len({key for key, _ in memory.begun}), "nothing runs twice"
    assert dict(memory.begun) == should
    assert {name: state.status for name, state in memory.states.items()} == {
        name: oracle.whole(name) for name in oracle.steps
    }


@settings(max_examples=40, deadline=None)
@given(plans(("stop", "continue")), st.data())
async def test_after_a_failure_that_stops_nothing_begins_and_the_plan_ends(plan: Plan, data: st.DataObject) -> None:
    memory, failed = await _run(plan, data)
    stops = {step.id for step in plan.steps if step.on_failure == "stop"}
    if not any(name in stops for name, _ in failed):
        assert memory.plan.status is PlanStatus.SUCCEEDED
        return
    assert memory.plan.status is PlanStatus.FAILED
    assert memory.plan.failure is not None
    first = next(
        number
        for number, told in enumerate(memory.told)
        if told.type == "step_failed" and told.details["step"] in stops
    )
    assert not [told for told in memory.told[first:] if told.type == "step_started"]
    assert not memory.under_way
