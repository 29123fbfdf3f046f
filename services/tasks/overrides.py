"""What a submission says, on top of what its type says."""

import json
from typing import Any

from contracts.task_types import InvalidTaskParams, TaskType, parse_params
from contracts.tasks.work import PARAMS_LIMIT, RetrySettings, TimeoutSettings


def checked_params(type_name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The params as they will be stored.

    Raises:
        UnknownTaskType, InvalidTaskParams: they do not fit the task type.
    """
    checked = parse_params(type_name, given)
    # by_alias: "from" of a date range is a keyword in Python only.
    stored = checked.model_dump(mode="json", by_alias=True, exclude_none=True)
    # A null that was said is not the same as nothing said.
    stored |= {name: None for name, value in given.items() if value is None}
    size = len(json.dumps(stored, ensure_ascii=False).encode())
    if size > PARAMS_LIMIT:
        message = f"{size} bytes are too much; at most {PARAMS_LIMIT} are taken"
        raise InvalidTaskParams(type_name, [("params", message)])
    return stored


def retry_of(type_: TaskType, own: RetrySettings | None) -> RetrySettings:
    """The type's retry settings with the fields that were said."""
    return type_.retry.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.retry


def timeouts_of(type_: TaskType, own: TimeoutSettings | None) -> TimeoutSettings:
    """The type's timeouts with the fields that were said."""
    return type_.timeouts.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.timeouts
