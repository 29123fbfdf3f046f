"""Accepting tasks: validated, then row, outbox command, note and event in one transaction."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.errors import BadInput
from api.schemas import Submission
from contracts.statuses import TaskStatus
from contracts.task_types import InvalidTaskParams, TaskType, UnknownTaskType, parse_params, task_type
from contracts.views import CreatedView
from contracts.work import PARAMS_LIMIT, RetrySettings, TimeoutSettings
from db.models import TaskNote
from db.search import words_of
from db.submission import insert_tasks


def validate(submission: Submission) -> dict[str, Any]:
    """The params as they will be stored; nothing is written.

    Raises:
        UnknownTaskType, InvalidTaskParams: they do not fit the task type.
    """
    checked = parse_params(submission.task_type, submission.params)
    # by_alias: "from" of a date range is a keyword in Python only.
    stored = checked.model_dump(mode="json", by_alias=True, exclude_none=True)
    # A null that was said is not the same as nothing said.
    stored |= {name: None for name, value in submission.params.items() if value is None}
    size = len(json.dumps(stored, ensure_ascii=False).encode())
    if size > PARAMS_LIMIT:
        message = f"{size} bytes are too much; at most {PARAMS_LIMIT} are taken"
        raise InvalidTaskParams(submission.task_type, [("params", message)])
    return stored


def validate_batch(submissions: Sequence[Submission]) -> list[dict[str, Any]]:
    """The params of each, as they will be stored; nothing is written.

    Raises:
        BadInput: ``errors`` names the position of each mistake.
    """
    params, errors = [], []
    for position, submission in enumerate(submissions):
        try:
            params.append(validate(submission))
        except InvalidTaskParams as error:
            errors += [(f"tasks.{position}.{field}", message) for field, message in error.errors]
        except UnknownTaskType as error:
            errors.append((f"tasks.{position}.task_type", str(error)))
    if errors:
        mistakes = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        raise BadInput(f"Nothing was created: {mistakes}, see `errors`.", errors)
    return params


async def submit(
    connection: AsyncConnection,
    submissions: Sequence[Submission],
    params: Sequence[dict[str, Any]],
    created_by: str,
) -> list[CreatedView]:
    """Write the tasks. ``params`` come from `validate` or `validate_batch`."""
    now = datetime.now(UTC)
    rows = [_row(each, checked, created_by, now) for each, checked in zip(submissions, params, strict=True)]
    await insert_tasks(connection, rows)
    notes = [
        {"task_id": row["id"], "author": created_by, "text": each.notes}
        for row, each in zip(rows, submissions, strict=True)
        if each.notes
    ]
    if notes:
        await connection.execute(insert(TaskNote), notes)
    return [CreatedView(id=row["id"], status=row["status"], created_at=now) for row in rows]


def _row(submission: Submission, params: dict[str, Any], created_by: str, now: datetime) -> dict[str, Any]:
    type_ = task_type(submission.task_type)
    id_ = uuid.uuid4()
    ticker = params.get("ticker")
    later = submission.run_at is not None and submission.run_at > now
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
        "status": (TaskStatus.SCHEDULED if later else TaskStatus.PENDING).value,
        "retry": _retry(type_, submission.retry).model_dump(),
        "timeouts": _timeouts(type_, submission.timeouts).model_dump(),
        "run_at": submission.run_at,
        "start_deadline": submission.start_deadline,
        "created_at": now,
        "words": words_of(
            type_.name, json.dumps(params, ensure_ascii=False), " ".join(submission.tags), created_by, submission.notes
        ),
    }


def _retry(type_: TaskType, own: RetrySettings | None) -> RetrySettings:
    return type_.retry.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.retry


def _timeouts(type_: TaskType, own: TimeoutSettings | None) -> TimeoutSettings:
    return type_.timeouts.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.timeouts
