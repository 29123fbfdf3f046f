"""Checks the params of a submission against its task type, and gives them the form in which they are stored."""

import json
from typing import Any

from contracts.task_types import InvalidTaskParams, parse_params
from contracts.tasks.work import PARAMS_LIMIT


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
