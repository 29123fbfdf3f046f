"""Accepting plans: checked, then the plan, its steps and the word that has it begin, in one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.mistakes import in_words
from contracts.plans.plan import MOST_STEPS, Plan, Step
from contracts.plans.statuses import PlanStatus
from contracts.plans.views import PlanCreatedView
from contracts.task_types import InvalidTaskParams
from db.plans.rows import PlanRows
from plans.begin import first_states
from plans.check import Mistake, mistakes_in
from plans.state import StepState
from services.errors import BadInput
from services.tasks.task_params import check_capability
from services.workspaces.quotas import admit


def parse_plan(document: dict[str, Any]) -> Plan:
    """The plan that a document says, without mistakes. Takes seconds for thousands of steps.

    Raises:
        BadInput: ``errors`` names the step and the field of each mistake.
    """
    steps = document.get("steps")
    if isinstance(steps, list) and len(steps) > MOST_STEPS:
        raise _bad([("steps", f"are {len(steps)}; {MOST_STEPS} are the most of one plan. Make several plans of it")])
    try:
        plan = Plan.model_validate(document)
    except ValidationError as error:
        raise _bad([_in_words(each, steps) for each in error.errors()[:100]]) from None
    check_plan(plan)
    return plan


def check_plan(plan: Plan) -> None:
    """Raises BadInput for what the schema of a plan cannot say."""
    mistakes = mistakes_in(plan) or list(_queues(plan))
    if mistakes:
        raise _bad(mistakes)


@dataclass(frozen=True)
class Prepared:
    """What of a plan is stored."""

    plan: Plan
    document: dict[str, Any]
    rows: list[dict[str, Any]]
    #: Steps that do not compensate others; no sessions.
    own: int


def prepare_plan(plan: Plan) -> Prepared:
    """Of a plan that `parse_plan` has made; for thousands of steps it takes a second, in which no transaction waits."""
    states = first_states(plan)
    given = plan.model_dump(mode="json", exclude_unset=True, by_alias=True)
    document = given | {"priority": plan.priority, "tags": plan.tags}
    rows = [_row(ordinal, state) for ordinal, state in enumerate(states)]
    own = sum(not each.compensates and each.opens is None for each in states)
    return Prepared(plan, document, rows, own)


async def submit_plan(connection: AsyncConnection, prepared: Prepared, created_by: str) -> PlanCreatedView:
    """Write a plan that `prepare_plan` has made ready.

    Raises:
        BadInput: its workspace takes no more, or does not exist.
    """
    now = datetime.now(UTC)
    plan = prepared.plan
    await admit(connection, [plan.workspace])
    rows = PlanRows(connection, uuid.uuid4())
    deadline = None if plan.deadline_seconds is None else now + timedelta(seconds=plan.deadline_seconds)
    await rows.add_plan(
        {
            "name": plan.name, "document": prepared.document, "inputs": plan.inputs,
            "status": PlanStatus.RUNNING.value, "created_by": created_by, "deadline": deadline,
            "instance": plan.workspace, "parallel": plan.parallel, "steps": prepared.own, "open_steps": prepared.own,
            "created_at": now,
        }
    )  # fmt: skip
    await rows.add_steps(prepared.rows)
    created = {"type": "plan_created", "status": "running", "actor": created_by, "details": {"name": plan.name}}
    await rows.tell([created], 0)
    await rows.wake()
    return PlanCreatedView(id=rows.plan, status=PlanStatus.RUNNING, steps=len(plan.steps), created_at=now)


def _row(ordinal: int, state: StepState) -> dict[str, Any]:
    step: Step = state.step
    return {
        "step": step.id,
        "ordinal": ordinal,
        "definition": step.model_dump(mode="json", exclude_unset=True),
        "needed_by": state.needed_by,
        "family": state.family,
        "members": state.members,
        "compensates": state.compensates,
        "compensations": state.compensations,
        "status": state.status.value,
        "waits_for": state.waits_for,
        "parallel": step.parallel,
    }


def _queues(plan: Plan) -> Sequence[Mistake]:
    mistakes = []
    for step in plan.steps:
        try:
            check_capability(step.task_type, step.capability)
        except InvalidTaskParams as error:
            mistakes += [(f"steps.{step.id}.{field}", message) for field, message in error.errors]
    return mistakes


def _in_words(error: Any, steps: Any) -> Mistake:
    """With the name of the step instead of its number, where it has one."""
    where = list(error["loc"])
    names: Sequence[str] = tuple(Plan.model_fields) if len(where) == 1 else ()
    if len(where) > 1 and where[0] == "steps":
        named = steps[where[1]].get("id") if isinstance(steps[where[1]], dict) else None
        names = tuple(Step.model_fields) if len(where) == 3 else ()
        where[1] = named if isinstance(named, str) and named else where[1]
    return ".".join(map(str, where)), in_words(error, names)


def _bad(mistakes: Sequence[Mistake]) -> BadInput:
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    where, what = mistakes[0]
    return BadInput(f"The plan cannot run, nothing was created: {count}. {where}: {what}", mistakes)
