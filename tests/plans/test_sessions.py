"""Sessions of plans: opened with the first step that runs in one, closed after the last, whatever happens between."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.plans.plan import Plan
from contracts.plans.statuses import PlanStatus, StepStatus
from plans.check import mistakes_in
from plans.engine import Engine
from plans.part import without
from plans.state import End
from tests.plans.memory import Memory, begin, check, end, go_on

OK, BAD, CANCELLED = StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.CANCELLED
Body = dict[str, Any]


def _plan(*steps: Body, sessions: Body | None = None, **more: Any) -> Plan:
    named = {"s": {"task_type": "folder"}} if sessions is None else sessions
    full = [{"task_type": "echo", **step} for step in steps]
    return Plan.model_validate({"name": "p", "sessions": named, "steps": full, **more})


async def _started(*steps: Body, **more: Any) -> Memory:
    plan = _plan(*steps, **more)
    assert mistakes_in(plan) == []
    memory = Memory(plan)
    await begin(memory)
    return memory


def _status(memory: Memory) -> PlanStatus:
    return memory.plan.status


def _begun(memory: Memory) -> list[str]:
    return [f"{step}{place or ''}" for (step, place), _ in memory.begun]


async def test_it_is_opened_before_the_first_step_that_runs_in_it_and_closed_after_the_last() -> None:
    memory = await _started(
        {"id": "before"}, {"id": "a", "needs": ["before"], "session": "s"}, {"id": "b", "needs": ["a"], "session": "s"},
        {"id": "after", "needs": ["b"]},
    )  # fmt: skip
    assert _begun(memory) == ["before"]
    await end(memory, ("before", 0), OK)
    assert _begun(memory) == ["before", "s", "a"]
    await end(memory, ("a", 0), OK)
    assert memory.ended == []
    await end(memory, ("b", 0), OK)
    assert memory.ended == ["s"]
    await end(memory, ("after", 0), OK)
    assert _status(memory) is PlanStatus.RUNNING, "it is not over before its session is closed"
    await end(memory, ("s", 0), CANCELLED)
    assert _status(memory) is PlanStatus.SUCCEEDED
    assert memory.states["s"].status is OK
    assert _begun(memory) == ["before", "s", "a", "b", "after"]


async def test_it_takes_no_place_of_what_the_plan_may_do_at_once() -> None:
    memory = await _started({"id": "a", "for_each": [1, 2], "session": "s"}, parallel=1)
    assert _begun(memory) == ["s", "a"]
    await end(memory, ("a", 0), OK)
    assert _begun(memory) == ["s", "a", "a1"]


async def test_one_that_nothing_runs_in_is_never_opened() -> None:
    memory = await _started({"id": "a"}, {"id": "b", "needs": ["a"], "when": "false", "session": "s"})
    await end(memory, ("a", 0), OK)
    assert _status(memory) is PlanStatus.SUCCEEDED
    assert _begun(memory) == ["a"]


async def test_it_is_closed_when_a_failure_stops_the_plan() -> None:
    memory = await _started(
        {"id": "a", "session": "s"}, {"id": "b", "session": "s"}, {"id": "c", "needs": ["b"], "session": "s"}
    )
    await end(memory, ("a", 0), BAD)
    assert memory.ended == [], "something runs in it"
    await end(memory, ("b", 0), OK)
    assert memory.ended == ["s"]
    await end(memory, ("s", 0), OK)
    assert _status(memory) is PlanStatus.FAILED
    assert memory.plan.failure is not None
    assert memory.plan.failure["step"] == "a"


async def test_it_is_closed_when_the_plan_is_cancelled() -> None:
    memory = await _started({"id": "a", "session": "s"}, {"id": "b", "needs": ["a"], "session": "s"})
    engine = Engine(memory)
    await engine.stop({"type": "Cancelled", "message": "by anna"})
    await go_on(memory, engine)
    assert memory.ended == []
    await end(memory, ("a", 0), CANCELLED)
    assert memory.ended == ["s"]
    await end(memory, ("s", 0), CANCELLED)
    assert _status(memory) is PlanStatus.CANCELLED


async def test_what_runs_in_one_that_is_lost_has_failed_whatever_it_says_later() -> None:
    memory = await _started({"id": "a", "session": "s"}, {"id": "b", "session": "s"}, {"id": "z"})
    await end(memory, ("s", 0), BAD)
    await end(memory, ("a", 0), OK, {"n": 1})
    await end(memory, ("b", 0), CANCELLED)
    await end(memory, ("z", 0), OK)
    assert _status(memory) is PlanStatus.FAILED
    assert memory.plan.failure is not None
    assert memory.plan.failure["step"] == "s"
    for name in ("a", "b"):
        part = memory.known[name, 0]
        assert (part.status, part.result) == (BAD, None)
        assert part.error is not None
        assert part.error["type"] == "SessionLost"
        assert "It broke." in part.error["message"]
    assert memory.known["z", 0].status is OK


@pytest.mark.parametrize("how", [OK, CANCELLED])
async def test_one_that_somebody_else_ends_is_lost(how: StepStatus) -> None:
    memory = await _started({"id": "a", "session": "s"})
    await end(memory, ("s", 0), how)
    await end(memory, ("a", 0), CANCELLED)
    assert _status(memory) is PlanStatus.FAILED
    assert memory.plan.failure is not None
    assert memory.plan.failure["type"] == "SessionLost"


async def test_a_repair_opens_it_again_and_closes_it_again() -> None:
    memory = await _started({"id": "a", "session": "s"})
    await end(memory, ("a", 0), BAD)
    await end(memory, ("s", 0), OK)
    assert _status(memory) is PlanStatus.FAILED
    engine = Engine(memory)
    await engine.hear(End("a", 0, None))
    await go_on(memory, engine)
    assert memory.again == ["s"]
    await end(memory, ("a", 0), OK)
    assert memory.ended == ["s", "s"]
    await end(memory, ("s", 0), OK)
    assert _status(memory) is PlanStatus.SUCCEEDED


async def test_a_result_that_shall_be_made_again_has_it_opened_again() -> None:
    memory = await _started({"id": "a", "needs_review": True, "session": "s"})
    await end(memory, ("a", 0), OK)
    await end(memory, ("s", 0), BAD)
    assert memory.known["a", 0].status is StepStatus.REVIEW
    engine = Engine(memory)
    await engine.hear(End("a", 0, None))
    await go_on(memory, engine)
    assert memory.again == ["s"]
    assert memory.known["s", 0].status is StepStatus.RUNNING
    await end(memory, ("a", 0), OK)
    engine = Engine(memory)
    await engine.settle(memory.known["a", 0], OK)
    await go_on(memory, engine)
    assert memory.ended == ["s"]
    await end(memory, ("s", 0), OK)
    assert _status(memory) is PlanStatus.SUCCEEDED


async def test_a_step_that_runs_again_while_it_is_being_closed_has_it_opened_again() -> None:
    memory = await _started({"id": "a", "session": "s"}, {"id": "z"})
    await end(memory, ("a", 0), BAD)
    assert memory.ended == ["s"]
    engine = Engine(memory)
    await engine.hear(End("a", 0, None))
    await go_on(memory, engine)
    assert memory.again == []
    await end(memory, ("s", 0), CANCELLED)
    assert memory.again == ["s"]
    await end(memory, ("z", 0), OK)
    await end(memory, ("a", 0), OK)
    await end(memory, ("s", 0), OK)
    assert _status(memory) is PlanStatus.SUCCEEDED


def test_a_part_of_a_plan_takes_the_sessions_with_it_that_it_uses() -> None:
    sessions = {"s": {"task_type": "folder"}, "t": {"task_type": "folder"}}
    plan = _plan({"id": "a", "session": "s"}, {"id": "b", "session": "t"}, sessions=sessions)
    assert list(without(plan, ["b"])[0].sessions) == ["s"]


MISTAKES: list[tuple[Body, str, str]] = [
    ({"sessions": {}}, "steps.a.session", "no session 's'"),
    ({"sessions": {"s": {"task_type": "echo"}}}, "sessions.s.task_type", "echo opens no session; these do: folder"),
    ({"sessions": {"s": {"task_type": "foldr"}}}, "sessions.s.task_type", "did you mean folder"),
    ({"sessions": {"s": {"task_type": "folder"}, "t": {"task_type": "folder"}}}, "sessions.t", "no step runs in it"),
    ({"sessions": {"s": {"task_type": "folder"}, "a": {"task_type": "folder"}}}, "sessions.a", "a name of a step"),
    ({"sessions": {"s": {"task_type": "folder", "params": {"x": 1}}}}, "sessions.s.params.x", ""),
    ({"sessions": {"s": {"task_type": "folder", "params": {"x": "${{ steps.a.result }}"}}}}, "sessions.s.params.x",
     "sees `inputs` only"),
    ({"steps": [{"id": "a", "task_type": "folder", "session": "s"}]}, "steps.a.task_type", "name it under `sessions`"),
    ({"sessions": {}, "steps": [{"id": "a", "task_type": "folder_file", "params": {"name": "x"}}]}, "steps.a.session",
     "is needed: folder_file works in a session only"),
    ({"steps": [{"id": "a", "session": "s", "on_failure": "compensate", "compensate_with": ["b"]},
                {"id": "b", "task_type": "folder_file", "params": {"name": "x"}}]}, "steps.b.task_type",
     "take another type"),
    ({"steps": [{"id": "a", "session": "s", "capability": "echo"}]}, "steps.a.capability", "Leave out one of the two"),
    ({"steps": [{"id": "a", "task_type": "bot_task", "session": "s"}]}, "steps.a.session", "no bot holds a session"),
    ({"steps": [{"id": "a", "session": "s", "on_failure": "compensate", "compensate_with": ["b"]},
                {"id": "b", "session": "s"}]}, "steps.b.session", "is not there for what compensates"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "says"), MISTAKES)
def test_what_is_wrong_with_a_session_is_said_with_its_place(changes: Body, where: str, says: str) -> None:
    body: Body = {"steps": [{"id": "a", "session": "s"}], **changes}
    plan = _plan(*body["steps"], sessions=body.get("sessions"))
    found = dict(mistakes_in(plan))
    assert list(found) == [where]
    assert says in found[where]


@st.composite
def _plans(draw: st.DrawFn) -> Plan:
    names = [f"s{number}" for number in range(draw(st.integers(1, 2)))]
    steps: list[Body] = []
    for number in range(draw(st.integers(1, 6))):
        step: Body = {"id": f"a{number}", "on_failure": draw(st.sampled_from(["stop", "continue"]))}
        step["needs"] = draw(st.lists(st.sampled_from([each["id"] for each in steps]), unique=True)) if steps else []
        # The first steps use each of them.
        session = names[number] if number < len(names) else draw(st.sampled_from([None, *names]))
        step |= {"session": session} if session else {}
        step |= {"for_each": list(range(draw(st.integers(0, 3))))} if draw(st.booleans()) else {}
        steps.append(step)
    used = {each.get("session") for each in steps}
    limit = {"parallel": draw(st.integers(1, 3))} if draw(st.booleans()) else {}
    return _plan(*steps, sessions={name: {"task_type": "folder"} for name in names if name in used}, **limit)


class _World:
    """Lets things end, and keeps what must always be so."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def state_of(self, session: str) -> StepStatus | None:
        part = self.memory.known.get((session, 0))
        return part.status if part else None

    def look(self) -> None:
        memory = self.memory
        begun = [key for key, _ in memory.begun]
        assert len(begun) == len(set(begun)), "nothing is begun twice"
        for name in memory.plan.sessions:
            opened = begun.count((name, 0)) + memory.again.count(name)
            assert memory.ended.count(name) <= opened, "it is closed once for each time that it was opened"
            users = [part for part in memory.known.values() if memory.states[part.step].step.session == name]
            firsts = [begun.index(part.key) for part in users if part.key in begun]
            assert not firsts or begun.index((name, 0)) < min(firsts)
            if any(part.status is StepStatus.RUNNING for part in users):
                assert self.state_of(name) in (StepStatus.RUNNING, BAD), "it is open, or was lost"
            if _status(memory) is not PlanStatus.RUNNING:
                assert self.state_of(name) is not StepStatus.RUNNING, "it is closed"
        check(memory)


