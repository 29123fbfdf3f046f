"""Keeps a finished result in the cursor: an attempt that follows does not ask, and pay, again.

An attempt that fails leaves what it has paid: that was of no use, but it is spent.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from activities.context import TaskContext
from activities.models.provider import Model
from contracts.tasks.results import ModelCost

R = TypeVar("R", bound=BaseModel)

#: A cursor travels in heartbeats, so it is bounded; asking again is what a larger result costs.
LIMIT = 7_000


@contextmanager
def paid_before(context: TaskContext, model: Model) -> Iterator[ModelCost]:
    """What the attempts before this one have paid in vain; if this one fails, too, its part is added for the next."""
    try:
        before = ModelCost.model_validate((context.cursor or {}).get("paid") or {})
    except ValidationError:
        before = ModelCost()
    try:
        yield before
    except Exception:
        if model.cost.calls:
            context.checkpoint({"paid": before.plus(model.cost).model_dump(mode="json")})
        raise


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
