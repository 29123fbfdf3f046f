"""Starts tasks as children of the workflow that created them, so that Temporal shows what belongs together.

What cannot be started here, the relay starts: their commands lie in the outbox until somebody says that they are there.
"""

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.tasks.children import Started, TaskStart
    from contracts.tasks.priority import temporal_key
    from workflows.task_start import search_attributes, summary_of


async def start_children(starts: Sequence[TaskStart]) -> list[Started]:
    """Start these tasks; those that have workflows now."""
    there = await asyncio.gather(*map(_start_child, starts))
    return [
        Started(task_id=each.task_id, command_id=each.command_id)
        for each, is_there in zip(starts, there, strict=True)
        if is_there
    ]


async def _start_child(start: TaskStart) -> bool:
    """Whether the task has a workflow; where it has none, the relay starts it, or says why it cannot be."""
    try:
        child = await workflow.start_child_workflow(
            names.TASK_WORKFLOW,
            start.task,
            id=start.workflow_id,
            task_queue=names.CORE_QUEUE,
            # The task goes on whatever becomes of this workflow: its end is recorded, and told where it matters.
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            priority=Priority(
                priority_key=temporal_key(start.task.priority),
                fairness_key=start.task.fairness_key,
                fairness_weight=start.task.fairness_weight,
            ),
            search_attributes=search_attributes(start.task.type, start.ticker, start.created_by, start.task.priority),
            static_summary=summary_of(start.task.type, start.ticker, start.created_by),
        )
    except WorkflowAlreadyStartedError:
        return True
    except FailureError:
        return False
    # How it ends is read in Postgres; nobody here waits for it.
    child.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return True