@settings(max_examples=80, deadline=None)
@given(_plans(), st.data())
async def test_whatever_happens_each_is_open_while_something_runs_in_it_and_closed_in_the_end(
    plan: Plan, data: st.DataObject
) -> None:
    memory = Memory(plan)
    world = _World(memory)
    await begin(memory)
    # What a person has run again begins at once, whatever the limit.
    repairs = 0 if plan.parallel else data.draw(st.integers(0, 2))
    for _ in range(300):
        world.look()
        failed = sorted(key for key, part in memory.known.items() if part.status is BAD and key[0] not in plan.sessions)
        if repairs and failed and data.draw(st.integers(0, 3)) == 0:
            repairs -= 1
            engine = Engine(memory)
            await engine.hear(End(*data.draw(st.sampled_from(failed)), None))
            await go_on(memory, engine)
            continue
        if not memory.under_way:
            break
        if not memory.plan.cancelling and data.draw(st.integers(0, 19)) == 0:
            engine = Engine(memory)
            await engine.stop({"type": "Cancelled", "message": "by anna"})
            await go_on(memory, engine)
            continue
        part = data.draw(st.sampled_from(sorted(memory.under_way, key=lambda each: each.key)))
        ends = [OK, OK, OK, BAD, CANCELLED]
        # A session goes on until it is told to end; that it is lost is rare.
        if part.step in plan.sessions and not part.ending and data.draw(st.integers(0, 9)):
            if all(each.step in plan.sessions and not each.ending for each in memory.under_way):
                raise AssertionError("nothing but open sessions is left, and nobody closes them")
            continue
        await end(memory, part.key, data.draw(st.sampled_from(ends)))
    world.look()
    assert memory.plan.status is not PlanStatus.RUNNING
