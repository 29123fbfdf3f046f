"""Templates of plans: saved from a document or from any old plan, filled in, and run as an ordinary submission."""

import asyncio
import copy
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.plans.plan import Plan
from contracts.tasks.templates import NewTemplate, RunTemplate, TemplateField, TemplateView
from db.plans.queries import get_plan
from plans.templates import expressions_in
from services.errors import BadInput, PlanNotFound
from services.finding import Named
from services.plans.submit import check_plan, parse_plan
from services.tasks.templates import keep, param_of, put

#: ``steps.crawl.params.limit``: of a param of a step; anything else is an input.
_STEPS, _PARAMS, _SHORTEST = "steps", "params", 4


async def save(connection: AsyncConnection, named: Named, wanted: NewTemplate, author: str) -> TemplateView:
    """The next version, in a workspace. The plan must be able to run as it is saved: an example of what is required.

    Raises:
        PlanNotFound, BadInput: nothing was saved.
    """
    document = await _document(connection, wanted)
    mistakes = [
        (f"fields.{key}", what) for key, field in wanted.fields.items() if (what := _missing(document, key, field))
    ]
    if mistakes:
        raise BadInput("; ".join(f"{where}: {what}" for where, what in mistakes), mistakes)
    return await keep(connection, named, wanted, author, plan=document)


def filled_in(template: TemplateView, wanted: RunTemplate) -> Plan:
    """The plan that it makes of these fields. Takes seconds for thousands of steps.

    Raises:
        BadInput: it cannot run with them.
    """
    if wanted.run_at is not None:
        said = "is for tasks only: a plan begins when it is submitted, and a schedule submits it later"
        raise BadInput(f"A start time {said}.", [("run_at", said)])
    document = copy.deepcopy(template.plan or {})
    for key, value in wanted.fields.items():
        params, path = _place(document, param_of(key, template.fields[key]))
        put(params, path, value)
    given = {"priority": wanted.priority, "workspace": wanted.workspace}
    document |= {key: value for key, value in given.items() if value is not None}
    return parse_plan(document)


def refuse_expressions(template: TemplateView, fields: Mapping[str, Any]) -> None:
    """For values that strangers write: in params of a step they would be evaluated, with all that the plan knows.

    Raises:
        BadInput: one is an expression.
    """
    said = "is for a param of a step and has ${{ in it, which would be an expression there. Have it fill in an input"
    mistakes = [
        (f"fields.{key}", said)
        for key, value in fields.items()
        if _is_of_a_step(param_of(key, template.fields[key])) and any(True for _ in expressions_in(value))
    ]
    if mistakes:
        raise BadInput(f"{mistakes[0][0]} {said}.", mistakes)


async def _document(connection: AsyncConnection, wanted: NewTemplate) -> dict[str, Any]:
    if wanted.plan is not None:
        await asyncio.to_thread(check_plan, wanted.plan)
        return wanted.plan.model_dump(mode="json", exclude_unset=True)
    row = await get_plan(connection, wanted.from_plan or uuid.UUID(int=0))
    if row is None:
        raise PlanNotFound
    return dict(row["document"])


def _missing(document: Mapping[str, Any], name: str, field: TemplateField) -> str | None:
    """What is wrong with a field: there must be something for it to stand for."""
    path = param_of(name, field)
    if _is_of_a_step(path):
        known = [step["id"] for step in document["steps"]]
        return None if path[1] in known else f"there is no step {path[1][:50]}; there are {', '.join(known[:20])}"
    if path[0] in document.get("inputs", {}):
        return None
    inputs = ", ".join(document.get("inputs", {})) or "none"
    return f"the plan has no input {path[0][:50]}; there are {inputs}. Params of a step are steps.ID.params.NAME"


def _place(document: dict[str, Any], path: Sequence[str]) -> tuple[dict[str, Any], Sequence[str]]:
    """The object that the path begins in, and the rest of it."""
    if _is_of_a_step(path):
        step = next(each for each in document["steps"] if each["id"] == path[1])
        return step.setdefault("params", {}), path[3:]
    return document.setdefault("inputs", {}), path


def _is_of_a_step(path: Sequence[str]) -> bool:
    return len(path) >= _SHORTEST and (path[0], path[2]) == (_STEPS, _PARAMS)
