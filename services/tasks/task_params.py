"""Checks the params of a submission against its task type, and gives them the form in which they are stored."""

import json
from difflib import get_close_matches
from typing import Any

from contracts.task_types import CAPABILITIES, IN_SESSION, OPENING, InvalidTaskParams, parse_params
from contracts.tasks.work import PARAMS_LIMIT

#: Of 0..1. Below it a name is another name, of a queue that nobody serves yet; what waits there says so.
_ALIKE = 0.8


def check_capability(type_name: str, given: str | None) -> None:
    """Raises InvalidTaskParams when a queue is meant that is written otherwise: the task would wait for ever."""
    if given is None or given in CAPABILITIES:
        return
    meant = get_close_matches(given, CAPABILITIES, n=1, cutoff=_ALIKE)
    if meant:
        sentence = f"no task type needs '{given}'; did you mean {meant[0]}?"
        raise InvalidTaskParams(type_name, [("capability", sentence)])


def check_stands_alone(type_name: str) -> None:
    """Raises InvalidTaskParams of a type that is there for the sessions of plans, and nothing by itself."""
    if type_name in OPENING:
        sentence = "opens a session, which only a plan can use; name it under `sessions` of one (docs/plans.md)"
    elif type_name in IN_SESSION:
        sentence = "works in a session only; make it a step of a plan, with `session` (docs/plans.md)"
    else:
        return
    raise InvalidTaskParams(type_name, [("task_type", sentence)])


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
