"""Bounds and reports of tasks that a workflow is to start as its children."""

from collections.abc import Sequence

from contracts.tasks.children import TaskStart
from db.tasks.outbox import Taken

#: Of one report to the workflow; what is more follows in the next.
MOST_STARTS = 25
#: Bytes of inputs in one report, which the history of the workflow keeps.
_LARGEST_STARTS = 200_000


def starts_of(tasks: Sequence[Taken]) -> list[TaskStart]:
    """Of as many of these as fit into one report."""
    starts: list[TaskStart] = []
    left = _LARGEST_STARTS
    for task in tasks:
        try:
            given = task.input()
        except ValueError:
            # The relay says of it that it cannot be started.
            continue
        left -= len(given.model_dump_json())
        if left < 0 and starts:
            break
        starts.append(
            TaskStart(
                command_id=task.id, task_id=task.task_id, workflow_id=task.workflow_id, task=given,
                ticker=task.ticker, created_by=task.created_by,
            )
        )  # fmt: skip
    return starts
