"""Submitting and reading plans."""

import asyncio
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse

from api.idempotency import IdempotencyKey
from api.placing import placed
from api.security.principal import MemberReader, MemberSubmitter, Submitter
from api.state import Services
from contracts.plans.documents import UnreadablePlan, read_plan
from contracts.plans.goals import EstimateBody, ProposedPlan
from contracts.plans.plan import Plan
from contracts.plans.statuses import PlanStatus
from contracts.plans.views import (
    PartPage,
    PlanCheckView,
    PlanCreatedView,
    PlanDetailView,
    PlanPage,
    ReviewPage,
    StepPage,
)
from contracts.requests import IdPrefix
from contracts.workspaces.names import WorkspaceName
from plans.check import Lists
from plans.check_params import Effort
from plans.graph import Graph
from services.errors import BadInput
from services.plans import show
from services.plans.goals import estimate_part
from services.plans.submit import parse_plan, prepare_plan, submit_plan
from services.tasks.idempotency import once
from services.temporal_links import WebUi

router = APIRouter(prefix="/plans", tags=["plans"])

#: The body is a plan in JSON or in YAML, read here: FastAPI knows of JSON only.
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "description": "A plan; see GET /plans/schema"}},
            "application/yaml": {"schema": {"type": "string", "description": "The same in YAML"}},
        },
    }
}


async def _document(request: Request, _: MemberSubmitter) -> dict[str, Any]:
    """What the body says. Only of callers who may submit: others are refused before it is read."""
    body = await request.body()

    def read() -> dict[str, Any]:
        try:
            return read_plan(body.decode())
        except (UnreadablePlan, UnicodeDecodeError) as error:
            raise BadInput(str(error)) from None

    # Large ones take seconds, in which nobody else would be answered.
    return await asyncio.to_thread(read)


#: A longer one is the name of no step.
StepName = Annotated[str, Path(max_length=50)]
Document = Annotated[dict[str, Any], Depends(_document)]


@router.post(
    "", status_code=201, response_model=PlanCreatedView, summary="Submit a plan, in JSON or YAML", openapi_extra=_BODY
)
async def create_plan(
    document: Document, caller: MemberSubmitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """A plan answered with 201 is never lost. One that cannot run is refused, with the place of each mistake."""
    plan = placed(caller, await asyncio.to_thread(parse_plan, document))
    prepared = await asyncio.to_thread(prepare_plan, plan)
    async with state.database.transaction() as connection:

        async def act() -> PlanCreatedView:
            return await submit_plan(connection, prepared, caller.label)

        answer = await once(connection, (caller.label, "POST /plans"), idempotency_key, plan, act)
    return JSONResponse(answer, 201)


@router.post("/validate", summary="Check a plan without submitting it", openapi_extra=_BODY)
async def validate_plan(document: Document) -> PlanCheckView:
    return await asyncio.to_thread(lambda: _checked(parse_plan(document), document))


@router.post("/estimate", summary="Price a plan, perhaps without some of its steps; nothing is created")
async def estimate_plan(body: EstimateBody, caller: Submitter, state: Services) -> ProposedPlan:
    """For a plan that was proposed for a goal, and of which a person wants a part, or that a person edited.

    What needs a step that is left out is left out, too; `notes` names it. `plan` is a body for `POST /plans`.
    """
    return await estimate_part(state.database, body, state.settings, caller.label)


@router.get("/schema", summary="Show the JSON schema of a plan")
async def get_schema(_: MemberReader) -> dict[str, Any]:
    return Plan.model_json_schema()


@router.get("", summary="List plans, the newest first")
async def get_plans(
    _: MemberReader,
    state: Services,
    status: PlanStatus | None = None,
    workspace: Annotated[WorkspaceName | None, Query(description="Only what belongs to it")] = None,
    after: Annotated[str | None, Query(max_length=200, description="The `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    id_prefix: Annotated[IdPrefix | None, Query()] = None,
) -> PlanPage:
    async with state.database.transaction(single=True) as connection:
        return await show.list_plans(connection, status, workspace, after, limit, id_prefix)


@router.get("/reviews", summary="List results that wait for a person, of all plans")
async def get_reviews(
    _: MemberReader,
    state: Services,
    workspace: Annotated[WorkspaceName | None, Query(description="Only of plans that belong to it")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ReviewPage:
    async with state.database.transaction(single=True) as connection:
        return await show.list_reviews(connection, workspace, limit)


@router.get("/{plan_id}", summary="Show a plan: its steps, what it costs, when it will end")
async def get_plan(
    plan_id: uuid.UUID,
    _: MemberReader,
    state: Services,
    document: Annotated[
        bool, Query(description="Whether to show what was submitted; whoever asks again and again leaves it out")
    ] = True,
) -> PlanDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await show.plan_detail(connection, plan_id, WebUi.of(state.settings), with_document=document)


@router.get("/{plan_id}/steps", summary="List the steps of a plan, in its order")
async def get_steps(
    plan_id: uuid.UUID,
    _: MemberReader,
    state: Services,
    after: Annotated[int, Query(ge=-1, lt=2**31, description="The `next` of the page before")] = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> StepPage:
    async with state.database.transaction(snapshot=True) as connection:
        return await show.plan_steps(connection, plan_id, after, limit)


@router.get("/{plan_id}/steps/{step}/parts", summary="List the tasks of one step: one for each of its entries")
async def get_parts(
    plan_id: uuid.UUID,
    step: StepName,
    _: MemberReader,
    state: Services,
    after: Annotated[int, Query(ge=-1, lt=2**31, description="The `next` of the page before")] = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> PartPage:
    async with state.database.transaction(snapshot=True) as connection:
        return await show.step_parts(connection, plan_id, step, after, limit)


def _checked(plan: Plan, document: dict[str, Any]) -> PlanCheckView:
    graph = Graph.of(plan)
    lists = Lists(plan, Effort())
    known = [lists.of(graph.steps[root]) if (root := graph.family(step.id)) else [None] for step in plan.steps]
    return PlanCheckView(
        name=plan.name,
        steps=len(plan.steps),
        tasks=sum(len(each) for each in known if each is not None),
        open_lists=sum(each is None for each in known),
        document=document,
    )
