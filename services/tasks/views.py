"""Turns task rows into answers of the API."""

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import RowMapping

from contracts.tasks.priority import label_of
from contracts.tasks.views import TaskView
from contracts.tasks.work import RetrySettings, TimeoutSettings, most_attempts
from contracts.views import View

_LOG = logging.getLogger(__name__)
_V = TypeVar("_V", bound=View)
#: What is shown instead of a column of JSON that cannot be read.
_INSTEAD: Mapping[str, Any] = {
    "params": {},
    "retry": RetrySettings(),
    "timeouts": TimeoutSettings(),
    "approval": None,
    "progress": None,
    "result": None,
    "error": None,
    "follow_ups": [],
}


def task_fields(row: RowMapping) -> dict[str, Any]:
    """The fields of a `TaskView`."""
    return {
        **row,
        "task_type": row["type"],
        "priority_label": label_of(row["priority"]),
        "retry_count": row["round"],
        "max_attempts": most_attempts(row["retry"], row["attempt"]),
        "worker": row["worker_name"],
        "duration_ms": _duration(row),
    }


def task_view(row: RowMapping) -> TaskView:
    return view_of(TaskView, task_fields(row))


def view_of(view: type[_V], fields: dict[str, Any]) -> _V:
    """The view, also of a row whose JSON was damaged: one task must not take the list from everybody.

    Raises:
        ValidationError: what cannot be read is no column of JSON.
    """
    try:
        return view.model_validate(fields)
    except ValidationError as error:
        unreadable = sorted({str(each["loc"][0]) for each in error.errors()} & _INSTEAD.keys())
        _LOG.warning("a task cannot be read", extra={"task_id": str(fields["id"]), "columns": unreadable})
        instead = {name: _INSTEAD[name] for name in unreadable}
        return view.model_validate({**fields, **instead, "unreadable": unreadable})


def _duration(row: RowMapping) -> int | None:
    if row["started_at"] is None or row["completed_at"] is None:
        return None
    return int((row["completed_at"] - row["started_at"]).total_seconds() * 1000)
