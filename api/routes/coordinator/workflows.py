"""Workflows of the coordinator: plans whose steps run one after the other."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.idempotency import IdempotencyKey
from api.security.principal import Operator, Reader, Submitter
from api.state import Services
from contracts.coordinator.requests import WorkflowSubmission
from contracts.coordinator.views import WorkflowTasksView, WorkflowView
from services.coordinator import workflows
from services.coordinator.bots import offered_capabilities
from services.coordinator.payloads import plan_of
from services.errors import NotOffered
from services.plans.submit import parse_plan, prepare_plan, submit_plan
from services.tasks.idempotency import once

router = APIRouter(prefix="/workflows", tags=["coordinator"])


@router.post(
    "", status_code=201, response_model=WorkflowView, summary="Create a workflow of task payloads and start it"
)
async def create(
    body: WorkflowSubmission, caller: Submitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """A plan: each task begins when the one before has succeeded. What nobody could ever do is refused."""
    async with state.database.transaction() as connection:
        offered = await offered_capabilities(connection)
    plan = await asyncio.to_thread(lambda: parse_plan(plan_of(body, offered)))
    prepared = await asyncio.to_thread(prepare_plan, plan)
    async with state.database.transaction() as connection:

        async def act() -> WorkflowView:
            created = await submit_plan(connection, prepared, caller.label)
            return await workflows.get_workflow(connection, created.id)

        answer = await once(connection, (caller.label, "POST /workflows"), idempotency_key, body, act)
    return JSONResponse(answer, 201)


@router.get("", summary="List workflows, which are all plans, the newest first")
async def get_workflows(
    _: Reader, state: Services, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> list[WorkflowView]:
    async with state.database.transaction(snapshot=True) as connection:
        return await workflows.get_workflows(connection, limit)


@router.get("/{workflow_id}", summary="Show a workflow and the ids of its tasks")
async def get_workflow(workflow_id: uuid.UUID, _: Reader, state: Services) -> WorkflowView:
    async with state.database.transaction(snapshot=True) as connection:
        return await workflows.get_workflow(connection, workflow_id)


@router.get("/{workflow_id}/tasks", summary="Show a workflow with its tasks, in their order")
async def get_tasks(workflow_id: uuid.UUID, _: Reader, state: Services) -> WorkflowTasksView:
    async with state.database.transaction(snapshot=True) as connection:
        return await workflows.workflow_tasks(connection, workflow_id)


@router.post("/{workflow_id}/start", summary="Check a workflow for being under way, as it is from its creation")
async def start(workflow_id: uuid.UUID, _: Submitter, state: Services) -> WorkflowView:
    """A workflow starts by itself, so this changes nothing. Refused if it is over."""
    async with state.database.transaction(snapshot=True) as connection:
        return await workflows.check_is_under_way(connection, workflow_id)


@router.delete("/{workflow_id}", summary="Delete a workflow; refused, since plans stay in the history")
async def delete(workflow_id: uuid.UUID, _: Operator, state: Services) -> WorkflowView:
    async with state.database.transaction(snapshot=True) as connection:
        await workflows.get_workflow(connection, workflow_id)
    raise NotOffered(
        "Nothing was deleted: workflows stay in the history. To end one that runs, use "
        f"POST /api/v1/plans/{workflow_id}/cancel."
    )
