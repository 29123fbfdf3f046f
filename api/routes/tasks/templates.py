"""Routes of templates: saved tasks with fields, run again and again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from api.audit import audit
from api.idempotency import IdempotencyKey
from api.security.principal import Operator, Reader, Submitter
from api.state import Services
from contracts.tasks.templates import NAME, NewTemplate, RunTemplate, TemplatesView, TemplateView
from contracts.tasks.views import CreatedView
from db.tasks.templates import find_template, forget_template, list_templates
from services.errors import TemplateNotFound
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
    return TemplatesView(templates=[templates.view(row) for row in rows])


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
    """From a task as it would be submitted, or from any old one (`from_task`). Earlier versions stay."""
    async with state.database.transaction() as connection:
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


@router.post("/{name}/run", status_code=201, response_model=CreatedView, summary="Submit the task of a template")
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
        task = await templates.filled_in(connection, name, wanted)
        checked = [validate(task, Approvals(state.settings, caller.label))]

        async def act() -> CreatedView:
            return (await submit(connection, [task], checked, caller.label))[0]

        answer = await once(connection, (caller.label, f"POST /templates/{name}/run"), idempotency_key, wanted, act)
    return JSONResponse(answer, 201)
