"""Finds what is wrong with a plan before anything runs, each mistake with its step and field."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from contracts.mistakes import did_you_mean
from contracts.plans.plan import MOST_PARTS, OnFailure, Plan, Step
from contracts.task_types import TASK_TYPES, unknown_type
from plans.check_params import Effort, mistakes_in_params
from plans.check_sessions import mistakes_in_names, mistakes_in_sessions, mistakes_in_use
from plans.expressions import MOST_READ, BadExpression, CannotEvaluate, Compiled, compile_expression, evaluate
from plans.graph import Graph
from plans.templates import expression_of, expressions_in

Mistake = tuple[str, str]

MOST_EDGES = 100_000
#: More are not looked for: nobody reads them.
_MOST_MISTAKES = 100
_ABOUT_STEP = ("status", "task_id", "error")
#: Of a step whose entries are others than those of the step that reads it.
_OF_MANY = frozenset({"results", "status", "error"})
_OF_ONE = frozenset({"result", *_ABOUT_STEP})
#: Words of CEL, and names that expressions have already.
RESERVED = frozenset(
    "as break const continue else false for function if import in let loop namespace null package return true var void "
    "while inputs steps item index plan".split()
)


def mistakes_in(plan: Plan) -> list[Mistake]:
    """(field, sentence) of each mistake; ``steps.<id>.…`` names the step. Empty: it can run."""
    mistakes: list[Mistake] = []
    for group in (_names(plan), _relations(plan), _contents(plan)):
        mistakes += _first(group, _MOST_MISTAKES - len(mistakes))
        # What comes later would only say the same again in other words.
        if mistakes:
            break
    return mistakes


def _first(mistakes: Iterator[Mistake], most: int) -> list[Mistake]:
    return [each for _, each in zip(range(most), mistakes, strict=False)]


def _names(plan: Plan) -> Iterator[Mistake]:
    if (size := len(json.dumps(plan.inputs))) > MOST_READ:
        yield "inputs", f"are {size} bytes as JSON; {MOST_READ} are the most, since each advance reads them"
    for name, count in Counter(step.id for step in plan.steps).items():
        if count > 1:
            yield f"steps.{name}.id", f"stands {count} times; each step needs a name of its own"
        if name in RESERVED:
            yield f"steps.{name}.id", "is a word that expressions use already; choose another name"
    known = {step.id for step in plan.steps}
    for step in plan.steps:
        if step.task_type not in TASK_TYPES:
            yield f"steps.{step.id}.task_type", unknown_type(step.task_type)
        for field in ("needs", "compensate_with"):
            for name in getattr(step, field):
                if name not in known:
                    yield f"steps.{step.id}.{field}", _no_step(name, known)
        if step.each_of is not None and step.each_of not in known:
            yield f"steps.{step.id}.each_of", _no_step(step.each_of, known)
    yield from mistakes_in_names(plan, RESERVED)


def _no_step(name: str, known: set[str]) -> str:
    near = did_you_mean(name, known) if len(known) <= 1_000 else ""
    return f"there is no step '{name}'{near or '.'}"


def _relations(plan: Plan) -> Iterator[Mistake]:
    graph = Graph.of(plan)
    if sum(len(graph.needs(name)) for name in graph.steps) > MOST_EDGES:
        yield "steps", f"have more than {MOST_EDGES} needs in all; join branches in a step of their own"
        return
    circle = graph.order()[1]
    if circle:
        yield f"steps.{circle[0]}.needs", f"go in a circle: {' needs '.join([*circle[:20], circle[0]])}"
        return
    for step in plan.steps:
        where = f"steps.{step.id}"
        if step.each_of is not None and step.for_each is not None:
            yield f"{where}.each_of", "takes the entries of another step; leave out for_each"
        elif step.each_of is not None and graph.family(step.id) is None:
            yield f"{where}.each_of", f"'{step.each_of}' has no for_each, so there are no entries to take"
        yield from _compensation(step, graph)
    yield from mistakes_in_use(plan, graph)


def _compensation(step: Step, graph: Graph) -> Iterator[Mistake]:
    where = f"steps.{step.id}"
    if (step.on_failure is OnFailure.COMPENSATE) != bool(step.compensate_with):
        yield f"{where}.compensate_with", "goes together with on_failure: compensate; give both, or neither"
    if step.id in graph.compensating:
        if step.compensate_with:
            yield f"{where}.compensate_with", "is itself done to compensate, and cannot be compensated"
        if graph.family(step.id):
            yield f"{where}.for_each", "cannot be said of a step that is done to compensate"
        for need in step.needs:
            if need not in graph.compensating:
                yield f"{where}.needs", f"'{need}' may not have run when this compensates; leave it out"
    else:
        for need in step.needs:
            if need in graph.compensating:
                yield f"{where}.needs", f"'{need}' is only done to compensate a failure, so this might wait for ever"


@dataclass(frozen=True)
class _Reading:
    """Who reads."""

    step: Step
    graph: Graph
    #: Whether there is an entry to read.
    each: bool


def _contents(plan: Plan) -> Iterator[Mistake]:
    graph = Graph.of(plan)
    effort = Effort()
    lists = Lists(plan, effort)
    if (parts := _parts(graph, lists)) > MOST_PARTS:
        # Before they are looked at, one by one.
        yield "steps", f"come to {parts} tasks; {MOST_PARTS} are the most of one plan"
        return
    yield from mistakes_in_sessions(plan, effort)
    for step in plan.steps:
        root = graph.family(step.id)
        reading = _Reading(step, graph, each=root is not None)
        found = list(_expressions(reading))
        yield from found
        entries = None
        if root is not None and not (found and root == step.id):
            try:
                entries = lists.of(graph.steps[root])
            except (BadExpression, CannotEvaluate) as error:
                if root == step.id:
                    yield f"steps.{step.id}.for_each", str(error)
                continue
        if not found:
            yield from mistakes_in_params(step, plan, entries, effort, alone=root is None)


def _parts(graph: Graph, lists: "Lists") -> int:
    """How many tasks it comes to, as far as that is known before it runs."""
    parts = 0
    for name in graph.steps:
        root = graph.family(name)
        # What is wrong with a list is said where its step is looked at.
        with suppress(BadExpression, CannotEvaluate):
            entries = lists.of(graph.steps[root]) if root is not None else None
            parts += len(entries) if entries is not None else 1
    return parts


class Lists:
    """What steps with `for_each` go through, each found once: many may have the same entries."""

    def __init__(self, plan: Plan, effort: Effort) -> None:
        self._plan = plan
        self._effort = effort
        self._known: dict[str, list[object] | None] = {}

    def of(self, step: Step) -> list[object] | None:
        """None: not known before it runs. Raises BadExpression, CannotEvaluate."""
        if step.id not in self._known:
            given = not isinstance(step.for_each, str)
            may = given or self._effort.spend([expression_of(str(step.for_each))], {"inputs": self._plan.inputs})
            self._known[step.id] = _known_entries(step, self._plan) if may else None
        return self._known[step.id]


def _known_entries(step: Step, plan: Plan) -> list[object] | None:
    """What a step with `for_each` goes through, as far as that is known before it runs. Raises CannotEvaluate."""
    if step.for_each is None or isinstance(step.for_each, list):
        return step.for_each
    expression = expression_of(step.for_each)
    return entries_of(expression, {"inputs": plan.inputs}) if not expression.reads else None


def entries_of(expression: Compiled, values: dict[str, object]) -> list[object]:
    """Raises CannotEvaluate, also for what is no list, or a list that is too long."""
    value = evaluate(expression, values)
    if not isinstance(value, list):
        raise CannotEvaluate(f"`{expression.source}` is no list.")
    if len(value) > MOST_PARTS:
        raise CannotEvaluate(f"`{expression.source}` has {len(value)} entries; {MOST_PARTS} are the most.")
    return value


def _expressions(reading: _Reading) -> Iterator[Mistake]:
    step = reading.step
    where = f"steps.{step.id}"
    if step.when is not None:
        yield from _expression(reading, f"{where}.when", step.when, each=reading.each)
    if isinstance(step.for_each, str):
        yield from _expression(reading, f"{where}.for_each", step.for_each, each=False)
    for path, source in expressions_in(step.params, ("params",)):
        place = ".".join([where, *map(str, path)])
        try:
            compiled = compile_expression(source)
        except BadExpression as error:
            yield place, str(error)
        else:
            yield from _use(reading, place, compiled, each=reading.each)


def _expression(reading: _Reading, place: str, text: str, *, each: bool) -> Iterator[Mistake]:
    try:
        compiled = expression_of(text)
    except BadExpression as error:
        yield place, str(error)
    else:
        yield from _use(reading, place, compiled, each=each)


def _use(reading: _Reading, place: str, expression: Compiled, *, each: bool) -> Iterator[Mistake]:
    graph, step = reading.graph, reading.step
    for name in ("item", "index"):
        if name in expression.variables and not each:
            yield place, f"there is no `{name}` here; it belongs to steps with for_each or each_of"
    for read in expression.reads:
        if read.step not in graph.steps:
            yield place, _no_step(read.step, set(graph.steps))
        elif read.step == step.id:
            yield place, "reads the step itself, which has no result before it ran"
        elif not _may_read(graph, step.id, read.step):
            yield place, f"reads step '{read.step}', which this step does not need; add it to `needs`"
        else:
            mine, its = (graph.family(step.id) if each else None), graph.family(read.step)
            fields = _OF_ONE if its in (None, mine) else _OF_MANY
            if read.field not in fields:
                yield place, f"of step '{read.step}' there is {', '.join(sorted(fields))}; not '{read.field or ''}'"


def _may_read(graph: Graph, name: str, read: str) -> bool:
    # What is done to compensate looks at whatever the plan has done so far.
    return graph.is_above(read, name) or (name in graph.compensating and read not in graph.compensating)
