"""A plan in memory, and a world in which its tasks end as a test says."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from contracts.plans.plan import Plan
from contracts.plans.statuses import OVER, PlanStatus, StepStatus
from plans.begin import beginning, first_states
from plans.engine import Engine
from plans.state import End, PartState, PlanState, StepState, Told

Key = tuple[str, int]


class Memory:
    """A `Board` of dictionaries."""

    def __init__(self, plan: Plan) -> None:
        self.states = {each.id: each for each in first_states(plan)}
        own = [each for each in self.states.values() if not each.compensates and each.opens is None]
        self.plan = PlanState(
            uuid.uuid4(), plan.inputs, len(own), parallel=plan.parallel, sessions=tuple(plan.sessions)
        )
        self.known: dict[Key, PartState] = {}
        self.begun: list[tuple[Key, dict[str, Any]]] = []
        self.told: list[Told] = []
        #: Tasks that the engine had run again or told to end, in that order, without a person's word.
        self.again: list[str] = []
        self.ended: list[str] = []
        self.first = beginning(list(self.states.values()))

    async def steps(self, names: Collection[str]) -> dict[str, StepState]:
        return {name: self.states[name] for name in names}

    async def parts(self, keys: Collection[Key]) -> dict[Key, PartState]:
        return {key: self.known[key] for key in keys if key in self.known}

    async def all_parts(self, step: str) -> Sequence[PartState]:
        return [self.known[step, place] for place in range(self.states[step].parts or 0)]

    async def results(self, step: str) -> Sequence[dict[str, Any] | None]:
        return [each.result for each in await self.all_parts(step)]

    async def count_parts(self) -> int:
        return len(self.known)

    async def add_parts(self, parts: Sequence[PartState]) -> None:
        for part in parts:
            assert part.key not in self.known, "no part is made twice"
            self.known[part.key] = part

    async def release(self, step: str) -> int:
        mine = [each for each in await self.all_parts(step) if each.status is StepStatus.BLOCKED and not each.waits_for]
        for part in mine:
            part.status = StepStatus.PENDING
        return len(mine)

    async def ready(self, limit: int, *, compensating: bool) -> Sequence[PartState]:
        found: list[PartState] = []
        for state in self.states.values():
            if compensating and not state.compensates:
                continue
            room = limit - len(found)
            if state.step.parallel is not None:
                room = min(room, state.step.parallel - state.active)
            mine = [each for key, each in sorted(self.known.items()) if key[0] == state.id]
            found += [each for each in mine if each.status is StepStatus.PENDING][: max(room, 0)]
        return found

    async def create_task(self, part: PartState, params: dict[str, Any]) -> uuid.UUID:
        self.begun.append((part.key, params))
        return uuid.uuid5(self.plan.id, f"{part.step}:{part.place}")

    async def run_again(self, part: PartState) -> None:
        self.again.append(part.step)

    async def end_task(self, part: PartState) -> None:
        self.ended.append(part.step)

    async def in_session(self, name: str) -> tuple[int, int]:
        mine = [each for each in self.states.values() if each.step.session == name]
        return sum(each.status not in OVER for each in mine), sum(each.active for each in mine)

    def tell(self, told: Told) -> None:
        self.told.append(told)

    @property
    def under_way(self) -> list[PartState]:
        return [each for each in self.known.values() if each.status is StepStatus.RUNNING]


async def begin(memory: Memory) -> None:
    engine = Engine(memory)
    await engine.begin(memory.first)
    await go_on(memory, engine)


async def end(memory: Memory, key: Key, status: StepStatus, result: dict[str, Any] | None = None) -> None:
    error = None if status is StepStatus.SUCCEEDED else {"type": "Broken", "message": "It broke."}
    engine = Engine(memory)
    await engine.hear(End(*key, status, result, error))
    await go_on(memory, engine)


async def go_on(memory: Memory, engine: Engine, most: int = 3) -> None:
    while await engine.run(most):
        pass
    check(memory)


def check(memory: Memory) -> None:
    """The counters say what the parts say."""
    parts = list(memory.known.values())
    assert memory.plan.active == len(memory.under_way) + sum(each.status is StepStatus.REVIEW for each in parts)
    for state in memory.states.values():
        mine = [each for each in parts if each.step == state.id]
        assert state.ready == sum(each.status is StepStatus.PENDING for each in mine)
        assert state.active == sum(each.status in (StepStatus.RUNNING, StepStatus.REVIEW) for each in mine)
        assert state.failed == sum(each.status in (StepStatus.FAILED, StepStatus.CANCELLED) for each in mine)
        assert state.open_parts == sum(not each.told for each in mine)
        assert state.step.parallel is None or state.active <= state.step.parallel
    sessions = sum(memory.states[name].active for name in memory.plan.sessions)
    assert memory.plan.parallel is None or memory.plan.active - sessions <= memory.plan.parallel
    if memory.plan.status is PlanStatus.RUNNING:
        assert memory.under_way or memory.plan.active, "whatever is not over has something to wait for"
