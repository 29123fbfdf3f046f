"""Asks Temporal for lists: runs by status, newest first, a page at a time.

Each run that is listed costs the development server 0.4 ms, and each question that no index answers in this order a
look at all that it retains. So nothing is asked but one status at a time, the newest run first and alone.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import temporalio.api.enums.v1 as enums
import temporalio.api.workflowservice.v1 as service
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.client import Client

from contracts.names import PLAN_WORKFLOW, TASK_WORKFLOW
from contracts.tasks.statuses import TaskStatus
from db.tasks.comparison import SeenRun

_Status = enums.WorkflowExecutionStatus
#: What the row of a run with this status may say.
ENDS = {
    _Status.WORKFLOW_EXECUTION_STATUS_COMPLETED: (TaskStatus.SUCCEEDED,),
    _Status.WORKFLOW_EXECUTION_STATUS_FAILED: (TaskStatus.FAILED, TaskStatus.REJECTED),
    _Status.WORKFLOW_EXECUTION_STATUS_CANCELED: (TaskStatus.CANCELLED,),
    _Status.WORKFLOW_EXECUTION_STATUS_TERMINATED: (TaskStatus.CANCELLED,),
    _Status.WORKFLOW_EXECUTION_STATUS_TIMED_OUT: (TaskStatus.FAILED,),
}
OPEN_RUNS = f"ExecutionStatus IN ('Running', 'Paused') AND WorkflowType = '{TASK_WORKFLOW}'"


@dataclass(frozen=True)
class Page:
    """Runs of one status, newest first."""

    #: Of the first and of the last one, of whatever type; by the clock of Temporal.
    newest: datetime
    oldest: datetime
    first_run_id: str
    #: Those that are tasks.
    tasks: list[SeenRun]
    #: Those of plans.
    plans: list[SeenRun]


async def pages(client: Client, status: str, *, first: int, size: int) -> AsyncIterator[Page]:
    """All runs of a status: open ones by their start, ended ones by their end. ``first``: size of the first page."""
    request = service.ListWorkflowExecutionsRequest(
        namespace=client.namespace, query=f"ExecutionStatus = '{status}'", page_size=first
    )
    while True:
        # The raw call: decoding the search attributes of every run would cost core a fifth of its time under load.
        reply = await client.workflow_service.list_workflow_executions(request)
        if reply.executions:
            yield _page(list(reply.executions))
        if not reply.next_page_token:
            return
        request.next_page_token = reply.next_page_token
        request.page_size = size


async def newest_closed(client: Client) -> str:
    """The id of the run that ended last, however it did; empty if none has."""
    # Temporal takes open runs for ones that close at the end of all times, and has an index of that.
    request = service.ListWorkflowExecutionsRequest(
        namespace=client.namespace, query="CloseTime < '9999-01-01T00:00:00Z'", page_size=1
    )
    reply = await client.workflow_service.list_workflow_executions(request)
    return reply.executions[0].execution.run_id if reply.executions else ""


async def count_open_runs(client: Client) -> int:
    """How many workflows of tasks are open."""
    request = service.CountWorkflowExecutionsRequest(namespace=client.namespace, query=OPEN_RUNS)
    return (await client.workflow_service.count_workflow_executions(request)).count


def _page(runs: list[WorkflowExecutionInfo]) -> Page:
    tasks, plans = (
        [_seen(run) for run in runs if run.type.name == workflow] for workflow in (TASK_WORKFLOW, PLAN_WORKFLOW)
    )
    return Page(_when(runs[0]), _when(runs[-1]), runs[0].execution.run_id, tasks, plans)


def _seen(run: WorkflowExecutionInfo) -> SeenRun:
    return SeenRun(run.execution.workflow_id, run.execution.run_id, ENDS.get(run.status))


def _when(run: WorkflowExecutionInfo) -> datetime:
    return (run.close_time if run.HasField("close_time") else run.start_time).ToDatetime(UTC)
