"""The rows that a plan begins with: what each step waits for, and whom it tells."""

from contracts.plans.plan import Plan, session_steps
from contracts.plans.statuses import StepStatus
from plans.graph import Graph
from plans.state import StepState


def first_states(plan: Plan) -> list[StepState]:
    """One for each session, then for each step in the order of the plan, which has no mistakes."""
    graph = Graph.of(plan)
    families = {name: graph.family(name) for name in graph.steps}
    members: dict[str, list[str]] = {}
    for name, family in families.items():
        if family is not None:
            members.setdefault(family, []).append(name)
    # A session waits for the first that runs in it, and nothing waits for its end.
    sessions = [StepState(step=step, waits_for=1) for step in session_steps(plan)]
    return sessions + [
        StepState(
            step=step,
            needed_by=tuple(graph.needed_by[step.id]),
            family=families[step.id],
            members=tuple(members.get(step.id, ())),
            compensates=step.id in graph.compensating,
            compensations=_with_needs(graph, step.compensate_with),
            status=StepStatus.BLOCKED,
            waits_for=sum(
                families[step.id] is None or families[need] != families[step.id] for need in graph.needs(step.id)
            ),
        )
        for step in plan.steps
    ]


def beginning(states: list[StepState]) -> list[str]:
    """Those that wait for nothing."""
    return [each.id for each in states if not each.waits_for and not each.compensates and not each.step.each_of]


def _with_needs(graph: Graph, names: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            todo.extend(graph.needs(name))
    return tuple(found)
