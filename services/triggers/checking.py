"""Finds what is wrong with a trigger when it is written, each mistake with its field; before anything is delivered."""

from collections.abc import Iterator
from typing import Any

from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType, task_type
from contracts.triggers.actions import Action, PlanAction, TaskAction, TemplateAction
from contracts.triggers.requests import TriggerBody
from contracts.triggers.sources import TaskEnds
from plans.check_params import concerns
from plans.expressions import BadExpression, Compiled, compile_expression
from plans.templates import Path, expression_of, expressions_in
from services.errors import BadInput
from services.plans.submit import parse_plan
from services.tasks.approvals import Approvals
from services.tasks.submit import validate

#: Steps of the plan of a trigger: it is read anew for each delivery.
MOST_STEPS = 500
_KNOWN = ("payload", "headers")

Mistake = tuple[str, str]


def check(settings: ServerSettings, body: TriggerBody, author: str) -> None:
    """Takes a while for a large plan.

    Raises:
        BadInput: ``errors`` names each mistake.
    """
    mistakes = [*_source(body), *_filter(body.filter), *_action(settings, body.action, author)]
    if mistakes:
        where, what = mistakes[0]
        raise BadInput(f"This trigger cannot be used. {where}: {what}", mistakes[:100])


def _source(body: TriggerBody) -> Iterator[Mistake]:
    if isinstance(body.source, TaskEnds) and body.source.task_type is not None:
        try:
            task_type(body.source.task_type)
        except UnknownTaskType as error:
            yield "source.task_type", str(error)


def _filter(text: str | None) -> Iterator[Mistake]:
    if text is not None:
        try:
            yield from _unknown_names("filter", expression_of(text))
        except BadExpression as error:
            yield "filter", str(error)


def _action(settings: ServerSettings, action: Action, author: str) -> Iterator[Mistake]:
    match action:
        case TaskAction():
            yield from _expressions("action.task.params", action.task.params) or _task(settings, action, author)
        case PlanAction():
            yield from _expressions("action.inputs", action.inputs) or _plan(action)
        case TemplateAction():
            yield from _expressions("action.fields", action.fields)


def _expressions(where: str, values: dict[str, Any]) -> list[Mistake]:
    found: list[Mistake] = []
    for path, source in expressions_in(values, (where,)):
        place = ".".join(map(str, path))
        try:
            found += _unknown_names(place, compile_expression(source))
        except BadExpression as error:
            found.append((place, str(error)))
    return found


def _unknown_names(where: str, expression: Compiled) -> Iterator[Mistake]:
    for name in sorted(expression.variables - set(_KNOWN)):
        yield where, f"there is no `{name}` here; there are `payload` and `headers`"


def _task(settings: ServerSettings, action: TaskAction, author: str) -> Iterator[Mistake]:
    unknown: list[Path] = [path for path, _ in expressions_in(action.task.params)]
    try:
        validate(action.task, Approvals(settings, author))
    except UnknownTaskType as error:
        yield "action.task.task_type", str(error)
    except InvalidTaskParams as error:
        for field, message in error.errors:
            first, *place = field.split(".")
            if first != "params" or not any(concerns(place, tuple(map(str, path))) for path in unknown):
                yield f"action.task.{field}", message


def _plan(action: PlanAction) -> Iterator[Mistake]:
    steps = action.plan.get("steps")
    if isinstance(steps, list) and len(steps) > MOST_STEPS:
        yield "action.plan.steps", f"are {len(steps)}; {MOST_STEPS} are the most in a plan that a trigger begins"
        return
    try:
        parse_plan(with_inputs(action, {name: each for name, each in action.inputs.items() if not _is_open(each)}))
    except BadInput as error:
        yield from ((f"action.plan.{field}", message) for field, message in error.errors)


def with_inputs(action: PlanAction, inputs: dict[str, Any]) -> dict[str, Any]:
    """The document of its plan with these before its own."""
    own = action.plan.get("inputs")
    return {**action.plan, "inputs": {**(own if isinstance(own, dict) else {}), **inputs}}


def _is_open(value: Any) -> bool:
    return any(True for _ in expressions_in(value))
