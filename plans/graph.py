"""The steps of a plan as a graph: who needs whom, in which order, and which of them have the same entries."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.plans.plan import Plan, Step


@dataclass(frozen=True)
class Graph:
    """Of steps with different ids; what is not among them is left out."""

    steps: Mapping[str, Step]

    @classmethod
    def of(cls, plan: Plan) -> "Graph":
        return cls({step.id: step for step in plan.steps})

    @cached_property
    def compensating(self) -> frozenset[str]:
        """Steps that are done only if another one fails."""
        return frozenset(name for step in self.steps.values() for name in step.compensate_with)

    @cached_property
    def needed_by(self) -> Mapping[str, Sequence[str]]:
        """Who waits for each step."""
        waiting: dict[str, list[str]] = {name: [] for name in self.steps}
        for step in self.steps.values():
            for need in self.needs(step.id):
                waiting[need].append(step.id)
        return waiting

    def needs(self, name: str) -> tuple[str, ...]:
        """What a step waits for, `each_of` included, each once."""
        step = self.steps[name]
        named = [*([step.each_of] if step.each_of else []), *step.needs]
        return tuple(each for each in dict.fromkeys(named) if each in self.steps)

    def family(self, name: str) -> str | None:
        """The step with `for_each` whose entries it has (itself, perhaps); None: it is one task."""
        seen: set[str] = set()
        step = self.steps[name]
        while step.each_of and step.each_of in self.steps and step.id not in seen:
            seen.add(step.id)
            step = self.steps[step.each_of]
        return step.id if step.for_each is not None else None

    def order(self) -> tuple[list[str], list[str]]:
        """Steps so that each stands behind what it needs, and those that need each other in a circle."""
        left = {name: len(self.needs(name)) for name in self.steps}
        ready = deque(name for name, count in left.items() if not count)
        order: list[str] = []
        while ready:
            name = ready.popleft()
            order.append(name)
            for waiting in self.needed_by[name]:
                left[waiting] -= 1
                if not left[waiting]:
                    ready.append(waiting)
        return order, self._circle({name for name, count in left.items() if count})

    def is_above(self, need: str, name: str) -> bool:
        """Whether a step needs another one, directly or through others. Only without a circle."""
        return need in self.needs(name) or bool(self._above[name] >> self._place[need] & 1)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.steps)}

    @cached_property
    def _above(self) -> Mapping[str, int]:
        """All that each step needs, as the bits of a number: ten thousand steps take 12 MB and no search."""
        above: dict[str, int] = {}
        for name in self.order()[0]:
            bits = 0
            for need in self.needs(name):
                bits |= above[need] | 1 << self._place[need]
            above[name] = bits
        return above

    def _circle(self, stuck: set[str]) -> list[str]:
        """One circle among steps that cannot begin, in its order; they need at least one another."""
        if not stuck:
            return []
        path: list[str] = []
        name = min(stuck)
        while name not in path:
            path.append(name)
            name = next(each for each in self.needs(name) if each in stuck)
        return path[path.index(name) :]
