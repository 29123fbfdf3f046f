"""Estimates what a plan takes by what tasks of its types took lately. Sums of medians: what is usual, no limit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

from contracts.plans.goals import Estimate, StepEstimate
from contracts.plans.plan import Plan, Step
from contracts.task_types import TASK_TYPES
from contracts.tasks.approval import ApprovalRule
from plans.expressions import CannotEvaluate, evaluate
from plans.graph import Graph
from plans.templates import expression_of

_N = TypeVar("_N", int, float)


@dataclass(frozen=True)
class Usual:
    """What one task takes. None: its result does not say it in a way that can be read."""

    seconds: float
    calls: int | None
    tokens: int | None
    usd: float | None


def used(seconds: float, requests: Any, cost: Any) -> Usual:
    """Of one run. ``requests`` and ``cost`` are what its worker wrote; who wrote none used none."""
    of_model: dict[str, Any] = cost if isinstance(cost, dict) else {}
    calls = _number(requests if requests is not None else of_model.get("calls", 0))
    tokens = [_number(of_model.get(name, 0)) for name in ("input_tokens", "output_tokens")]
    usd = _number(of_model.get("usd", 0))
    return Usual(
        seconds,
        None if calls is None else round(calls),
        None if None in tokens else round(sum(each for each in tokens if each)),
        usd,
    )


def usual_of(runs: Sequence[Usual]) -> Usual | None:
    """The median of each figure; None without runs."""
    if not runs:
        return None
    calls, tokens = _middle([each.calls for each in runs]), _middle([each.tokens for each in runs])
    return Usual(
        median(each.seconds for each in runs),
        None if calls is None else round(calls),
        None if tokens is None else round(tokens),
        _middle([each.usd for each in runs]),
    )


def estimates(
    plan: Plan, usual: Mapping[str, Usual], workers: Mapping[str, int], rules: Mapping[str, ApprovalRule], by: str
) -> tuple[list[StepEstimate], Estimate]:
    """Of each step in an order in which they can run, and of all. ``workers`` by capability; ``by``: who submits it."""
    graph = Graph.of(plan)
    counts = {name: _count(plan, graph, name) for name in graph.steps}
    steps = [_step(graph.steps[name], counts[name], usual, workers, rules, by) for name in graph.order()[0]]
    return steps, Estimate(
        tasks=_sum([each.tasks for each in steps]),
        calls=_sum([each.calls for each in steps]),
        tokens=_sum([each.tokens for each in steps]),
        usd=_sum([each.usd for each in steps]),
        seconds=_longest_way(graph, {each.step: each.seconds for each in steps}),
    )


def _count(plan: Plan, graph: Graph, name: str) -> int | None:
    """How many tasks a step is; None if results decide."""
    root = graph.family(name)
    if root is None:
        return 1
    entries = graph.steps[root].for_each
    if isinstance(entries, list):
        return len(entries)
    expression = expression_of(str(entries))
    if expression.reads:
        return None
    try:
        value = evaluate(expression, {"inputs": plan.inputs})
    except CannotEvaluate:
        return None
    return len(value) if isinstance(value, list) else None


def _step(
    step: Step,
    tasks: int | None,
    usual: Mapping[str, Usual],
    workers: Mapping[str, int],
    rules: Mapping[str, ApprovalRule],
    by: str,
) -> StepEstimate:
    task_type = TASK_TYPES[step.task_type]
    one = usual.get(step.task_type)
    online = workers.get(step.capability or task_type.capability, 0)
    rule = rules.get(step.task_type, task_type.approval)
    at_once = min(tasks or 1, step.parallel or 10_000, max(online, 1))
    return StepEstimate(
        step=step.id,
        task_type=step.task_type,
        tasks=tasks,
        calls=_times(tasks, one and one.calls),
        tokens=_times(tasks, one and one.tokens),
        usd=_times(tasks, one and one.usd),
        seconds=None if one is None or tasks is None else round(one.seconds * -(-tasks // at_once), 1),
        workers=online,
        approval=step.needs_approval or rule.applies_to(by),
    )


def _longest_way(graph: Graph, seconds: Mapping[str, float | None]) -> float | None:
    """Compensation is not part of it: usually there is none."""
    until: dict[str, float] = {}
    for name in graph.order()[0]:
        own = seconds[name]
        if name in graph.compensating:
            continue
        if own is None:
            return None
        until[name] = own + max((until[need] for need in graph.needs(name)), default=0.0)
    return round(max(until.values(), default=0.0), 1)


def _times(tasks: int | None, one: _N | None) -> _N | None:
    return None if tasks is None or one is None else tasks * one


def _sum(numbers: Sequence[_N | None]) -> _N | None:
    known = [each for each in numbers if each is not None]
    return sum(known) if len(known) == len(numbers) else None


def _middle(numbers: Sequence[float | None]) -> float | None:
    known = [each for each in numbers if each is not None]
    return median(known) if known else None


def _number(value: Any) -> float | None:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_one and math.isfinite(value) and 0 <= value <= 1e12 else None
