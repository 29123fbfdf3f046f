"""What must become of a plan in which every failure is to be gone on from, said again in another way: by recursion over
its steps, without counters, order or rows."""

from functools import cache
from typing import Any

from contracts.plans.plan import Plan
from contracts.plans.statuses import StepStatus

Key = tuple[str, int]

#: How the oracle's plans say whether a step runs, and how many entries it has.
SKIPS = "false"


class Oracle:
    """Of plans as `test_random_plans.py` makes them."""

    def __init__(self, plan: Plan, fails: frozenset[Key]) -> None:
        self.steps = {step.id: step for step in plan.steps}
        self._fails = fails
        # By instance: the answers are this plan's.
        self.part = cache(self._part)
        self.whole = cache(self._whole)

    def family(self, name: str) -> str | None:
        step = self.steps[name]
        return self.family(step.each_of) if step.each_of else name if step.for_each is not None else None

    def places(self, name: str) -> range:
        """The places that it has; none if it is skipped as a whole."""
        root = self.family(name)
        step = self.steps[root or name]
        if step.needs and all(self.whole(need) is StepStatus.SKIPPED for need in step.needs):
            return range(0)
        return range(len(step.for_each)) if isinstance(step.for_each, list) else range(1)

    def needed(self, name: str, place: int) -> list[StepStatus]:
        step = self.steps[name]
        needs = dict.fromkeys([*([step.each_of] if step.each_of else []), *step.needs])
        mine = self.family(name)
        return [
            self.part(need, place) if mine is not None and self.family(need) == mine else self.whole(need)
            for need in needs
        ]

    def message(self, name: str, place: int) -> Any:
        """What is filled into its params: the results of what it needs, in order."""
        step = self.steps[name]
        mine = self.family(name)
        said: list[Any] = []
        for need in dict.fromkeys([*([step.each_of] if step.each_of else []), *step.needs]):
            if self.family(need) is None or (mine is not None and self.family(need) == mine):
                said.append(self.result(need, place if self.family(need) else 0))
            else:
                said.append([self.result(need, each) for each in self.places(need)])
        return [*said, step.for_each[place]] if isinstance(step.for_each, list) else said

    def result(self, name: str, place: int) -> Any:
        if place not in self.places(name) or self.part(name, place) is not StepStatus.SUCCEEDED:
            return None
        return {"of": f"{name}:{place}"}

    def _part(self, name: str, place: int) -> StepStatus:
        needed = self.needed(name, place)
        if (needed and all(each is StepStatus.SKIPPED for each in needed)) or self.steps[name].when == SKIPS:
            return StepStatus.SKIPPED
        return StepStatus.FAILED if (name, place) in self._fails else StepStatus.SUCCEEDED

    def _whole(self, name: str) -> StepStatus:
        if not self.places(name):
            root = self.steps[self.family(name) or name]
            skipped = root.needs and all(self.whole(need) is StepStatus.SKIPPED for need in root.needs)
            return StepStatus.SKIPPED if skipped else StepStatus.SUCCEEDED
        parts = [self.part(name, place) for place in self.places(name)]
        if StepStatus.FAILED in parts:
            return StepStatus.FAILED
        return StepStatus.SUCCEEDED if StepStatus.SUCCEEDED in parts else StepStatus.SKIPPED
