"""Turns task rows into answers of the API."""

from typing import Any

from sqlalchemy import RowMapping

from contracts.tasks.priority import label_of
from contracts.tasks.views import TaskView


def task_fields(row: RowMapping) -> dict[str, Any]:
    """The fields of a `TaskView`."""
    return {
        **row,
        "task_type": row["type"],
        "priority_label": label_of(row["priority"]),
        "retry_count": row["round"],
        "max_attempts": max(row["retry"].get("max_attempts", 1), row["attempt"]),  # some are not counted
        "worker": row["worker_name"],
        "duration_ms": _duration(row),
    }


def task_view(row: RowMapping) -> TaskView:
    return TaskView.model_validate(task_fields(row))


def _duration(row: RowMapping) -> int | None:
    if row["started_at"] is None or row["completed_at"] is None:
        return None
    return int((row["completed_at"] - row["started_at"]).total_seconds() * 1000)
