"""Keeps a finished result in the cursor: an attempt that follows does not ask, and pay, again."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from activities.context import TaskContext

R = TypeVar("R", bound=BaseModel)

#: A cursor travels in heartbeats, so it is bounded; asking again is what a larger result costs.
LIMIT = 7_000


def remember(context: TaskContext, result: BaseModel) -> None:
    """Leave the result for the next attempt, unless it is too large. Call it after the rows are stored."""
    cursor = {"result": result.model_dump(mode="json")}
    if len(json.dumps(cursor)) < LIMIT:
        context.checkpoint(cursor)


def remembered(cursor: dict[str, Any] | None, model: type[R]) -> R | None:
    """What an earlier attempt left."""
    try:
        return model.model_validate((cursor or {}).get("result"))
    except ValidationError:
        return None
