"""Routes that steer a plan: cancel it, repair it from where it failed, review a result."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path
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
Act = Callable[[Steering], Awaitable[PlanActedView]]


class _Nothing(BaseModel):
    """A request without a body."""


@dataclass
class _Order:
    """What all of them have in common: which plan, and who says it."""

    plan_id: uuid.UUID
    caller: Principal
    state: State
    idempotency_key: str | None

    async def carry_out(self, verb: str, act: Act, said: BaseModel | None = None) -> PlanActedView:
        """Once for each key, in one transaction with its line in the audit log."""
        caller, state = self.caller, self.state
        async with state.database.transaction() as connection:

            async def acted() -> PlanActedView:
                details = {} if said is None else said.model_dump(mode="json", exclude_none=True, exclude_unset=True)
                await audit(connection, caller, f"plan.{verb.split('/')[-1]}", str(self.plan_id), path=verb, **details)
                return await act(await Steering.of(connection, state.settings, self.plan_id, caller.label))

            scope = caller.label, f"POST /plans/{self.plan_id}/{verb}"
            answer = await once(connection, scope, self.idempotency_key, said or _Nothing(), acted)
            return PlanActedView.model_validate(answer)


async def _order(
    plan_id: uuid.UUID, caller: MemberOperator, state: Services, idempotency_key: IdempotencyKey = None
) -> _Order:
    return _Order(plan_id, caller, state, idempotency_key)


Order = Annotated[_Order, Depends(_order)]


@router.post("/cancel", summary="Cancel a plan: begin nothing more, end what runs")
async def cancel(order: Order) -> PlanActedView:
    return await order.carry_out("cancel", lambda plan: plan.cancel())


@router.post("/retry", summary="Retry a plan from where it failed; what has succeeded keeps its results")
async def retry_plan(order: Order) -> PlanActedView:
    return await order.carry_out("retry", lambda plan: plan.retry_all())


@router.post("/steps/{step}/retry", summary="Retry one failed step, perhaps with other params")
async def retry_step(step: StepName, order: Order, body: StepRetry | None = None) -> PlanActedView:
    said = body or StepRetry()
    return await order.carry_out(f"steps/{step}/retry", lambda plan: plan.retry(step, said.place, said.params), said)


@router.post("/steps/{step}/skip", summary="Skip a failed step and go on without it")
async def skip_step(step: StepName, order: Order, body: WhichPart | None = None) -> PlanActedView:
    said = body or WhichPart()
    return await order.carry_out(f"steps/{step}/skip", lambda plan: plan.skip(step, said.place), said)


@router.post("/steps/{step}/result", summary="Set the result of a failed step and go on with it")
async def give_result(step: StepName, body: StepResult, order: Order) -> PlanActedView:
    return await order.carry_out(f"steps/{step}/result", lambda plan: plan.result(step, body.place, body.result), body)


@router.post("/steps/{step}/approve", summary="Approve a result that waits for review")
async def approve_result(step: StepName, order: Order, body: ReviewComment | None = None) -> PlanActedView:
    return await _review(order, step, "approve", body or ReviewComment(), approved=True)


@router.post("/steps/{step}/reject", summary="Reject a result that waits for review: the step has failed")
async def reject_result(step: StepName, order: Order, body: ReviewComment | None = None) -> PlanActedView:
    return await _review(order, step, "reject", body or ReviewComment(), approved=False)


@router.post(
    "/steps/{step}/request-changes", summary="Reject a result that waits for review, and have it made again differently"
)
async def request_changes(step: StepName, body: ChangeRequest, order: Order) -> PlanActedView:
    return await order.carry_out(f"steps/{step}/request-changes", lambda plan: plan.request_changes(step, body), body)


async def _review(order: _Order, step: str, verb: str, said: ReviewComment, *, approved: bool) -> PlanActedView:
    return await order.carry_out(f"steps/{step}/{verb}", lambda plan: plan.review(step, said, approved=approved), said)
