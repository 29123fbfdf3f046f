"""Routes of templates: saved tasks and plans with fields, run again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit_in
from api.idempotency import IdempotencyKey
from api.placing import place_of
from api.security.principal import MemberOperator, MemberReader, MemberSubmitter
from api.state import Services
from api.workspace_queries import ItsWorkspace, OfWorkspace
from contracts.plans.views import PlanCreatedView
from contracts.tasks.templates import NAME, NewTemplate, RunTemplate, TemplatesView, TemplateView
from contracts.tasks.views import CreatedView
from contracts.workspaces.names import DEFAULT
from db.tasks.templates import forget_template, list_templates
from services.errors import TemplateNotFound
from services.finding import Named
from services.plans import templates as plan_templates
from services.plans.submit import prepare_plan, submit_plan
from services.tasks import templates
from services.tasks.approvals import Approvals
from services.tasks.idempotency import once
from services.tasks.submit import submit, validate
from services.tasks.template_places import where_run, workspace_of

router = APIRouter(prefix="/templates", tags=["templates"])


async def _named(name: Annotated[str, Path(pattern=NAME)], workspace: ItsWorkspace = None) -> Named:
    return Named(name, workspace)


Template = Annotated[Named, Depends(_named)]


@router.get("", summary="List templates, the newest version of each")
async def get_templates(_: MemberReader, state: Services, workspace: OfWorkspace = None) -> TemplatesView:
    async with state.database.transaction() as connection:
        rows = await list_templates(connection, workspace)
    return templates.views(rows)


@router.get("/{name}", summary="Show a template")
async def get_template(
    template: Template,
    _: MemberReader,
    state: Services,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> TemplateView:
    async with state.database.transaction() as connection:
        return await templates.found(connection, template, version)


@router.put("/{name}", summary="Save a template, or the next version of one")
async def save(
    name: Annotated[str, Path(pattern=NAME)], body: NewTemplate, caller: MemberOperator, state: Services
) -> TemplateView:
    """From what would be submitted, or from any old task or plan (`from_task`, `from_plan`). Earlier versions stay."""
    async with state.database.transaction() as connection:
        named = Named(name, place_of(caller, await workspace_of(connection, body)))
        if body.plan is not None or body.from_plan is not None:
            saved = await plan_templates.save(connection, named, body, caller.label)
        else:
            approvals = Approvals(state.settings, caller.label)
            saved = await templates.save(connection, named, body, approvals, caller.label)
        await audit_in(connection, caller, "template.save", name, saved.workspace, version=saved.version)
    return saved


@router.delete("/{name}", status_code=204, summary="Delete a template, with all its versions")
async def delete(template: Template, caller: MemberOperator, state: Services) -> Response:
    async with state.database.transaction() as connection:
        workspace = await templates.workspace_of_one(connection, template)
        versions = await forget_template(connection, template.key, workspace)
        if not versions:
            raise TemplateNotFound
        await audit_in(connection, caller, "template.delete", template.key, workspace, versions=versions)
    return Response(status_code=204)


@router.post(
    "/{name}/run",
    status_code=201,
    response_model=PlanCreatedView | CreatedView,
    summary="Submit the task or plan of a template",
)
async def run(
    named: Template,
    caller: MemberSubmitter,
    state: Services,
    body: RunTemplate | None = None,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """With values for its fields; those that are not named keep their defaults."""
    wanted = body or RunTemplate()
    async with state.database.transaction() as connection:
        template = await templates.asked_for(connection, named, wanted)
    place = place_of(caller, where_run(template, wanted))
    there = wanted.model_copy(update={"workspace": place})
    # Outside of a transaction: it takes a while.
    act = await _made_ready(template, there, Approvals(state.settings, caller.label), caller.label)
    # Names are their own in each workspace, and have no slash.
    of = "" if template.workspace == DEFAULT else f"{template.workspace}/"
    async with state.database.transaction() as connection:
        scope = caller.label, f"POST /templates/{of}{template.name}/run"
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
