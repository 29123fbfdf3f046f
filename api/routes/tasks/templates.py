"""Routes of templates: saved tasks and plans with fields, run again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit
from api.idempotency import IdempotencyKey
from api.security.principal import Operator, Reader, Submitter
from api.state import Services
from contracts.plans.views import PlanCreatedView
from contracts.tasks.templates import NAME, NewTemplate, RunTemplate, TemplatesView, TemplateView
from contracts.tasks.views import CreatedView
from db.tasks.templates import find_template, forget_template, list_templates
from services.errors import TemplateNotFound
from services.plans import templates as plan_templates
from services.plans.submit import prepare_plan, submit_plan
from services.tasks import templates
from services.tasks.approvals import Approvals
from services.tasks.idempotency import once
from services.tasks.submit import submit, validate

router = APIRouter(prefix="/templates", tags=["templates"])

Name = Annotated[str, Path(pattern=NAME)]


@router.get("", summary="List templates, the newest version of each")
async def get_templates(_: Reader, state: Services) -> TemplatesView:
    async with state.database.transaction() as connection:
        rows = await list_templates(connection)
    return templates.views(rows)


@router.get("/{name}", summary="Show a template")
async def get_template(
    name: Name, _: Reader, state: Services, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> TemplateView:
    async with state.database.transaction() as connection:
        row = await find_template(connection, name, version)
    if row is None:
        raise TemplateNotFound
    return templates.view(row)


@router.put("/{name}", summary="Save a template, or the next version of one")
async def save(name: Name, body: NewTemplate, caller: Operator, state: Services) -> TemplateView:
    """From what would be submitted, or from any old task or plan (`from_task`, `from_plan`). Earlier versions stay."""
    async with state.database.transaction() as connection:
        if body.plan is not None or body.from_plan is not None:
            saved = await plan_templates.save(connection, name, body, caller.label)
        else:
            saved = await templates.save(connection, name, body, Approvals(state.settings, caller.label), caller.label)
        await audit(connection, caller, "template.save", name, version=saved.version)
    return saved


@router.delete("/{name}", status_code=204, summary="Delete a template, with all its versions")
async def delete(name: Name, caller: Operator, state: Services) -> Response:
    async with state.database.transaction() as connection:
        versions = await forget_template(connection, name)
        if not versions:
            raise TemplateNotFound
        await audit(connection, caller, "template.delete", name, versions=versions)
    return Response(status_code=204)


@router.post(
    "/{name}/run",
    status_code=201,
    response_model=PlanCreatedView | CreatedView,
    summary="Submit the task or plan of a template",
)
async def run(
    name: Name,
    caller: Submitter,
    state: Services,
    body: RunTemplate | None = None,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """With values for its fields; those that are not named keep their defaults."""
    wanted = body or RunTemplate()
    async with state.database.transaction() as connection:
        template = await templates.asked_for(connection, name, wanted)
    # Outside of a transaction: it takes a while.
    act = await _made_ready(template, wanted, Approvals(state.settings, caller.label), caller.label)
    async with state.database.transaction() as connection:
        scope = caller.label, f"POST /templates/{name}/run"
        answer = await once(connection, scope, idempotency_key, wanted, lambda: act(connection))
    return JSONResponse(answer, 201)


Submitting = Callable[[AsyncConnection], Awaitable[CreatedView | PlanCreatedView]]


async def _made_ready(template: TemplateView, wanted: RunTemplate, approvals: Approvals, by: str) -> Submitting:
    """What is refused is refused here."""
    if template.plan is not None:
        # Large ones take seconds, in which nobody else would be answered.
        plan = await asyncio.to_thread(lambda: prepare_plan(plan_templates.filled_in(template, wanted)))
        return lambda connection: submit_plan(connection, plan, by)
    task = templates.filled_in(template, wanted)
    checked = [validate(task, approvals)]

    async def act(connection: AsyncConnection) -> CreatedView:
        return (await submit(connection, [task], checked, by))[0]

    return act
