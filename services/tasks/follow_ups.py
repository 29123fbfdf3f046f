"""Follow-ups: checked with the task that names them, kept beside it ready to be inserted.

The statement that writes a task's end inserts them (db/tasks/mirror.sql): end and follow-up happen together or
not at all.
"""

import json
from collections.abc import Sequence
from typing import Any

from contracts.task_types import InvalidTaskParams, UnknownTaskType, task_type, ticker_in
from contracts.tasks.requests import MOST_FOLLOW_UPS, FollowUp, Submission
from db.tasks.search import words_of
from services.tasks.approvals import Approvals
from services.tasks.attempt_limits import retry_of, timeouts_of
from services.tasks.task_params import check_capability, check_stands_alone, checked_params

#: How far a chain may go.
DEEPEST = 5


def prepare(submission: Submission, params: dict[str, Any], approvals: Approvals) -> list[dict[str, Any]]:
    """The rows of all follow-ups, without what is known only when they are created.

    Raises:
        InvalidTaskParams: ``errors`` names the follow-up and the field.
    """
    if _count(submission.follow_ups) > MOST_FOLLOW_UPS:
        raise InvalidTaskParams(submission.task_type, [("follow_ups", f"at most {MOST_FOLLOW_UPS} in all are taken")])
    parent = {
        "ticker": ticker_in(submission.task_type, params),
        "priority": submission.priority,
        "tags": list(dict.fromkeys(submission.tags)),
    }
    return _prepared(submission.follow_ups, parent, approvals, "follow_ups", 1)


def _prepared(
    follow_ups: Sequence[FollowUp], parent: dict[str, Any], approvals: Approvals, where: str, depth: int
) -> list[dict[str, Any]]:
    if follow_ups and depth > DEEPEST:
        raise InvalidTaskParams(follow_ups[0].task_type, [(where, f"a chain has at most {DEEPEST} follow-ups")])
    return [_row(each, parent, approvals, f"{where}.{place}", depth) for place, each in enumerate(follow_ups)]


def _row(follow_up: FollowUp, parent: dict[str, Any], approvals: Approvals, where: str, depth: int) -> dict[str, Any]:
    try:
        type_ = task_type(follow_up.task_type)
        given = follow_up.params
        if "ticker" in type_.params.model_fields and "ticker" not in given and parent["ticker"]:
            given = {**given, "ticker": parent["ticker"]}
        params = checked_params(type_.name, given)
        check_capability(type_.name, follow_up.capability)
        check_stands_alone(type_.name)
    except UnknownTaskType as error:
        raise InvalidTaskParams(follow_up.task_type, [(f"{where}.task_type", str(error))]) from None
    except InvalidTaskParams as error:
        raise InvalidTaskParams(
            follow_up.task_type, [(f"{where}.{field}", message) for field, message in error.errors]
        ) from None
    tags = parent["tags"] if follow_up.tags is None else list(dict.fromkeys(follow_up.tags))
    row = {
        "type": type_.name,
        "capability": follow_up.capability or type_.capability,
        "params": params,
        "ticker": ticker_in(type_.name, params),
        "priority": parent["priority"] if follow_up.priority is None else follow_up.priority,
        "tags": tags,
        "retry": retry_of(type_, follow_up.retry).model_dump(),
        "timeouts": timeouts_of(type_, follow_up.timeouts).model_dump(),
        "words": words_of(type_.name, json.dumps(params, ensure_ascii=False), " ".join(tags)),
        "approval": approvals.of(type_, follow_up.needs_approval),
        "condition": follow_up.when,
    }
    return {**row, "follow_ups": _prepared(follow_up.follow_ups, row, approvals, f"{where}.follow_ups", depth + 1)}


def _count(follow_ups: Sequence[FollowUp]) -> int:
    return sum(1 + _count(each.follow_ups) for each in follow_ups)
