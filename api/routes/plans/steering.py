"""Routes that steer a plan: cancel it, repair it from where it failed, review a result."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.audit import audit
from api.idempotency import IdempotencyKey
from api.security.principal import MemberOperator, Principal
from api.state import Services, State
from contracts.plans.requests import ChangeRequest, ReviewComment, StepResult, StepRetry, WhichPart
from contracts.plans.views import PlanActedView
from services.plans.steer import Steering
from services.tasks.idempotency import once

router = APIRouter(prefix="/plans/{plan_id}", tags=["plans"])


StepName = Annotated[str, Path(max_length=50)]


class _Nothing(BaseModel):
    """A request without a body."""


@router.post("/cancel", summary="Cancel a plan: begin nothing more, end what runs")
async def cancel(
    plan_id: uuid.UUID, caller: MemberOperator, state: Services, idempotency_key: IdempotencyKey = None
) -> PlanActedView:
    return await _steer(state, caller, plan_id, "cancel", lambda plan: plan.cancel(), key=idempotency_key)


@router.post("/retry", summary="Retry a plan from where it failed; what has succeeded keeps its results")
async def retry_plan(
    plan_id: uuid.UUID, caller: MemberOperator, state: Services, idempotency_key: IdempotencyKey = None
) -> PlanActedView:
    return await _steer(state, caller, plan_id, "retry", lambda plan: plan.retry_all(), key=idempotency_key)


@router.post("/steps/{step}/retry", summary="Retry one failed step, perhaps with other params")
async def retry_step(
    plan_id: uuid.UUID,
    step: StepName,
    caller: MemberOperator,
    state: Services,
    body: StepRetry | None = None,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    said = body or StepRetry()
    return await _steer(
        state,
        caller,
        plan_id,
        f"steps/{step}/retry",
        lambda plan: plan.retry(step, said.place, said.params),
        said,
        idempotency_key,
    )


@router.post("/steps/{step}/skip", summary="Skip a failed step and go on without it")
async def skip_step(
    plan_id: uuid.UUID,
    step: StepName,
    caller: MemberOperator,
    state: Services,
    body: WhichPart | None = None,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    said = body or WhichPart()
    return await _steer(
        state, caller, plan_id, f"steps/{step}/skip", lambda plan: plan.skip(step, said.place), said, idempotency_key
    )


@router.post("/steps/{step}/result", summary="Set the result of a failed step and go on with it")
async def give_result(
    plan_id: uuid.UUID,
    step: StepName,
    body: StepResult,
    caller: MemberOperator,
    state: Services,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    return await _steer(
        state,
        caller,
        plan_id,
        f"steps/{step}/result",
        lambda plan: plan.result(step, body.place, body.result),
        body,
        idempotency_key,
    )


@router.post("/steps/{step}/approve", summary="Approve a result that waits for review")
async def approve_result(
    plan_id: uuid.UUID,
    step: StepName,
    caller: MemberOperator,
    state: Services,
    body: ReviewComment | None = None,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    said = body or ReviewComment()
    return await _steer(
        state,
        caller,
        plan_id,
        f"steps/{step}/approve",
        lambda plan: plan.review(step, said.place, said.comment, approved=True, round_=said.round),
        said,
        idempotency_key,
    )


@router.post("/steps/{step}/reject", summary="Reject a result that waits for review: the step has failed")
async def reject_result(
    plan_id: uuid.UUID,
    step: StepName,
    caller: MemberOperator,
    state: Services,
    body: ReviewComment | None = None,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    said = body or ReviewComment()
    return await _steer(
        state,
        caller,
        plan_id,
        f"steps/{step}/reject",
        lambda plan: plan.review(step, said.place, said.comment, approved=False, round_=said.round),
        said,
        idempotency_key,
    )


@router.post(
    "/steps/{step}/request-changes", summary="Reject a result that waits for review, and have it made again differently"
)
async def request_changes(
    plan_id: uuid.UUID,
    step: StepName,
    body: ChangeRequest,
    caller: MemberOperator,
    state: Services,
    idempotency_key: IdempotencyKey = None,
) -> PlanActedView:
    return await _steer(
        state,
        caller,
        plan_id,
        f"steps/{step}/request-changes",
        lambda plan: plan.request_changes(step, body.place, body.text, body.round),
        body,
        idempotency_key,
    )


Act = Callable[[Steering], Awaitable[PlanActedView]]


async def _steer(
    state: State,
    caller: Principal,
    plan_id: uuid.UUID,
    verb: str,
    act: Act,
    said: BaseModel | None = None,
    key: str | None = None,
) -> PlanActedView:
    """Once for each key, in one transaction with its line in the audit log."""
    async with state.database.transaction() as connection:

        async def acted() -> PlanActedView:
            details = {} if said is None else said.model_dump(exclude_none=True, exclude_unset=True)
            await audit(connection, caller, f"plan.{verb.split('/')[-1]}", str(plan_id), path=verb, **details)
            return await act(await Steering.of(connection, state.settings, plan_id, caller.label))

        scope = caller.label, f"POST /plans/{plan_id}/{verb}"
        return PlanActedView.model_validate(await once(connection, scope, key, said or _Nothing(), acted))
