"""A plan without some of its steps: what a person leaves out takes with it all that could not run then."""

from collections.abc import Collection

from contracts.plans.plan import OnFailure, Plan, Step
from plans.graph import Graph


def without(plan: Plan, left_out: Collection[str]) -> tuple[Plan, list[str]]:
    """The rest, and the steps that went with what was left out, in the order of the plan.

    A step goes if it needs one that is gone, and one that compensates only steps that are gone.

    Raises:
        ValueError: there is no such step, or nothing would be left; a sentence.
    """
    graph = Graph.of(plan)
    for name in left_out:
        if name not in graph.steps:
            raise ValueError(f"This plan has no step '{name}'. It has {', '.join(graph.steps)}.")
    gone = _with_those_who_need(graph, left_out)
    while idle := _idle(graph, gone):
        gone |= _with_those_who_need(graph, idle)
    kept = [step for step in plan.steps if step.id not in gone]
    if not kept:
        raise ValueError("Nothing of the plan would be left.")
    steps = [_freed(step, gone) for step in kept]
    used = {step.session for step in kept}
    sessions = {name: session for name, session in plan.sessions.items() if name in used}
    also = [name for name in graph.steps if name in gone and name not in left_out]
    return plan.model_copy(update={"steps": steps} | ({"sessions": sessions} if plan.sessions else {})), also


def _freed(step: Step, gone: Collection[str]) -> Step:
    """Without what would have compensated it; with nothing left of that, it stops the plan."""
    left = [each for each in step.compensate_with if each not in gone]
    if len(left) == len(step.compensate_with):
        return step
    return step.model_copy(update={"compensate_with": left, "on_failure": step.on_failure if left else OnFailure.STOP})


def _with_those_who_need(graph: Graph, names: Collection[str]) -> set[str]:
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += graph.needed_by[name]
    return found


def _idle(graph: Graph, gone: Collection[str]) -> set[str]:
    """What compensates, and nothing that is left asks for it, directly or through what it needs."""
    asked = [each for step in graph.steps.values() if step.id not in gone for each in step.compensate_with]
    wanted: set[str] = set()
    while asked:
        name = asked.pop()
        if name not in wanted:
            wanted.add(name)
            asked += graph.needs(name)
    return {name for name in graph.compensating if name not in gone and name not in wanted}
