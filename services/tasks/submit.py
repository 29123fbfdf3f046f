"""Accepting tasks: validated, then row, outbox command, note and event in one transaction."""

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import InvalidTaskParams, UnknownTaskType, task_type, ticker_in
from contracts.tasks.requests import Submission
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import CreatedView
from contracts.workspaces.names import DEFAULT
from db.models import TaskNote
from db.tasks.queries import seen_of
from db.tasks.search import words_of
from db.tasks.submission import SubmissionWriter, as_json, insert_tasks
from services.errors import BadInput
from services.tasks.approvals import Approvals, dated
from services.tasks.attempt_limits import retry_of, timeouts_of
from services.tasks.company_names import fill_names, without_names
from services.tasks.follow_ups import prepare
from services.tasks.reviewed import review_them
from services.tasks.task_params import check_capability, check_stands_alone, checked_params
from services.workspaces.quotas import admit

T = TypeVar("T")
R = TypeVar("R")

#: Tasks whose rows are written down beside the event loop.
_MANY = 20


@dataclass(frozen=True)
class Checked:
    """What of a submission is stored, after validation."""

    params: dict[str, Any]
    follow_ups: list[dict[str, Any]]
    #: An `Approval` without its date; None: it needs none.
    approval: dict[str, Any] | None = None


@dataclass(frozen=True)
class PlanPlace:
    """Where a task stands in a plan, and the id that it has because of that."""

    task_id: uuid.UUID
    plan_id: uuid.UUID
    step: str
    place: int
    #: The task that holds open the session in which it runs.
    session_id: uuid.UUID | None = None


def validate(submission: Submission, approvals: Approvals, *, in_plan: bool = False) -> Checked:
    """What will be stored; nothing is written. ``in_plan``: as a step or session of a plan, which was checked before.

    Raises:
        UnknownTaskType, InvalidTaskParams: it does not fit the task type, or a follow-up does not fit its own.
    """
    params = checked_params(submission.task_type, submission.params)
    check_capability(submission.task_type, submission.capability)
    if not in_plan:
        check_stands_alone(submission.task_type)
    type_ = task_type(submission.task_type)
    return Checked(params, prepare(submission, params, approvals), approvals.of(type_, submission.needs_approval))


def validate_batch(submissions: Sequence[Submission], approvals: Approvals) -> list[Checked]:
    """What of each will be stored; nothing is written.

    Raises:
        BadInput: ``errors`` names the position of each mistake.
    """
    checked, errors = [], []
    for position, submission in enumerate(submissions):
        try:
            checked.append(validate(submission, approvals))
        except InvalidTaskParams as error:
            errors += [(f"tasks.{position}.{field}", message) for field, message in error.errors]
        except UnknownTaskType as error:
            errors.append((f"tasks.{position}.task_type", str(error)))
    if errors:
        mistakes = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        raise BadInput(f"Nothing was created: {mistakes}.", errors)
    return checked


async def submit(
    connection: AsyncConnection,
    submissions: Sequence[Submission],
    checked: Sequence[Checked],
    created_by: str,
    places: Sequence[PlanPlace] = (),
    *,
    as_children: bool = False,
) -> list[CreatedView]:
    """Write the tasks. ``checked`` comes from `validate` or `validate_batch`; ``places``: of the tasks of a plan.

    ``as_children``: a workflow of the caller's will start theirs.

    Raises:
        BadInput: a workspace takes no more, or does not exist. Of a plan no more begins at once than there is room.
            Or a task that one is to follow is not there for the caller.
    """
    await _check_parents(connection, submissions)
    if not places:
        await admit(connection, [each.workspace for each in submissions])
    now = datetime.now(UTC)
    named = [
        (each.workspace, each.task_type, what.params, what.follow_ups)
        for each, what in zip(submissions, checked, strict=True)
    ]
    # What takes a second of a large batch.
    aside = asyncio.to_thread if len(submissions) > _MANY else _at_once
    await fill_names(connection, await aside(without_names, named))
    rows = [_row(each, what, created_by, now) for each, what in zip(submissions, checked, strict=True)]
    for row, place in zip(rows, places, strict=False):
        row |= _of_plan(place)
    await review_them(connection, submissions, rows)
    await insert_tasks(connection, await aside(as_json, rows), as_children=as_children)
    notes = [
        {"task_id": row["id"], "author": created_by, "text": each.notes}
        for row, each in zip(rows, submissions, strict=True)
        if each.notes
    ]
    if notes:
        await connection.execute(insert(TaskNote), notes)
    return [CreatedView(id=row["id"], status=row["status"], created_at=now, plan_id=row.get("plan_id")) for row in rows]


