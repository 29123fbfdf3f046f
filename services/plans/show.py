"""Plans as people see them: where they stand, what they wait for, what they cost and when they will end."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.actual_cost import UsedCost, actual_cost
from contracts import names
from contracts.plans.plan import SessionStep, Step, step_of
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.plans.views import (
    PartPage,
    PartView,
    PlanDetailView,
    PlanPage,
    PlanView,
    ReviewPage,
    ReviewView,
    StepPage,
    StepView,
)
from contracts.tasks.statuses import TaskStatus
from db.plans import queries
from db.tasks.queries import get_task
from plans.outlook import Leg, Outlook, look_ahead
from services.errors import BadInput, PlanNotFound, StepNotFound
from services.tasks.waiting import waiting_because
from services.temporal_links import WebUi

#: Steps that a detail carries; all of them are at /steps.
_STEPS = 200
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_ID = uuid.UUID(int=2**128 - 1)
_MICROS = 1_000_000
_UNKNOWN = "unknown"
_DAMAGED = {
    "type": "Unreadable",
    "message": "What is stored here cannot be read: it was damaged, or another version wrote it.",
}


async def list_plans(
    connection: AsyncConnection,
    status: PlanStatus | None,
    workspace: str | None,
    after: str | None,
    limit: int,
    id_prefix: str | None = None,
) -> PlanPage:
    """A page of plans, the newest first. Raises BadInput when ``after`` is no `next` of such a page."""
    rows = await queries.find_plans(connection, _place(after), status, workspace, limit + 1, id_prefix)
    plans = [plan_view(row) for row in rows[:limit]]
    last = plans[-1] if len(rows) > limit else None
    return PlanPage(plans=plans, next=f"{last.created_at.isoformat()}_{last.id}" if last else None)


async def plan_detail(
    connection: AsyncConnection, plan_id: uuid.UUID, web_ui: WebUi, *, with_document: bool = True
) -> PlanDetailView:
    """Needs a snapshot. Raises PlanNotFound.

    ``with_document``: it may be megabytes, and never changes.
    """
    read = queries.get_plan if with_document else queries.get_head
    row = _there(await read(connection, plan_id))
    outlook = await _outlook(connection, row)
    cost = _cost(await queries.costs_of(connection, plan_id))
    # From now on: how long what runs has run already is left out.
    ends = None if outlook.seconds is None else datetime.now(UTC) + timedelta(seconds=outlook.seconds)
    is_open = row["status"] == PlanStatus.RUNNING
    return PlanDetailView(
        **plan_view(row).model_dump(),
        document=(_object(row["document"]) or {}) if with_document else None,
        counts={StepStatus(name): count for name, count in (await queries.count_steps(connection, plan_id)).items()},
        first_steps=(await _steps(connection, row, -1, _STEPS)).steps,
        critical_path=list(outlook.critical_path) if is_open else [],
        cost_usd=cost.usd_micros / _MICROS,
        tokens=cost.tokens,
        expected_end=ends if is_open else None,
        temporal_url=web_ui.workflow(names.plan_workflow_id(plan_id)),
    )


async def plan_steps(connection: AsyncConnection, plan_id: uuid.UUID, after: int, limit: int) -> StepPage:
    """A page of its steps, in its order. Raises PlanNotFound."""
    return await _steps(connection, _there(await queries.get_head(connection, plan_id)), after, limit)


async def step_parts(connection: AsyncConnection, plan_id: uuid.UUID, step: str, after: int, limit: int) -> PartPage:
    """A page of the tasks of one step. Raises PlanNotFound, StepNotFound."""
    _there(await queries.get_head(connection, plan_id))
    if not await queries.are_over(connection, plan_id, [step]):
        raise StepNotFound(f"This plan has no step '{step}'.")
    rows = await queries.get_parts(connection, plan_id, step, after, limit + 1)
    parts = [_part_view(row) for row in rows[:limit]]
    return PartPage(parts=parts, next=parts[-1].place if len(rows) > limit else None)


async def list_reviews(connection: AsyncConnection, workspace: str | None, limit: int) -> ReviewPage:
    """Results that wait for a person, in one workspace or in all; those first whose time ends first."""
    rows = await queries.find_reviews(connection, workspace, limit)
    return ReviewPage(reviews=[ReviewView.model_validate(_of_part(row)) for row in rows])


def plan_view(row: RowMapping) -> PlanView:
    failure = _object(row["failure"], _DAMAGED)
    return PlanView.model_validate({**row, "failure": failure, "done": row["steps"] - row["open_steps"]})


def _there(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise PlanNotFound
    return row


async def _steps(connection: AsyncConnection, plan: RowMapping, after: int, limit: int) -> StepPage:
    rows = await queries.get_steps(connection, plan["id"], after, limit + 1)
    shown = rows[:limit]
    read = [(row, _step(row)) for row in shown]
    needs = {row["step"]: _needs(step) for row, step in read}
    over = await queries.are_over(connection, plan["id"], sorted({n for some in needs.values() for n in some}))
    steps = [
        _step_view(row, step, needs[row["step"]], over).model_copy(
            update={"waiting_because": await _why_not_open(connection, row, step)}
        )
        for row, step in read
    ]
    return StepPage(steps=steps, next=shown[-1]["ordinal"] if len(rows) > limit else None)


async def _why_not_open(connection: AsyncConnection, row: RowMapping, step: Step | None) -> str | None:
    """Of a session that is to be opened, and is not: all that runs in it waits for that, and says no more itself."""
    if not isinstance(step, SessionStep) or row["task_status"] != TaskStatus.PENDING:
        return None
    task = await get_task(connection, row["task_id"])
    return await waiting_because(connection, task) if task else None


def _step(row: RowMapping) -> Step | None:
    """None: it cannot be read, which must not hide the others."""
    try:
        return step_of(row["definition"])
    except (ValidationError, TypeError):
        return None


def _needs(step: Step | None) -> list[str]:
    if step is None:
        return []
    return list(dict.fromkeys([*([step.each_of] if step.each_of else []), *step.needs]))


def _step_view(row: RowMapping, step: Step | None, needs: Sequence[str], over: Mapping[str, bool]) -> StepView:
    blocked = row["status"] == StepStatus.BLOCKED
    return StepView(
        id=row["step"],
        task_type=step.task_type if step else _UNKNOWN,
        status=row["status"],
        needs=list(needs),
        waits_for=[name for name in needs if not over[name]] if blocked else [],
        each_of=step.each_of if step else None,
        session=step.session if step else None,
        opens_session=isinstance(step, SessionStep),
        compensates=row["compensates"],
        parts=row["parts"],
        succeeded=row["succeeded"],
        failed=row["failed"],
        active=row["active"],
        error=_object(row["step_error"] or row["part_error"], _DAMAGED) if step else _DAMAGED,
        task_id=row["task_id"],
        task_status=row["task_status"],
        task_round=row["task_round"],
        review_before=row["review_before"],
    )


def _part_view(row: RowMapping) -> PartView:
    return PartView.model_validate(_of_part(row) | {"error": _object(row["error"], _DAMAGED)})


def _of_part(row: RowMapping) -> dict[str, Any]:
    return {**row, "item": (_object(row["entry"]) or {}).get("item"), "result": _object(row["result"])}


def _object(stored: Any, instead: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """What was damaged is left out, or told."""
    return stored if stored is None or isinstance(stored, dict) else instead


async def _outlook(connection: AsyncConnection, row: RowMapping) -> Outlook:
    if row["status"] != PlanStatus.RUNNING:
        return Outlook(None, ())
    shape = await queries.shape_of(connection, row["id"])
    legs = [
        Leg(
            each["step"], each["task_type"] or _UNKNOWN, each["needed_by"], StepStatus(each["status"]),
            None if each["parts"] is None else each["open_parts"], each["parallel"],
        )
        for each in shape
    ]  # fmt: skip
    return look_ahead(legs, await queries.usual_seconds(connection, sorted({leg.task_type for leg in legs})))


def _cost(costs: Sequence[Any]) -> UsedCost:
    nothing = UsedCost(0, 0, 0)
    used = [actual_cost(nothing, begun=True, requests=0, cost=cost) for cost in costs if cost is not None]
    return UsedCost(0, sum(each.tokens for each in used), sum(each.usd_micros for each in used))


def _place(after: str | None) -> tuple[datetime, uuid.UUID]:
    if after is None:
        return _NEVER, _LAST_ID
    at, _, id_ = after.partition("_")
    try:
        place = datetime.fromisoformat(at), uuid.UUID(id_)
        if place[0].tzinfo is None:
            raise ValueError(at)
        place[0].astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("This is no mark of a page.", [("after", "take the mark that a page ends with")]) from None
    return place
