"""Finds what is wrong with the sessions of a plan, and with what its steps say of them."""

from collections.abc import Collection, Iterator

from contracts.mistakes import did_you_mean
from contracts.plans.plan import Plan, Session, session_steps
from contracts.task_types import IN_SESSION, OPENING, TASK_TYPES, unknown_type
from plans.check_params import Effort, mistakes_in_params
from plans.expressions import BadExpression, compile_expression
from plans.graph import Graph
from plans.templates import expressions_in

Mistake = tuple[str, str]


def mistakes_in_names(plan: Plan, reserved: Collection[str]) -> Iterator[Mistake]:
    """Sessions and types that there are not, and names that are taken."""
    steps = {step.id for step in plan.steps}
    for name, session in plan.sessions.items():
        if name in steps or name in reserved:
            taken = "of a step" if name in steps else "that expressions use already"
            yield f"sessions.{name}", f"is a name {taken}; choose another"
        if (sentence := _no_session_type(session)) is not None:
            yield f"sessions.{name}.task_type", sentence
    for step in plan.steps:
        if step.task_type in OPENING:
            sentence = f"{step.task_type} opens a session; name it under `sessions`, and say `session` in the steps"
            yield f"steps.{step.id}.task_type", sentence
        if step.session is not None and step.session not in plan.sessions:
            near = did_you_mean(step.session, plan.sessions) or "."
            yield f"steps.{step.id}.session", f"there is no session '{step.session}' under `sessions`{near}"


def _no_session_type(session: Session) -> str | None:
    if session.task_type not in TASK_TYPES:
        return unknown_type(session.task_type, sorted(OPENING))
    if session.task_type not in OPENING:
        return f"{session.task_type} opens no session; these do: {', '.join(sorted(OPENING))}"
    return None


def mistakes_in_use(plan: Plan, graph: Graph) -> Iterator[Mistake]:
    """Sessions that nothing runs in, and steps that cannot run in one."""
    used = {step.session for step in plan.steps}
    for name in plan.sessions:
        if name not in used:
            yield f"sessions.{name}", "no step runs in it; leave it out, or say `session` in the steps that do"
    for step in plan.steps:
        if step.task_type in IN_SESSION and step.id in graph.compensating:
            sentence = f"{step.task_type} works in a session, and what compensates runs in none; take another type"
            yield f"steps.{step.id}.task_type", sentence
        elif step.task_type in IN_SESSION and step.session is None:
            sentence = f"is needed: {step.task_type} works in a session only; name one under `sessions`, and here"
            yield f"steps.{step.id}.session", sentence
        if step.session is None:
            continue
        if step.id in graph.compensating:
            sentence = "is not there for what compensates: the session may be what was lost. Leave it out"
            yield f"steps.{step.id}.session", sentence
        row = TASK_TYPES.get(step.task_type)
        if row is not None and row.handler is None:
            sentence = f"is not there for {row.name}: bots do that, and no bot holds a session open. Leave it out"
            yield f"steps.{step.id}.session", sentence
        if step.capability is not None:
            sentence = "is not asked for in a session: its worker does the step. Leave out one of the two"
            yield f"steps.{step.id}.capability", sentence


def mistakes_in_sessions(plan: Plan, effort: Effort) -> Iterator[Mistake]:
    """Their params, which see `inputs` only."""
    for step in session_steps(plan):
        found = False
        for path, source in expressions_in(step.params, ("params",)):
            sentence = _no_reading(source)
            if sentence is not None:
                found = True
                yield ".".join(["sessions", step.id, *map(str, path)]), sentence
        if not found:
            of_step = f"steps.{step.id}."
            for where, sentence in mistakes_in_params(step, plan, None, effort, alone=True):
                yield f"sessions.{step.id}.{where.removeprefix(of_step)}", sentence


def _no_reading(source: str) -> str | None:
    try:
        compiled = compile_expression(source)
    except BadExpression as error:
        return str(error)
    if compiled.reads or {"item", "index"} & compiled.variables:
        return "sees `inputs` only: a session is opened once, for all steps that run in it"
    return None