def is_alone(submission: Submission, checked: Checked) -> bool:
    """Whether its row is all that there is to write, and nothing is to be looked up for it: see `submit_alone`."""
    if submission.notes or submission.needs_review or submission.parent_task_id or submission.workspace != DEFAULT:
        return False
    return not without_names([(DEFAULT, submission.task_type, checked.params, checked.follow_ups)])


async def submit_alone(
    writer: SubmissionWriter, submission: Submission, checked: Checked, created_by: str
) -> CreatedView:
    """Write a task that `is_alone`. Raises as `SubmissionWriter.write`."""
    now = datetime.now(UTC)
    row = _row(submission, checked, created_by, now)
    await writer.write(row)
    return CreatedView(id=row["id"], status=row["status"], created_at=now)


async def _check_parents(connection: AsyncConnection, submissions: Sequence[Submission]) -> None:
    """No constraint does: a parent may be deleted. And one would tell members which tasks others have."""
    wanted = {each.parent_task_id for each in submissions if each.parent_task_id}
    missing = sorted(wanted - await seen_of(connection, wanted), key=str) if wanted else []
    if missing:
        said = f"There is no task {missing[0]}, which was named as the one before."
        raise BadInput(f"{said} Nothing was created.", [("parent_task_id", f"there is no task {missing[0]}")])


async def _at_once(function: Callable[[T], R], argument: T) -> R:
    return function(argument)


def _row(submission: Submission, checked: Checked, created_by: str, now: datetime) -> dict[str, Any]:
    params = checked.params
    type_ = task_type(submission.task_type)
    id_ = uuid.uuid4()
    ticker = ticker_in(type_.name, params)
    begins = max(submission.run_at or now, now)
    return {
        "id": id_,
        "workflow_id": str(id_),
        "type": type_.name,
        "capability": submission.capability or type_.capability,
        "params": params,
        "ticker": ticker,
        "priority": submission.priority,
        "tags": list(dict.fromkeys(submission.tags)),
        "created_by": created_by,
        "parent_task_id": submission.parent_task_id,
        "status": _first_status(checked, later=begins > now).value,
        "retry": retry_of(type_, submission.retry).model_dump(),
        "timeouts": timeouts_of(type_, submission.timeouts).model_dump(),
        "run_at": submission.run_at,
        "start_deadline": submission.start_deadline,
        "follow_ups": checked.follow_ups,
        "approval": dated(checked.approval, begins),
        "created_at": now,
        "instance": submission.workspace,
        "words": words_of(
            type_.name, json.dumps(params, ensure_ascii=False), " ".join(submission.tags), created_by, submission.notes
        ),
    }


def _of_plan(place: PlanPlace) -> dict[str, Any]:
    return {
        "id": place.task_id,
        "workflow_id": str(place.task_id),
        "plan_id": place.plan_id,
        "plan_step": place.step,
        "plan_place": place.place,
        "session_id": place.session_id,
    }


def _first_status(checked: Checked, *, later: bool) -> TaskStatus:
    if later:
        return TaskStatus.SCHEDULED
    return TaskStatus.AWAITING_APPROVAL if checked.approval else TaskStatus.PENDING
