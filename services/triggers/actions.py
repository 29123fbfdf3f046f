"""Actions of triggers: made ready first, so that they can be shown, and then submitted.

Another kind of action is one more branch in `_ready`.
"""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.tasks.requests import Submission
from contracts.tasks.templates import RunTemplate
from contracts.triggers.actions import PlanAction, TaskAction, TemplateAction
from contracts.triggers.requests import TriggerBody
from plans.expressions import BadExpression, CannotEvaluate, check_together, compile_expression, is_true
from plans.templates import expression_of, expressions_in, fill
from services.errors import DomainError
from services.finding import Named
from services.plans.submit import Prepared, parse_plan, prepare_plan, submit_plan
from services.plans.templates import filled_in as plan_filled_in
from services.plans.templates import refuse_expressions
from services.tasks.approvals import Approvals
from services.tasks.submit import Checked, submit, validate
from services.tasks.templates import asked_for, filled_in
from services.triggers.checking import MOST_STEPS, with_inputs

_LONGEST = 1_000


class CannotBeMade(Exception):
    """Nothing can be made of this payload; the message is a sentence."""


@dataclass(frozen=True)
class Made:
    task_ids: tuple[uuid.UUID, ...] = ()
    plan_id: uuid.UUID | None = None


NOTHING = Made()


@dataclass(frozen=True)
class ReadyTask:
    """A task that has been checked and not been written."""

    submission: Submission
    checked: Checked

    def shown(self) -> dict[str, Any]:
        said = self.submission.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        return said | {"params": self.checked.params}

    async def submit(self, connection: AsyncConnection, author: str) -> Made:
        made = await submit(connection, [self.submission], [self.checked], author)
        return Made(task_ids=tuple(each.id for each in made))


@dataclass(frozen=True)
class ReadyPlan:
    """A plan that has been checked and not been written."""

    prepared: Prepared

    def shown(self) -> dict[str, Any]:
        return self.prepared.document

    async def submit(self, connection: AsyncConnection, author: str) -> Made:
        return Made(plan_id=(await submit_plan(connection, self.prepared, author)).id)


Ready = ReadyTask | ReadyPlan


def signature(name: str) -> str:
    """How a trigger signs what it creates."""
    return f"trigger:{name}"


async def make_ready(
    connection: AsyncConnection,
    settings: ServerSettings,
    name: str,
    body: TriggerBody,
    payload: Any,
    headers: Mapping[str, str],
) -> Ready | None:
    """What it makes of this payload; None: its filter does not want it.

    Raises:
        CannotBeMade: an expression, or what comes of it, does not fit.
    """
    values = {"payload": payload, "headers": dict(headers)}
    try:
        if body.filter is not None and not await asyncio.to_thread(is_true, expression_of(body.filter), values):
            return None
        return await _ready(connection, Approvals(settings, signature(name)), body, values)
    except (BadExpression, CannotEvaluate, InvalidTaskParams, UnknownTaskType, ValidationError) as error:
        raise CannotBeMade(str(error)[:_LONGEST]) from None
    except DomainError as error:
        raise CannotBeMade(error.detail[:_LONGEST]) from None


async def _ready(connection: AsyncConnection, approvals: Approvals, body: TriggerBody, values: dict[str, Any]) -> Ready:
    # In threads: expressions and plans take time, and in a request others wait for the event loop.
    match body.action:
        case TaskAction(task=task):
            params = await asyncio.to_thread(_filled, task.params, values)
            return await asyncio.to_thread(_task, task.model_copy(update={"params": params}), approvals)
        case PlanAction() as action:
            inputs = await asyncio.to_thread(_filled, action.inputs, values)
            plan = await asyncio.to_thread(parse_plan, with_inputs(action, inputs))
            return ReadyPlan(await asyncio.to_thread(prepare_plan, plan))
        case TemplateAction(template=name, workspace=workspace, fields=fields):
            wanted = RunTemplate(fields=await asyncio.to_thread(_filled, fields, values))
            template = await asked_for(connection, Named(name, workspace), wanted)
            if template.plan is not None:
                _check_length(name, template.plan["steps"])
                refuse_expressions(template, wanted.fields)
                plan = await asyncio.to_thread(plan_filled_in, template, wanted)
                return ReadyPlan(await asyncio.to_thread(prepare_plan, plan))
            return await asyncio.to_thread(_task, filled_in(template, wanted), approvals)


def _check_length(name: str, steps: Sequence[Any]) -> None:
    """Raises CannotBeMade for a plan that takes too long to be read anew for each delivery."""
    if len(steps) > MOST_STEPS:
        said = f"{MOST_STEPS} are the most in a plan that a trigger begins"
        raise CannotBeMade(f"The plan of the template {name} has {len(steps)} steps; {said}.")


def _filled(template: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Each expression is given the whole payload, and there may be a thousand: what all of them cost comes first."""
    check_together([compile_expression(source) for _, source in expressions_in(template)], values)
    filled: dict[str, Any] = fill(template, values)
    return filled


def _task(submission: Submission, approvals: Approvals) -> ReadyTask:
    return ReadyTask(submission, validate(submission, approvals))
